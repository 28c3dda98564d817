#!/usr/bin/env bash
# packaging/wheel.sh DIRECTORY [OPTION …]
#
# Builds the wheel for PyPI into DIRECTORY, with these options of `maturin build`: the program, which
# maturin has cargo build if it is not there yet, and what else `make install` puts below PREFIX.
set -euo pipefail
mkdir -p "$1"
directory=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."

stage=target/wheel
rm -rf "$stage"
make --no-print-directory install-share DESTDIR="$stage" PREFIX=/data/data >/dev/null
cp packaging/wheel/pyproject.toml LICENSE-APACHE LICENSE-MIT "$stage"
maturin=$PWD/target/tools/maturin/bin/maturin
cd "$stage"
"$maturin" build --release "$@" --out "$directory"
