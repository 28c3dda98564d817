#!/bin/sh
# Prints its argument and leaves a child behind that keeps stdout open for ten seconds, or until the
# home is gone.
{
    n=0
    while [ -e code ] && [ "$n" -lt 100 ]; do
        sleep 0.1
        n=$((n + 1))
    done
    echo >ended
} 2>/dev/null &
printf '%s\n' "$1"
