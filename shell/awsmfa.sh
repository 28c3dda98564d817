# awsmfa for dash, ksh, mksh, busybox and the POSIX mode of bash: . awsmfa.sh, or
# eval "$(awsmfa init sh)". Functions must not have a hyphen here; aliases have.
\unalias awsmfa_on awsmfa_off awsmfa_prompt 2>/dev/null || \:

# awsmfa_on [PROFILE] [CODE] [flags of awsmfa env]
awsmfa_on() { __awsmfa_untraced __awsmfa_login "$@"; }
awsmfa_off() { __awsmfa_untraced __awsmfa_logout; }
\alias aws-mfa-on=awsmfa_on aws-mfa-off=awsmfa_off

# Runs a function that `set -x`, `set -v` and the user's traps do not see, for they would print secrets, and
# that `set -a` does not affect, for it would export them. In bash, a function inherits traps on DEBUG and ERR
# only under `set -T` and `set -E`.
__awsmfa_untraced() {
  # `local -` (not in ksh93) also restores the options when Ctrl-C ends the function. posh, which
  # ends the function here, is not supported.
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
  # The other shells do not tell.
  # shellcheck disable=SC3028
  case ${BASH_SUBSHELL:-0} in
    0) ;;
    *) \command printf 'awsmfa: %s\n' \
      'the session ends with this subshell: run aws-mfa-on without a pipe and parentheses to keep it' >&2 ;;
  esac
}

__awsmfa_logout() {
  __awsmfa_text=
  # The restore code is this shell's own unless it is exported: then it came from elsewhere.
  case $(\export -p) in
    *__awsmfa_off*) ;;
    *) __awsmfa_text=${__awsmfa_off-} ;;
  esac
  [ -n "$__awsmfa_text" ] || __awsmfa_text=$(\command awsmfa off --shell sh) || \return
  \eval "$__awsmfa_text" || \return
  \unset __awsmfa_off
}

# Profile and time left, for PS1='$(awsmfa_prompt)…' in single quotes; nothing if something else has
# replaced the session's keys.
awsmfa_prompt() {
  [ "${AWS_ACCESS_KEY_ID-}" = "${AWSMFA_ACCESS_KEY_ID-}" ] || \return 0
  case ${AWSMFA_EXPIRES_AT:-x} in 0* | *[!0-9]* | ?????????????*) \return 0 ;; esac
  # There is no clock in these shells but `date`. In the C locale, patterns match bytes.
  \set -- "$AWSMFA_EXPIRES_AT" "$(LC_ALL=C && \command date +%s && __awsmfa_show "${AWSMFA_PROFILE-}")"
  \set -- "$1" "${2%%[!0-9]*}" "${2#*[!0-9]}"
  # A role's base session counts where it ends sooner.
  case ${AWSMFA_BASE_EXPIRES_AT:-x} in
    0* | *[!0-9]* | ?????????????*) ;;
    *) [ "$AWSMFA_BASE_EXPIRES_AT" -le "$2" ] || [ "$AWSMFA_BASE_EXPIRES_AT" -ge "$1" ] ||
      \set -- "$AWSMFA_BASE_EXPIRES_AT" "$2" "$3" ;;
  esac
  \set -- "$3" "$(($1 - $2))"
  if [ "$2" -le 0 ]; then
    \command printf '%s over' "$1"
  elif [ "$2" -lt 3600 ]; then
    \command printf '%s %sm' "$1" "$(($2 / 60))"
  else
    \command printf '%s %sh%sm' "$1" "$(($2 / 3600))" "$(($2 / 60 % 60))"
  fi
}

# Prints $1 without the characters that steer a terminal or reorder text, and without bytes that are not
# UTF-8. For a subshell in the C locale.
# shellcheck disable=SC2154
__awsmfa_show() {
  case $1 in *[!\ -~]*) ;; *) \command printf '%s' "$1" && \return ;; esac
  \eval "$(\command printf 'x80="\200" x81="\201" x8e="\216" x8f="\217" x90="\220" x9c="\234" x9f="\237" xa0="\240" xa6="\246" xa8="\250" xa9="\251"
    xae="\256" xbf="\277" xc2="\302" xd8="\330" xdf="\337" xe0="\340" xe1="\341" xe2="\342" xef="\357" xf0="\360" xf1="\361" xf4="\364"')"
  rest=$1 shown='' next="[$x80-$xbf]"
  while [ -n "$rest" ]; do
    case $rest in
      [\ -~]*) tail=${rest#?} ;;
      "$xc2"[$x80-$x9f]* | "$xd8$x9c"* | "$xe2$x80"[$x8e$x8f$xa8-$xae]* | "$xe2$x81"[$xa6-$xa9]*)
        # The other bytes of the character follow: none of them begins one.
        rest=${rest#?}
        continue
        ;;
      [$xc2-$xdf]$next*) tail=${rest#??} ;;
      "$xe0"[$xa0-$xbf]$next* | [$xe1-$xef]$next$next*) tail=${rest#???} ;;
      "$xf0"[$x90-$xbf]$next$next* | [$xf1-$xf4]$next$next$next*) tail=${rest#????} ;;
      *)
        rest=${rest#?}
        continue
        ;;
    esac
    shown=$shown${rest%"$tail"} rest=$tail
  done
  \command printf '%s' "$shown"
}
