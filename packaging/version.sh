#!/usr/bin/env bash
# packaging/version.sh TAG ADDRESS
#
# Prints what CHANGELOG.md says of the version. Fails unless the tag, Cargo.toml and CHANGELOG.md
# agree on it, and Cargo.toml names the address of this repository.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$1" != "v$version" ]; then
    echo "version: the tag is $1, Cargo.toml says $version" >&2
    exit 1
fi
if ! grep -qxF "repository = \"$2\"" Cargo.toml; then
    echo "version: the repository is $2, Cargo.toml names another" >&2
    exit 1
fi
notes=$(awk -v start="## [$version] - " '
    /^## / { inside = index($0, start) == 1; next }
    inside
' CHANGELOG.md)
if [ -z "$notes" ]; then
    echo "version: CHANGELOG.md has nothing under '## [$version] - DATE'" >&2
    exit 1
fi
printf '%s\n' "$notes"
