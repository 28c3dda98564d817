# A part of on.sh, for bash and the shells that are served as sh: code that gives the variable
# $__awsmfa_name the value that it has now, into __awsmfa_restore.
# shellcheck disable=SC3044 # `declare` is for bash only
# shellcheck disable=SC2288 # `\[` keeps functions called `[` out
# shellcheck disable=SC2154 # on.sh assigns the others
__awsmfa_describe() {
  \eval "__awsmfa_value=\${$__awsmfa_name-}"
  # The value may be local to a function, and is not the terminal's then. In bash this can be told:
  # `declare -g` changes the global variable, and a local one keeps its value. (bash 3.2 has no `declare -g`.
  # There, the local value is saved, and then replaced by the one that it covers.)
  if \[ -n "${BASH_VERSION-}" ] &&
    (\declare -g "$__awsmfa_name=1$__awsmfa_value" && \eval "\[ \"\$$__awsmfa_name\" = \"\$__awsmfa_value\" ]") 2>/dev/null; then
    case $__awsmfa_mode in keep) __awsmfa_restore= ;; esac
    \return
  fi

  # In single quotes, each quote as '\''.
  __awsmfa_quoted=
  while \:; do
    case $__awsmfa_value in *\'*) ;; *) \break ;; esac
    __awsmfa_quoted="$__awsmfa_quoted${__awsmfa_value%%\'*}'\\''"
    __awsmfa_value=${__awsmfa_value#*\'}
  done
  __awsmfa_quoted="$__awsmfa_name='$__awsmfa_quoted$__awsmfa_value';"

  # The type, in bash's words. In the other shells, a variable is exported if the list of exports changes
  # without it.
  if \[ -n "${BASH_VERSION-}" ]; then
    __awsmfa_type=$(\declare -p "$__awsmfa_name")
  elif \[ "$(\export -p)" = "$(\unset "$__awsmfa_name" && \export -p)" ]; then
    __awsmfa_type=
  else
    __awsmfa_type='declare -x '
  fi
  case $__awsmfa_type in
    'declare -x '*) __awsmfa_restore="\\export $__awsmfa_quoted" ;;
    '' | 'declare -- '*) __awsmfa_restore="\\unset $__awsmfa_name; $__awsmfa_quoted" ;;
    # An array or an integer: bash writes the code itself, and takes an array only after a plain `declare`.
    *) __awsmfa_restore="\\unset $__awsmfa_name; declare -g ${__awsmfa_type#declare } 2>/dev/null || $__awsmfa_quoted" ;;
  esac
}
