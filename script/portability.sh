#!/usr/bin/env bash
# Lints the program and its tests for systems that this one is not. Nothing is linked, so the
# targets' standard libraries are enough, with Zig for the few crates that compile C. It says what it
# leaves out if rustup or PyPI cannot be reached.
set -euo pipefail
cd "$(dirname "$0")/.."

# The name of Rust and the name of Zig.
targets="aarch64-apple-darwin=aarch64-macos
x86_64-apple-darwin=x86_64-macos
x86_64-unknown-linux-musl=x86_64-linux-musl
x86_64-unknown-freebsd=x86_64-freebsd"

export PATH="$PATH:$PWD/target/tools/zig/bin"
export ZIG_GLOBAL_CACHE_DIR="$PWD/target/zig-cache" ZIG_LOCAL_CACHE_DIR="$PWD/target/zig-cache"
# The crate cc would add flags that Zig does not take.
export CRATE_CC_NO_DEFAULTS=1

if ! command -v python-zig >/dev/null; then
    echo "left out: clippy for other systems (no Zig)" >&2
    exit
fi
is_there() {
    [ -d "$(rustc --print target-libdir --target "$1")" ]
}
missing=
for target in $targets; do
    is_there "${target%=*}" || missing="$missing ${target%=*}"
done
# All in one call: without network, each would wait for it.
# shellcheck disable=SC2086 # a list of words
[ -z "$missing" ] || rustup --quiet target add $missing >/dev/null 2>&1 || true
chosen=
for target in $targets; do
    rust=${target%=*}
    if is_there "$rust"; then
        chosen="$chosen --target $rust"
        export "CC_${rust//-/_}=python-zig cc -target ${target#*=}"
    else
        echo "left out: clippy for $rust (rustup cannot add its standard library)" >&2
    fi
done
[ -n "$chosen" ] || exit 0
# shellcheck disable=SC2086 # a list of words
cargo clippy --locked --all-targets $chosen -- -D warnings
