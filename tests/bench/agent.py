"""What the agent costs: requests per second on its socket, its peak memory, and a new role over a
distance. The requests are written as the program writes them.
"""

import json
import os
import re
import socket
import subprocess
import time
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import median

from measure import Failed

# Requests of a round; clients at once; new roles.
REQUESTS, CLIENTS, ROLES = 4000, 2, 10

LOGIN = {"long_term_key_id": "AKIAIOSFODNN7EXAMPLE", "mfa_serial": "arn:aws:iam::123456789012:mfa/alice"}


def said(value: object) -> dict[str, object]:
    return {"value": value, "origin": "the benchmark"}


def wanted(endpoint: str, bundle: str, roles: list[str]) -> bytes:
    """A request for the session of the last role; for the base session without one."""
    second = {"secs": 10, "nanos": 0}
    network = {
        "sts_endpoint_url": said(endpoint),
        "use_legacy_sts_endpoint": False,
        "use_fips_endpoint": False,
        "use_dualstack_endpoint": False,
        "ca_bundle": said(bundle),
        "connect_timeout": second,
        "timeout": second,
    }
    arn = "arn:aws:iam::123456789012:role/"
    session = {
        "login": LOGIN,
        "roles": [
            {"role_arn": said(arn + role), "role_session_name": said("alice"), "tags": {}}
            for role in roles
        ],
        "connection": {"region": said("eu-central-1"), "proxies": {}, "network": network},
    }
    request = {"v": 1, "do": "credentials", "profile": "dev", "session": session}
    return json.dumps(request).encode() + b"\n"


def deposit() -> bytes:
    session = {
        "access_key_id": "ASIAIOSFODNN7EXAMPLE",
        "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "session_token": "IQoJb3JpZ2luX2VjEXAMPLE+" * 15,
        "expiration": int(time.time()) + 12 * 3600,
    }
    request = {"v": 1, "do": "deposit", "profile": "dev", "login": LOGIN, "session": session}
    return json.dumps(request).encode() + b"\n"


def ask(path: str, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(request)
        answer = b""
        while not answer.endswith(b"\n"):
            chunk = client.recv(65536)
            if not chunk:
                raise Failed(f"the agent hung up: {answer!r}")
            answer += chunk
    if b"error" in answer:
        raise Failed(f"the agent answers {answer!r}")
    return answer


def many(work: tuple[str, bytes]) -> None:
    for _ in range(REQUESTS):
        ask(*work)


class Agent:
    """An agent in a runtime directory of its own, which holds a base session."""

    def __init__(self, awsmfa: Path, directory: Path):
        runtime = directory / "agent"
        runtime.mkdir(mode=0o700)
        self.environment = {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(directory)}
        self.path = str(runtime / "awsmfa/agent.sock")
        self.process = subprocess.Popen([awsmfa, "agent"], env=self.environment, stderr=subprocess.DEVNULL)
        while not os.path.exists(self.path):
            time.sleep(0.01)
        ask(self.path, deposit())

    def __enter__(self) -> "Agent":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        if self.process.wait() != 0:
            raise Failed("the agent did not end well")

    def new_role(self, endpoint: str, bundle: str) -> float:
        """Milliseconds until the session of a role is there that nobody has asked for, over a
        connection that is open."""
        times = []
        for number in range(ROLES):
            begin = time.perf_counter()
            ask(self.path, wanted(endpoint, bundle, [f"role-{number}"]))
            times.append((time.perf_counter() - begin) * 1000)
        return median(times[1:])

    def requests_per_second(self, endpoint: str, bundle: str) -> float:
        """From memory, of clients that connect for each request."""
        work = (self.path, wanted(endpoint, bundle, ["role-0"]))
        with Pool(CLIENTS) as pool:
            pool.map(many, [work] * CLIENTS)
            begin = time.perf_counter()
            pool.map(many, [work] * CLIENTS)
            return CLIENTS * REQUESTS / (time.perf_counter() - begin)

    def peak_memory(self) -> float:
        """MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def figures(awsmfa: Path, endpoint: str, bundle: str, directory: Path) -> tuple[float, float, float]:
    """Of a new role, of requests per second, of the peak memory with ten roles."""
    with Agent(awsmfa, directory) as agent:
        role = agent.new_role(endpoint, bundle)
        rate = agent.requests_per_second(endpoint, bundle)
        return role, rate, agent.peak_memory()
