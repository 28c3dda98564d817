# Tells of every interrupt who has sent it: the terminal (0) or a process.
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
print('be' + 'gun', os.environ['AWSMFA_PROFILE'], flush=True)
info = signal.sigwaitinfo({signal.SIGINT})
while info:
    print('sent by', 'the terminal' if info.si_pid == 0 else 'a process', flush=True)
    info = signal.sigtimedwait({signal.SIGINT}, 1)
print('en' + 'ded')
