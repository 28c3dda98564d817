"""What is measured: awsmfa, and what people use in its place, each in a home of its own."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SERIAL = "arn:aws:iam::123456789012:mfa/alice"
REGION = "eu-central-1"
CODE = "123456"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
REQUEST = "Action=GetSessionToken&Version=2011-06-15"
# The access key id of every session that the server gives.
SESSION = "ASIAIOSFODNN7EXAMPLE"

CREDENTIALS = f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n"
CONFIG = f"""[default]
region = {REGION}
mfa_serial = {SERIAL}

[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default
mfa_serial = {SERIAL}
"""

# As in the blog posts: the secret in a file, oathtool for the code, jq for the answer.
SCRIPT = f"""
code=$(oathtool --totp --base32 "$(cat ~/.aws-mfa)")
session=$(aws sts get-session-token --serial-number {SERIAL} --token-code "$code")
AWS_ACCESS_KEY_ID=$(printf %s "$session" | jq -r .Credentials.AccessKeyId)
AWS_SECRET_ACCESS_KEY=$(printf %s "$session" | jq -r .Credentials.SecretAccessKey)
AWS_SESSION_TOKEN=$(printf %s "$session" | jq -r .Credentials.SessionToken)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
echo "$AWS_ACCESS_KEY_ID"
"""


@dataclass
class Client:
    """A program with its arguments. `answer` stands in what it prints when it has worked."""

    name: str
    words: list[str]
    environment: dict[str, str]
    answer: str = SESSION
    typed: str = ""
    # What it shows where it waits for the code, and whether its stdout is the terminal.
    prompt: str = ""
    shows: bool = False
    prepare: Callable[[], None] = field(default=lambda: None)


class World:
    """Homes, programs and a server. `awsmfa` is the program, `bundle` what TLS trusts."""

    def __init__(self, directory: Path, awsmfa: Path, bundle: Path, target: Path):
        self.directory = directory
        self.awsmfa = str(awsmfa)
        self.bundle = str(bundle)
        self.venv = target / "venv" / "bin"
        self.others = target / "venv-bench" / "bin"
        self.home = self._home("home", f"[default]\n{CREDENTIALS}", CONFIG)
        section = f"[default-long-term]\n{CREDENTIALS}aws_mfa_device = {SERIAL}\n"
        self.home_of_aws_mfa = self._home("home-of-aws-mfa", section, "")
        # No other client lets this one wait for the next code.
        self.home_of_codes = self._home("home-of-codes", f"[default]\n{CREDENTIALS}", CONFIG)

    def _home(self, name: str, credentials: str, config: str) -> Path:
        home = self.directory / name
        (home / ".aws").mkdir(parents=True)
        (home / ".aws" / "credentials").write_text(credentials)
        (home / ".aws" / "config").write_text(config)
        secret = home / ".aws-mfa"
        secret.write_text(TOTP_SECRET)
        secret.chmod(0o600)
        (home / "run").mkdir(mode=0o700)
        return home

    def environment(self, endpoint: str, home: Path | None = None) -> dict[str, str]:
        home = home or self.home
        return {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": f"{self.venv}:/usr/bin:/bin",
            "XDG_RUNTIME_DIR": str(home / "run"),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_STS": endpoint,
            "AWS_CA_BUNDLE": self.bundle,
        }

    def forget_codes(self) -> None:
        """A computed code would be waited out: the run before has used it."""
        for ledger in self.home_of_codes.rglob("used-time-steps"):
            ledger.unlink()

    def ours(self, name: str, *words: str, endpoint: str, **more) -> Client:
        environment = self.environment(endpoint) | more.pop("environment", {})
        return Client(name, [self.awsmfa, *words], environment, **more)

    def held(self, endpoint: str) -> dict[str, str]:
        """The environment of a terminal that has logged in, and its base session."""
        words = [self.awsmfa, "env", "--shell", "sh", "--token-code", CODE]
        environment = self.environment(endpoint)
        code = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
        set_to = dict(re.findall(r"(\w+)='([^']*)'", code.stdout))
        return {name: set_to[name] for name in set_to if name.startswith(("AWS", "__awsmfa_base"))}

    def starts(self, endpoint: str) -> list[Client]:
        """What makes no call."""
        held = self.held(endpoint)
        asks = {"_AWSMFA_COMPLETE": "fish"}
        return [
            Client("/bin/true", ["/bin/true"], self.environment(endpoint), ""),
            self.ours("awsmfa --version", "--version", endpoint=endpoint, answer="awsmfa "),
            self.ours(
                "awsmfa env, still valid",
                *["env", "--shell", "sh"],
                endpoint=endpoint,
                environment=held,
                answer="",
            ),
            self.ours(
                "awsmfa status", "status", endpoint=endpoint, environment=held, answer="default"
            ),
            self.ours(
                "TAB after --profile",
                *["--", "awsmfa", "env", "--profile", "a"],
                endpoint=endpoint,
                environment=asks,
                answer="admin",
            ),
        ]

    def logins(self, endpoint: str) -> list[Client]:
        """What makes one call and leaves a session."""
        return [
            self.ours(
                "awsmfa, code given",
                *["env", "--shell", "sh", "--token-code", CODE],
                endpoint=endpoint,
            ),
            self.ours(
                "awsmfa, code computed",
                *["env", "--shell", "sh"],
                endpoint=endpoint,
                environment=self.environment(endpoint, self.home_of_codes),
                prepare=self.forget_codes,
            ),
            self.ours(
                "awsmfa, role, base held",
                *["env", "admin", "--shell", "sh"],
                endpoint=endpoint,
                environment=self.held(endpoint),
            ),
            *self.theirs(endpoint),
        ]

    def theirs(self, endpoint: str) -> list[Client]:
        environment = self.environment(endpoint)
        request = f"{REQUEST}&SerialNumber={SERIAL}&TokenCode={CODE}"
        curl = f"curl -sS --cacert {self.bundle} --aws-sigv4 aws:amz:{REGION}:sts"
        words = [*curl.split(), "--user", f"{KEY_ID}:{SECRET_KEY}", "--data", request, endpoint]
        call = ["sts", "get-session-token", "--serial-number", SERIAL, "--token-code", CODE]
        given = self.awsume(endpoint)
        given.words.extend(["--mfa-token", CODE])
        found = [
            Client("curl --aws-sigv4", words, environment),
            Client("aws (CLI v1)", [str(self.venv / "aws"), *call], environment),
            self.aws_mfa(endpoint),
            given,
            Client("oathtool, aws, jq", ["/bin/sh", "-c", SCRIPT], environment),
        ]
        newer = cli_v2()
        if newer:
            found.append(Client("aws (CLI v2)", [newer, *call], environment))
        return found

    def aws_mfa(self, endpoint: str) -> Client:
        environment = self.environment(endpoint, self.home_of_aws_mfa)
        words = [str(self.others / "aws-mfa"), "--force"]
        name, more = "aws-mfa (PyPI)", {"prompt": "seconds):", "shows": True}
        return Client(name, words, environment, "Success!", f"{CODE}\n", **more)

    def awsume(self, endpoint: str) -> Client:
        words = [str(self.others / "awsumepy"), "--refresh", "default"]
        environment = self.environment(endpoint)
        return Client("awsume (PyPI)", words, environment, prompt="MFA token:")

    def prompts(self, endpoint: str) -> list[Client]:
        """What asks for the code at the terminal."""
        return [
            self.ours(
                "awsmfa, code typed",
                *["env", "--shell", "sh", "--source", "prompt"],
                endpoint=endpoint,
                prompt=": ",
            ),
            self.aws_mfa(endpoint),
            self.awsume(endpoint),
        ]


def cli_v2() -> str | None:
    """The AWS CLI v2, where this machine has one."""
    aws = shutil.which("aws")
    if not aws:
        return None
    version = subprocess.run([aws, "--version"], capture_output=True, text=True, check=False)
    return aws if version.stdout.startswith("aws-cli/2") else None
