"""A terminal with somebody at the keyboard, for the demo.

    terminal.py PHONE COMMAND [ARGUMENT …]

Runs COMMAND in a pty of its own and shows what it writes. At a prompt for an MFA code it looks
at the phone (`PHONE --next-code`) and types what it reads there. Ends with COMMAND's status.
"""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

PROMPT = re.compile(rb"MFA code for [^\r\n]*: $")
SECONDS = 120


def main(phone, command):
    # An end by signal must be an exit, so that the terminal hangs up on the command below.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    try:
        watch(phone, terminal)
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def watch(phone, terminal):
    end = time.monotonic() + SECONDS
    line = b""
    while select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            written = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that the other side is closed
            return
        if not written:
            return
        # The screen's line ends are CR LF; a log wants LF.
        sys.stdout.buffer.write(written.replace(b"\r\n", b"\n"))
        sys.stdout.buffer.flush()
        line = (line + written)[-500:]
        if PROMPT.search(line):
            code = subprocess.run([phone, "--next-code"], check=True, capture_output=True)
            os.write(terminal, code.stdout)
            line = b""
    print(f"demo: nothing more came in {SECONDS} seconds", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
