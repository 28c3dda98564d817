"""How a program is measured: its time, its memory, its instructions and its system calls.

Every run is checked: a program that fails, or does not print what it is to print, ends the
benchmark.
"""

import os
import pty
import re
import select
import subprocess
import tempfile
import time
from pathlib import Path

from clients import CODE, Client

# A user needs longer than this to read six digits and type them.
TYPING = 0.7


class Failed(Exception):
    """A program did not do what it is measured for."""


def check(client: Client, status: int, printed: str) -> None:
    if status != 0 or client.answer not in printed:
        raise Failed(f"{client.name}: status {status}, printed: {printed}")


def timed(client: Client) -> tuple[float, float]:
    """Wall clock and CPU time of a run, in seconds: from its start until it has been waited for."""
    client.prepare()
    with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as printed:
        typed.write(client.typed.encode())
        typed.seek(0)
        files = [(os.POSIX_SPAWN_DUP2, typed.fileno(), 0)]
        files += [(os.POSIX_SPAWN_DUP2, printed.fileno(), stream) for stream in (1, 2)]
        begin = time.perf_counter()
        # A session of its own: no program finds a terminal to ask at.
        words = client.words
        pid = os.posix_spawnp(
            words[0], words, client.environment, file_actions=files, setsid=True
        )
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - begin
        printed.seek(0)
        check(client, status, printed.read().decode())
    return wall, used.ru_utime + used.ru_stime


def from_last_digit(client: Client) -> float:
    """Seconds from the last digit, typed at the prompt, until the program has ended."""
    with tempfile.NamedTemporaryFile() as printed:
        redirect = "" if client.shows else f' >"{printed.name}"'
        pid, terminal = pty.fork()
        if pid == 0:
            shell = ["/bin/sh", "-c", f'exec "$@"{redirect}', "sh", *client.words]
            os.execve(shell[0], shell, client.environment)
        seen = read_until(terminal, client)
        time.sleep(TYPING)
        begin = time.perf_counter()
        os.write(terminal, f"{CODE}\r".encode())
        _, status = os.waitpid(pid, 0)
        wall = time.perf_counter() - begin
        seen += rest(terminal)
        os.close(terminal)
        check(client, status, seen + printed.read().decode())
    return wall


def read_until(terminal: int, client: Client) -> str:
    seen = ""
    while client.prompt not in seen:
        if not select.select([terminal], [], [], 60)[0]:
            raise Failed(f"{client.name} asks for nothing: {seen}")
        try:
            seen += os.read(terminal, 65536).decode()
        except OSError as hung_up:
            raise Failed(f"{client.name} ended: {seen}") from hung_up
    return seen


def rest(terminal: int) -> str:
    text = ""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            return text
        if not chunk:
            return text
        text += chunk.decode()


def observed(client: Client, *observer: str) -> str:
    """What `observer`, a program that runs another one, writes into the file `report`."""
    client.prepare()
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report"
        words = [word.replace("REPORT", str(report)) for word in observer]
        run = subprocess.run(
            words + client.words,
            env=client.environment,
            input=client.typed.encode(),
            capture_output=True,
            start_new_session=True,
            check=False,
        )
        check(client, run.returncode, run.stdout.decode() + run.stderr.decode())
        return "".join(path.read_text() for path in Path(directory).iterdir())


def peak_memory(client: Client) -> float:
    """The most memory that one of its processes held, in MiB: `ru_maxrss`, as wait4 gives it to a
    parent smaller than any of them. (A process counts what its parent held when it was forked.)"""
    return int(observed(client, "/usr/bin/time", "-f", "%M", "-o", "REPORT")) / 1024


def instructions(client: Client) -> float:
    """Of all its processes, in millions."""
    valgrind = "valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null"
    report = observed(client, *valgrind.split(), "--log-file=REPORT.%p")
    return sum(int(count) for count in re.findall(r"Collected : (\d+)", report)) / 1e6


def system_calls(client: Client) -> tuple[int, int]:
    """Of all its processes, and how many files were opened."""
    report = observed(client, "strace", "-f", "-c", "-o", "REPORT")
    total = opened = 0
    for line in report.splitlines():
        fields = line.split()
        if fields and fields[-1] in ("open", "openat", "total"):
            calls, errors = int(fields[3]), int(fields[4]) if len(fields) == 6 else 0
            if fields[-1] == "total":
                total = calls
            else:
                opened += calls - errors
    return total, opened
