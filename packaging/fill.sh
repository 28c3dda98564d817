#!/usr/bin/env bash
# packaging/fill.sh TEMPLATE SHA256SUMS
#
# Prints a template with Cargo.toml's version, description and address of the repository, and with
# the archives' checksums from SHA256SUMS. Fails if the list lacks an archive.
set -euo pipefail
template=$(cat "$1") sums=$(cat "$2")
cd "$(dirname "$0")/.."

field() {
    sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1
}
version=$(field version)
template=${template//@VERSION@/$version}
template=${template//@DESCRIPTION@/$(field description)}
template=${template//@REPOSITORY@/$(field repository)}
while read -r target; do
    archive=awsmfa-$version-$target.tar.gz
    sum=$(awk -v name="$archive" '$2 == name { print $1 }' <<<"$sums")
    if [ -z "$sum" ]; then
        echo "fill: $2 has no checksum of $archive" >&2
        exit 1
    fi
    template=${template//@SHA256 $target@/$sum}
done < <(grep -o '@SHA256 [^@]*@' <<<"$template" | sed 's/^@SHA256 //; s/@$//')
printf '%s\n' "$template"
