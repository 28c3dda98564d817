# The code that `awsmfa off` prints for bash, zsh, and the shells that are served as sh. on.sh says how
# it is written, and who writes __awsmfa_off.

# shellcheck disable=SC2288 # `\[` keeps functions called `[` out

# `set -a` would export what was not exported.
__awsmfa_options="$-"
\set +a
if \[ -n "${__awsmfa_off-}" ]; then
  \eval "$__awsmfa_off"
  \unset __awsmfa_off __awsmfa_own __awsmfa_ids
else
  \:
  CHANGES
fi
case $__awsmfa_options in *a*) \unset __awsmfa_options && \set -a ;; *) \unset __awsmfa_options ;; esac
