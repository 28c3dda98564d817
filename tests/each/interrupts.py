# Tells of every interrupt. (Not with sigtimedwait, which macOS lacks.)
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
print('be' + 'gun', os.environ['AWSMFA_PROFILE'], flush=True)
signal.sigwait({signal.SIGINT})
print('interrupted', flush=True)
time.sleep(1)
if signal.SIGINT in signal.sigpending():
    print('interrupted', flush=True)
print('en' + 'ded')
