# The code that `awsmfa env` prints for bash, zsh, and the shells that are served as sh. It saves what
# the terminal has, as code that restores it, and then sets the session.
#
# The restore code stays in __awsmfa_off, a variable that is not exported: `off` needs no program, and
# no child process sees the old keys. Only the shell can write it: awsmfa sees no unexported variables,
# and may see some that are not the shell's (`AWS_PROFILE=x awsmfa env`).
#
# awsmfa (src/shell/render.rs) replaces the words in capitals, drops comments and indentation, and ends
# each line by `;`, so that the code survives an unquoted `eval $(…)`, which joins the lines. So a line
# ends after a whole command, and a pattern of `case` stands on one line with what it does.
#
# A backslash before a command keeps the user's aliases out. For bash and zsh it becomes `\builtin`,
# which keeps functions out too. Nothing may fail outside of a condition (`set -e`), and no variable may
# be read that may be unset (`set -u`). POSIX has no local variables: ours begin with __awsmfa_. Assignments
# stand on lines of their own, in quotes: for zsh they become `typeset -g NAME="…"`, or it may warn.

# shellcheck disable=SC2288 # `\[` keeps functions called `[` out

# A read-only variable would stop the code half-way, and would end dash: so this is tried in a subshell.
if (\unset LISTED-NAMES FURTHER-NAMES) 2>/dev/null; then
  # `set -a` would export the old keys. In dash, even a variable that is unset under it is exported later.
  __awsmfa_options="$-"
  \set +a

  # Appends to __awsmfa_off what restores each of the variables $2, $3, …. `drop` as $1 unsets them, too.
  __awsmfa_save() {
    __awsmfa_mode="$1"
    \shift
    for __awsmfa_name do
      __awsmfa_restore="\\unset $__awsmfa_name;"
      # In bash, each function that called `local` has a value of its own, and `unset` uncovers the caller's.
      # The last one is the terminal's. `[@]` is for arrays; `!`, because a failing `[` would run the ERR trap
      # in bash 3.2.
      # shellcheck disable=SC2145,SC2294 # the text is code for `eval`, and no array of ours
      while \eval "! \[ -z \"\${$__awsmfa_name${BASH_VERSION:+[@]}+x}\" ]"; do
        __awsmfa_describe
        case $__awsmfa_mode in keep) \break ;; esac
        \unset "$__awsmfa_name"
      done
      DIRECTORIES
      # Later logins keep the first picture.
      case $__awsmfa_own in *"|!$__awsmfa_name|"*) \continue ;; esac
      __awsmfa_own="$__awsmfa_own|!$__awsmfa_name|"
      # Only what a login has left is restored: what else the variable holds by then was set since, by the
      # user or by a tool that follows the directory.
      __awsmfa_left="*\"|$__awsmfa_name\${$__awsmfa_name+=}\${$__awsmfa_name-}|\"*"
      # shellcheck disable=SC2194 # the word is a list by then
      case ' KEY-NAMES ' in *" $__awsmfa_name "*) __awsmfa_left="$__awsmfa_left | *'|keys|'*" ;; esac
      __awsmfa_off="${__awsmfa_off}case \${__awsmfa_own-} in $__awsmfa_left) $__awsmfa_restore ;; esac;"
    done
  }
  DESCRIBE_FUNCTION

  __awsmfa_name=''
  __awsmfa_left=''
  # What the terminal had before the first `on` counts.
  if \[ -z "${__awsmfa_off-}" ]; then
    # An empty one may be exported, and so may the others.
    \unset __awsmfa_off __awsmfa_own
    __awsmfa_own=''
    # The keys that belong to an id of ours are ours, whichever login they are from.
    # shellcheck disable=SC2016 # code for `eval`
    __awsmfa_off='\unset __awsmfa_base __awsmfa_request; case ${__awsmfa_ids-} in *"|${AWS_ACCESS_KEY_ID:-none}|"*) __awsmfa_own="${__awsmfa_own-}|keys|" ;; esac;'
  fi
  __awsmfa_save drop CHANGED-NAMES FURTHER-NAMES
  __awsmfa_save keep OTHER-NAMES

  CHANGES

  # What the login leaves, each variable as |NAME=value| or |NAME|, and the ids of all keys.
  for __awsmfa_name in CHANGED-NAMES FURTHER-NAMES; do
    \eval "__awsmfa_own=\"\$__awsmfa_own|$__awsmfa_name\${$__awsmfa_name+=}\${$__awsmfa_name-}|\""
  done
  __awsmfa_name="${__awsmfa_ids-}|${AWSMFA_ACCESS_KEY_ID-}|"
  \unset __awsmfa_ids
  __awsmfa_ids="$__awsmfa_name"

  \unset -f __awsmfa_save __awsmfa_describe
  \unset __awsmfa_left __awsmfa_mode __awsmfa_name __awsmfa_restore __awsmfa_value __awsmfa_quoted __awsmfa_type
  case $__awsmfa_options in *a*) \unset __awsmfa_options && \set -a ;; *) \unset __awsmfa_options ;; esac
else
  \echo 'awsmfa: could not change the session: one of its variables is read-only in this shell' >&2
  \false
fi
