#!/usr/bin/env bash
# packaging/dist.sh [OPTION …]
#
# Builds what a release carries for the machine that it runs on, into target/dist: an archive, a wheel
# and, on Linux, the Debian and the rpm package. `make dist` calls it, with the options of cargo that
# keep the paths of this machine out of the binary. maturin, which makes the wheel, has cargo build it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The oldest glibc that it is built for. Zig links against any; Rust asks for this one.
glibc=2.17

PATH=$PWD/target/tools/bin:$PWD/target/tools/zig/bin:$PATH
target=$(rustc -vV | sed -n 's/^host: //p')
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
binary=${CARGO_TARGET_DIR:-target}/$target/release/awsmfa
rm -rf target/dist
mkdir -p target/dist

case $target in
*-linux-gnu)
    packaging/wheel.sh target/dist "$@" --target "$target" --zig --compatibility "manylinux_${glibc/./_}"
    newest=$(readelf --version-info "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
    if [ "$newest" != "GLIBC_$glibc" ]; then
        echo "dist: the binary asks for $newest" >&2
        exit 1
    fi
    cargo deb --quiet --locked --no-build --no-strip --target "$target" --output target/dist/
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) cargo generate-rpm --target "$target" \
        --output target/dist/
    ;;
*)
    packaging/wheel.sh target/dist "$@" --target "$target"
    ;;
esac

if grep -q -e "$PWD/" -e "$HOME/" "$binary"; then
    echo "dist: the binary names directories of this machine" >&2
    exit 1
fi
name=awsmfa-$version-$target
packaging/archive.sh "$binary" "$name" target/dist
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
tar -xzf "target/dist/$name.tar.gz" -C "$unpacked"
said=$("$unpacked/$name/bin/awsmfa" --version)
if [ "$said" != "awsmfa $version" ]; then
    echo "dist: the binary in the archive says $said" >&2
    exit 1
fi
ls -l target/dist
