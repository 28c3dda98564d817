#!/usr/bin/env bash
# packaging/archive.sh BINARY NAME DIRECTORY
#
# Packs DIRECTORY/NAME.tar.gz: what `make install` puts below PREFIX, with this binary, and the
# texts. It holds nothing of when and by whom it was packed, but the date of the commit; and no
# directories, because tar would give their modes to those of the user.
set -euo pipefail
binary=$1 name=$2
mkdir -p "$3"
directory=$(cd "$3" && pwd)
cd "$(dirname "$0")/.."

stage=$directory/$name
rm -rf "$stage"
# The binary is as it should be, however old.
make --no-print-directory -o "$binary" install BINARY="$binary" DESTDIR="$stage" PREFIX= >/dev/null
install -d "$stage/share/doc/awsmfa"
install -m 644 README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$stage/share/doc/awsmfa"
date=$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d%H%M.%S 2>/dev/null || echo 197001010000.00)
find "$stage" -exec env TZ=UTC touch -h -t "$date" {} +

case $(tar --version) in
*GNU*) owner='--owner=root:0 --group=root:0 --format=ustar' ;;
*) owner='--uid 0 --gid 0 --uname root --gname root --format=ustar' ;; # macOS has bsdtar
esac
# Without it, macOS packs a member `._NAME` beside each file that has attributes.
export COPYFILE_DISABLE=1
# shellcheck disable=SC2086 # a list of words
(cd "$directory" && find "$name" ! -type d | LC_ALL=C sort | tar -c $owner --no-recursion -f - -T -) |
    gzip -9n >"$stage.tar.gz"
rm -rf "$stage"
