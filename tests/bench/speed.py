"""`make bench`: what a start, a login and a prompt cost, beside /bin/true, curl, and the tools that
people use in awsmfa's place.

    python3 tests/bench/speed.py AWSMFA INSTANT_STS TARGET

Figures are medians of runs that take turns (A B C A B C …), in one go on one machine: what counts
is their ratios. Nothing here fails because something is slow; a program that does not work does.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import agent
import endpoint
from clients import Client, World
from measure import Failed, from_last_digit, instructions, peak_memory, system_calls, timed

# Rounds of the starts, of the logins, of those over a distance, of typed codes.
STARTS, LOGINS, DISTANT, TYPED = 200, 11, 7, 15
# The simulated round trip of tests/bench/instant_sts/distance.rs, in milliseconds.
ROUND_TRIP = 50

BUNDLES = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
]


class Row:
    """A program's figures."""

    def __init__(self, client: Client):
        self.client = client
        self.walls: list[float] = []
        self.cpus: list[float] = []
        self.memory = self.instructions = 0.0
        self.calls = 0
        self.observed: list[str] = []

    @property
    def wall(self) -> float:
        """Median, in milliseconds."""
        return median(self.walls) * 1000

    def cells(self, base: float) -> list[str]:
        low, _, high = (quarter * 1000 for quarter in quantiles(self.walls, n=4))
        cpu = f"{median(self.cpus) * 1000:.2f}" if self.cpus else "-"
        times = [f"{self.wall:.2f}", f"{low:.2f}-{high:.2f}", f"{self.wall / base:.2f}", cpu]
        return [self.client.name, *times, *self.observed]


def in_turns(clients: list[Client], rounds: int) -> list[Row]:
    """One run of each that does not count, then `rounds` of them."""
    rows = [Row(client) for client in clients]
    for count in range(rounds + 1):
        for row in rows:
            wall, cpu = timed(row.client)
            if count:
                row.walls.append(wall)
                row.cpus.append(cpu)
    return rows


def prompts_in_turns(clients: list[Client], rounds: int) -> list[Row]:
    rows = [Row(client) for client in clients]
    for _ in range(rounds):
        for row in rows:
            row.walls.append(from_last_digit(row.client))
    return rows


def observe(row: Row) -> None:
    """What is the same in every run, once."""
    row.memory = peak_memory(row.client)
    row.calls, opened = system_calls(row.client)
    row.instructions = instructions(row.client)
    row.observed = [f"{row.memory:.1f}", f"{row.instructions:.2f}", str(row.calls), str(opened)]


def say(what: str) -> None:
    print(f"benchmark: {what}", file=sys.stderr, flush=True)


def show(title: str, rows: list[Row], base: Row) -> None:
    heads = ["", "ms", "quartiles", "ratio", "CPU ms", "MiB", "M instr", "calls", "opens"]
    table = [heads[: 5 + len(rows[0].observed)]] + [row.cells(base.wall) for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    print(f"\n{title}; ratio: to {base.client.name}")
    for line in table:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join([line[0].ljust(widths[0]), *cells]))


def judge(figures: list[tuple[str, float, float, str]]) -> None:
    print("\nFigures to reach")
    for name, measured, limit, unit in figures:
        verdict = "reached" if measured <= limit else "NOT REACHED"
        print(f"{name:52} {measured:9.3f}  ≤ {limit:<7.3f} {unit:14} {verdict}")


def run(awsmfa: Path, near: str, far: str, world: World) -> None:
    say("timing, two to three minutes")
    starts = in_turns(world.starts(near), STARTS)
    logins = in_turns(world.logins(near), LOGINS)
    distant = in_turns(world.logins(far), DISTANT)
    typed = prompts_in_turns(world.prompts(far), TYPED)
    role_ms, rate, agent_memory = agent.figures(awsmfa, far, world.bundle, world.directory)
    endpoint_ms = endpoint.figure(awsmfa, world.environment(near))
    say("counting instructions, about as long")
    # Nothing is timed any more: they may get in each other's way now, the slowest first.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(observe, sorted(starts + logins, key=lambda row: -row.wall)))

    true, version, valid = starts[:3]
    show("Start: nothing to do, or no call to make", starts, true)
    given, computed, role, curl, cli, aws_mfa = logins[:6]
    show("Login over TLS, no distance", logins, given)
    show(f"Login over TLS, {ROUND_TRIP} ms away (three round trips)", distant, distant[0])
    title = f"Typed code to session, {ROUND_TRIP} ms away (one round trip)"
    show(title, typed, typed[0])

    size = awsmfa.stat().st_size / 1024 / 1024
    ours = [given, computed, role]
    judge(
        [
            ("start / true", version.wall / true.wall, 2, "×"),
            ("still valid / true", valid.wall / true.wall, 2, "×"),
            ("login / curl", given.wall / curl.wall, 0.20, "× (beyond .14)"),
            ("login / aws-mfa", given.wall / aws_mfa.wall, 1 / 40, "×"),
            ("login / AWS CLI", given.wall / cli.wall, 1 / 60, "×"),
            ("typed code to shell code", typed[0].wall, ROUND_TRIP + 3, "ms"),
            ("peak memory of a login", max(row.memory for row in ours), 7.5, "MiB (beyond 5.5)"),
            ("binary", size, 5, "MiB (beyond 4)"),
            ("instructions of a login", max(row.instructions for row in ours), 32, "M (beyond 14)"),
            ("instructions of a start", version.instructions, 0.8, "M"),
            ("system calls of a login", max(row.calls for row in ours), 230, ""),
            ("agent: new role, open connection", role_ms, ROUND_TRIP + 5, "ms (beyond +2)"),
            ("agent: peak memory with ten roles", agent_memory, 9, "MiB (beyond 6.5)"),
            ("agent: a request", 1e6 / rate, 200, "µs (beyond 50)"),
            ("endpoint: 99 % of answers", endpoint_ms, 5, "ms (beyond 1)"),
        ]
    )


def main() -> int:
    awsmfa, instant_sts, target = (Path(word).resolve() for word in sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        own = directory / "ca.pem"
        server = subprocess.Popen(
            [instant_sts, own], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        near, far = (server.stdout.readline().strip().split("=", 1)[1] for _ in range(2))
        # What every client has to read: the system's certificates, and the server's.
        system = next(path for path in map(Path, BUNDLES) if path.exists())
        bundle = directory / "bundle.pem"
        bundle.write_text(system.read_text() + own.read_text())
        try:
            run(awsmfa, near, far, World(directory, awsmfa, bundle, target))
        except Failed as failed:
            say(str(failed))
            return 1
        finally:
            server.communicate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
