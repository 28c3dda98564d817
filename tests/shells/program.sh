#!/bin/sh
# Stands in for the program: prints what the files beside it hold for a login or a logout.
cd "${0%/*}" || exit 1
suffix=${__awsmfa_off+.exported}
case $* in
*fail*) echo false; exit 3 ;;
*--help*) echo usage; exit 0 ;;
esac
case $1${AWSMFA_EXPIRES_AT+.held} in
off.held) cat "held$suffix"; exit ;;
off) cat "none$suffix"; exit ;;
esac
for word in "$@"; do last=$word; done
case $last in
other) cat "other$suffix" ;;
*) cat "work$suffix" ;;
esac
