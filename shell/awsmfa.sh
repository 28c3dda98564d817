# awsmfa for dash, ksh, mksh, busybox and the POSIX mode of bash: . awsmfa.sh, or
# eval "$(awsmfa init sh)". Functions must not have a hyphen here; aliases have.
\unalias awsmfa_on awsmfa_off awsmfa_prompt 2>/dev/null || \:

# awsmfa_on [PROFILE] [CODE] [flags of awsmfa env]
awsmfa_on() {
  # `local -` (not in ksh93) also restores the trace when Ctrl-C ends the function.
  # shellcheck disable=SC3043
  { __awsmfa_trace=$-; \local - || \:; \set +x; } 2>/dev/null
  __awsmfa_status=0 __awsmfa_help=
  for __awsmfa_word in "$@"; do
    case $__awsmfa_word in -h | --help) __awsmfa_help=1 ;; esac
  done
  if [ -n "$__awsmfa_help" ]; then
    \command awsmfa env --help || __awsmfa_status=$?
  else
    __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} \command awsmfa env --shell sh "$@") || __awsmfa_status=$?
    if [ "$__awsmfa_status" = 0 ]; then \eval "$__awsmfa_text" || __awsmfa_status=$?; fi
  fi
  # The last word may be a code that nobody has used.
  \unset __awsmfa_text __awsmfa_word __awsmfa_help
  case $__awsmfa_trace in *x*) \set -x ;; esac
  { \return "$__awsmfa_status"; } 2>/dev/null
}

awsmfa_off() {
  # shellcheck disable=SC3043
  { __awsmfa_trace=$-; \local - || \:; \set +x; } 2>/dev/null
  __awsmfa_status=0 __awsmfa_text=
  # The way back is this shell's own unless it is exported: then it came from elsewhere.
  case $(\export -p) in
    *__awsmfa_off*) ;;
    *) __awsmfa_text=${__awsmfa_off-} ;;
  esac
  [ -n "$__awsmfa_text" ] || __awsmfa_text=$(\command awsmfa off --shell sh) || __awsmfa_status=$?
  if [ "$__awsmfa_status" = 0 ]; then
    \eval "$__awsmfa_text" || __awsmfa_status=$?
    \unset __awsmfa_off
  fi
  \unset __awsmfa_text
  case $__awsmfa_trace in *x*) \set -x ;; esac
  { \return "$__awsmfa_status"; } 2>/dev/null
}
\alias aws-mfa-on=awsmfa_on aws-mfa-off=awsmfa_off

# Profile and time left, for PS1='$(awsmfa_prompt)…' in single quotes. There is no clock in these
# shells but `date`.
awsmfa_prompt() {
  case ${AWSMFA_EXPIRES_AT:-x} in 0* | *[!0-9]* | ?????????????*) \return 0 ;; esac
  case ${AWSMFA_PROFILE-} in *[[:cntrl:]]*) set -- '?' ;; *) set -- "${AWSMFA_PROFILE-}" ;; esac
  # A role's base session counts where it ends sooner.
  set -- "$1" "$AWSMFA_EXPIRES_AT" "$(\command date +%s)"
  case ${AWSMFA_BASE_EXPIRES_AT:-x} in
    0* | *[!0-9]* | ?????????????*) ;;
    *) [ "$AWSMFA_BASE_EXPIRES_AT" -le "$3" ] || [ "$AWSMFA_BASE_EXPIRES_AT" -ge "$2" ] ||
      set -- "$1" "$AWSMFA_BASE_EXPIRES_AT" "$3" ;;
  esac
  set -- "$1" "$(($2 - $3))"
  if [ "$2" -le 0 ]; then
    \printf '%s over' "$1"
  elif [ "$2" -lt 3600 ]; then
    \printf '%s %sm' "$1" "$(($2 / 60))"
  else
    \printf '%s %sh%sm' "$1" "$(($2 / 3600))" "$(($2 / 60 % 60))"
  fi
}
