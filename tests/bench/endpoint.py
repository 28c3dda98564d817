"""How long the endpoint of `exec --refresh` takes to answer from memory. Run as the command itself, it
prints the 99th percentile in milliseconds; each request has a connection of its own, as in the SDKs.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from clients import CODE
from measure import Failed

REQUESTS = 3000


def ask(address: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(address) as client:
        client.sendall(request)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    return answer


def slowest_but_one_percent() -> float:
    uri = urlsplit(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    token = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    head = f"GET {uri.path} HTTP/1.1\r\nHost: {uri.netloc}\r\nAuthorization: {token}\r\n\r\n"
    times = []
    for _ in range(REQUESTS):
        begin = time.perf_counter()
        answer = ask((uri.hostname, uri.port), head.encode())
        times.append((time.perf_counter() - begin) * 1000)
        if b"SecretAccessKey" not in answer:
            raise Failed(f"the endpoint answers {answer!r}")
    return quantiles(times, n=100)[-1]


def figure(awsmfa: Path, environment: dict[str, str]) -> float:
    """Milliseconds."""
    words = [awsmfa, "exec", "--refresh", "-q", "admin", CODE, "--", sys.executable, "-B", __file__]
    run = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Failed(f"exec --refresh: {run.stderr}")
    return float(run.stdout)


if __name__ == "__main__":
    print(slowest_but_one_percent())
