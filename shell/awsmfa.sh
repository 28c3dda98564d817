# awsmfa for dash, ksh, mksh, busybox and the POSIX mode of bash: . awsmfa.sh, or
# eval "$(awsmfa init sh)". The names of functions must not have a hyphen here; those of aliases may.
# Backslashes keep the user's aliases out. posh is not supported: `local -` ends its functions.
\unalias awsmfa_on awsmfa_off awsmfa_prompt 2>/dev/null || \:

# awsmfa_on [PROFILE] [CODE] [flags of awsmfa env]
awsmfa_on() { __awsmfa_untraced __awsmfa_login "$@"; }
# awsmfa_off [--all]
awsmfa_off() { __awsmfa_untraced __awsmfa_logout "$@"; }
\alias aws-mfa-on=awsmfa_on aws-mfa-off=awsmfa_off

# Runs a function that `set -x`, `set -v` and the user's traps do not see, for they would print secrets, and
# that `set -a` does not affect, for it would export them. In bash, a function inherits traps on DEBUG and ERR
# only under `set -T` and `set -E`.
__awsmfa_untraced() {
  # `local -` (not in ksh93) also restores the options if Ctrl-C ends the function.
  # shellcheck disable=SC3043
  { __awsmfa_flags=${BASH_VERSION+b}$-; \local - || \:; \set +axv; case $__awsmfa_flags in b*) \set +TE ;; esac; } 2>/dev/null
  __awsmfa_status=0
  __awsmfa_shielded "$@" || __awsmfa_status=$?
  # The last word may be a code that nobody has used.
  \unset __awsmfa_text __awsmfa_word
  case $__awsmfa_flags in *a*) \set -a ;; esac
  case $__awsmfa_flags in *v*) \set -v ;; esac
  case $__awsmfa_flags in b*T*) \set -T ;; esac
  case $__awsmfa_flags in b*E*) \set -E ;; esac
  case $__awsmfa_flags in *x*) \set -x ;; esac
  { \return "$__awsmfa_status"; } 2>/dev/null
}
# In ksh93, no trap of the user's reaches a function that is defined by this word. dash cannot read it.
__awsmfa_shielded() { "$@"; }
case ${KSH_VERSION-} in *93*) \eval 'function __awsmfa_shielded { "$@"; }' ;; esac

__awsmfa_login() {
  for __awsmfa_word in "$@"; do
    case $__awsmfa_word in -h | --help) \command awsmfa env --help; \return ;; esac
  done
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} \command awsmfa env --shell sh "$@") || \return
  \eval "$__awsmfa_text" || \return
  __awsmfa_point_out_subshell
}

# A child of a subshell has another parent than $$ says. ksh93 starts no process for parentheses, and counts.
# shellcheck disable=SC2016 # for the child
__awsmfa_point_out_subshell() {
  case ${KSH_VERSION-} in *93*) \eval '[ "${.sh.subshell}" = 0 ]' ;; esac &&
    \command sh -c '[ "$PPID" = "$1" ]' sh "$$" ||
    \command printf 'awsmfa: %s\n' 'aws-mfa-on has no effect outside of this pipe or these parentheses: run it on its own' >&2
}

# Evaluates the restore code that the login has left, or what awsmfa prints if there is none. Restore code that
# is exported came from elsewhere and is never evaluated. If the shell has no base session of its own, the agent
# may have it: then awsmfa runs in any case, to say so.
__awsmfa_logout() {
  __awsmfa_text=
  __awsmfa_word=
  case $* in '' | --all) ;; *) \command awsmfa off "$@"; \return ;; esac
  case $(\export -p) in *__awsmfa_off*) ;; *) __awsmfa_text=${__awsmfa_off-} ;; esac
  case ${__awsmfa_text:+text}-$*-${AWSMFA_BASE_EXPIRES_AT:+agent}${__awsmfa_base:+-shell} in
    text--agent | -* | *-all-*) __awsmfa_word=$(\command awsmfa off --shell sh "$@") || [ -n "$__awsmfa_text" ] || \return ;;
  esac
  \eval "${__awsmfa_text:-$__awsmfa_word}" || \return
  \unset __awsmfa_off __awsmfa_own __awsmfa_ids
}

# Profile and time left, for PS1='$(awsmfa_prompt)…' in single quotes; nothing if something else has replaced
# the session's keys. The positional parameters serve as local variables: end, now, profile.
awsmfa_prompt() {
  [ "${AWS_ACCESS_KEY_ID-}" = "${AWSMFA_ACCESS_KEY_ID-}" ] && __awsmfa_is_time "${AWSMFA_EXPIRES_AT-}" || \return 0
  # These shells have no clock but `date`. In the C locale, patterns match bytes.
  \set -- "$AWSMFA_EXPIRES_AT" "$(LC_ALL=C && \export LC_ALL && \command date +%s && __awsmfa_show "${AWSMFA_PROFILE-}")"
  \set -- "$1" "${2%%[!0-9]*}" "${2#*[!0-9]}"
  # The session that a role was assumed with counts if it expires sooner.
  if __awsmfa_is_time "${AWSMFA_BASE_EXPIRES_AT-}" && [ "$AWSMFA_BASE_EXPIRES_AT" -gt "$2" ] && [ "$AWSMFA_BASE_EXPIRES_AT" -lt "$1" ]; then
    \set -- "$AWSMFA_BASE_EXPIRES_AT" "$2" "$3"
  fi
  \set -- "$(($1 - $2))" "$3"
  if [ "$1" -le 0 ]; then
    \command printf '%s over' "$2"
  elif [ "$1" -lt 3600 ]; then
    \command printf '%s %sm' "$2" "$(($1 / 60))"
  else
    \command printf '%s %sh%sm' "$2" "$(($1 / 3600))" "$(($1 / 60 % 60))"
  fi
}

# Whether $1 is a number of seconds. A leading 0 would make it octal.
__awsmfa_is_time() { case ${1:-x} in 0* | *[!0-9]* | ?????????????*) \return 1 ;; esac }

# Prints $1 without the characters that steer a terminal or reorder text; text that is not UTF-8 keeps its ASCII
# only. For a subshell in the C locale.
# shellcheck disable=SC2059 # printf makes bytes of the octal numbers in these scripts
__awsmfa_show() {
  case $1 in *[!\ -~]*) ;; *) \command printf '%s' "$1" && \return ;; esac
  \set -- "$(\command printf '%s' "$1" | \command tr -d '\001-\037\177')" '[\200-\277]'
  \set -- "$1" "s/[\302-\337]$2/ /g; s/\340[\240-\277]$2/ /g; s/[\341-\357]$2$2/ /g; s/\360[\220-\277]$2$2/ /g; s/[\361-\364]$2$2$2/ /g"
  case $(\command printf '%s' "$1" | \command sed "$(\command printf "$2")") in
    *[!\ -~]*) \command printf '%s' "$1" | \command tr -d '\200-\377' ;;
    *)
      \set -- "$1" 's/\302[\200-\237]//g; s/\330\234//g; s/\342\200[\216\217\250-\256]//g; s/\342\201[\246-\251]//g'
      \command printf '%s' "$1" | \command sed "$(\command printf "$2")"
      ;;
  esac
}
