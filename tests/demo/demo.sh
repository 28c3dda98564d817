#!/usr/bin/env bash
# What `make demo` shows: a login that is computed and one typed at a prompt, with the AWS CLI
# denied before and allowed after, against the stand-in for AWS on loopback. Everything happens
# in a temporary home; nothing is left behind. Fails when a step does not go as it says.
set -euo pipefail

say() { printf '\n== %s\n' "$*"; }

# Shows a command, then runs it in this very shell.
run() {
    printf '\n$ %s\n' "$*"
    eval "$*"
}

allowed() {
    run "$1" || { echo "demo: this should have been allowed" >&2; exit 1; }
}

# refused COMMAND WORDS: it fails, and for the reason that it should.
refused() {
    local said
    if said=$(run "$1" 2>&1); then
        printf '%s\ndemo: this should have been refused\n' "$said" >&2
        exit 1
    fi
    printf '%s\n' "$said"
    case $said in
    *$2*) ;;
    *) echo "demo: this should have been refused for another reason ($2)" >&2; exit 1 ;;
    esac
}

# The terminal of the demo: a shell as a user has it, run inside a pty.
session() {
    say "Long-term keys alone: the account asks for MFA"
    refused 'aws s3 ls' AccessDenied
    # shellcheck disable=SC2016 # run evaluates it, after showing it
    run 'eval "$(awsmfa init bash)"'
    say "A login without typing: the code is computed from the secret in ~/.aws-mfa"
    run 'install -m 600 secret ~/.aws-mfa'
    allowed 'aws-mfa-on'
    say "The same command in the same terminal"
    allowed 'aws s3 ls'
    allowed "aws iam list-users --query 'Users[].UserName' --output text"
    allowed 'awsmfa status'
    say "The session goes"
    allowed 'aws-mfa-off'
    refused 'awsmfa status' 'session'
    refused 'aws s3 ls' AccessDenied
    say "A login at the prompt: the phone shows the code, somebody types it"
    run 'rm ~/.aws-mfa'
    allowed 'aws-mfa-on'
    allowed 'aws s3 ls'
    allowed 'aws-mfa-off'
}

if [ "${1-}" = session ]; then
    session
    exit
fi

cd "$(dirname "$0")/../.."
root=$PWD
built=${CARGO_TARGET_DIR:-$root/target}/debug
[ -x target/venv/bin/aws ] || { echo "demo: target/venv is missing: run make demo" >&2; exit 1; }

say "Building awsmfa and the stand-in for AWS"
echo "$ cargo build --locked --bin awsmfa --example sts-stand-in"
cargo build --quiet --locked --bin awsmfa --example sts-stand-in

home=$(mktemp -d)
stand_in=
terminal=
clean_up() {
    for process in $terminal $stand_in; do
        { kill "$process" && wait "$process"; } 2>/dev/null || true
    done
    rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say "Starting the stand-in for AWS: it checks signatures, codes and tokens as AWS does"
echo "$ sts-stand-in"
"$built/examples/sts-stand-in" >"$home/stand-in" 2>"$home/requests" &
stand_in=$!
for _ in $(seq 100); do
    ! grep -q '^mfa_secret=' "$home/stand-in" || break
    sleep 0.1
done
value() { sed -n "s/^$1=//p" "$home/stand-in"; }

mkdir "$home/.aws" "$home/bin"
ln -s "$built/awsmfa" "$root/target/venv/bin/aws" "$home/bin"
(
    umask 077
    value mfa_secret >"$home/secret"
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
        "$(value access_key_id)" "$(value secret_access_key)" >"$home/.aws/credentials"
)
printf '[default]\nregion = us-east-1\nmfa_serial = %s\nendpoint_url = %s\n' \
    "$(value mfa_serial)" "$(value endpoint)" >"$home/.aws/config"
say "The profile, in .aws/config"
cat "$home/.aws/config"

# Nothing of the real environment: no AWS_* of the person who watches, no profile, no proxy.
# In the background, so that a signal to the demo is not kept waiting.
cd "$home"
env -i HOME="$home" XDG_RUNTIME_DIR="$home" PATH="$home/bin:$PATH" LANG=C.UTF-8 TERM=dumb \
    python3 "$root/tests/demo/terminal.py" "$built/examples/sts-stand-in" \
    bash "$root/tests/demo/demo.sh" session &
terminal=$!
wait "$terminal"
terminal=

say "What the stand-in was asked"
cat "$home/requests"
