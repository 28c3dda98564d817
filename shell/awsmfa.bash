# awsmfa for bash (3.2 and later): eval "$(awsmfa init bash)" in ~/.bashrc, or source this file.
# In bash's POSIX mode, names with a hyphen are refused: use awsmfa.sh there.
# Backslashes and `builtin` keep the user's aliases and functions out.
\builtin unalias aws-mfa-on aws-mfa-off awsmfa_prompt 2>/dev/null || \builtin true

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]
function aws-mfa-on {
  # `local -` (bash 4.4) also restores the trace when Ctrl-C ends the function.
  { \builtin local __awsmfa_trace="$-"; \builtin local - || \builtin true; \builtin set +x; } 2>/dev/null
  \builtin local __awsmfa_text='' __awsmfa_status=0 __awsmfa_word __awsmfa_help=
  for __awsmfa_word in "$@"; do
    case $__awsmfa_word in -h | --help) __awsmfa_help=1 ;; esac
  done
  if [[ -n $__awsmfa_help ]]; then
    \command awsmfa env --help || __awsmfa_status=$?
  else
    __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} \command awsmfa env --shell bash "$@") || __awsmfa_status=$?
    if [[ $__awsmfa_status == 0 ]]; then \builtin eval "$__awsmfa_text" || __awsmfa_status=$?; fi
  fi
  case $__awsmfa_trace in *x*) __awsmfa_text='' && \builtin set -x ;; esac
  { \builtin return "$__awsmfa_status"; } 2>/dev/null
}

function aws-mfa-off {
  { \builtin local __awsmfa_trace="$-"; \builtin local - || \builtin true; \builtin set +x; } 2>/dev/null
  \builtin local __awsmfa_text='' __awsmfa_status=0
  # The way back is this shell's own unless it is exported: then it came from elsewhere.
  case $(\builtin export -p) in
    *__awsmfa_off*) ;;
    *) __awsmfa_text=${__awsmfa_off-} ;;
  esac
  [[ -n $__awsmfa_text ]] || __awsmfa_text=$(\command awsmfa off --shell bash) || __awsmfa_status=$?
  if [[ $__awsmfa_status == 0 ]]; then
    \builtin eval "$__awsmfa_text" || __awsmfa_status=$?
    \builtin unset __awsmfa_off
  fi
  case $__awsmfa_trace in *x*) __awsmfa_text='' && \builtin set -x ;; esac
  { \builtin return "$__awsmfa_status"; } 2>/dev/null
}

# Seconds left until $1 into __awsmfa_seconds; status 1 if it is no time. Starts no process.
[[ -n ${EPOCHSECONDS-} ]] || __awsmfa_zero=$(($(\command date +%s) - SECONDS))
function __awsmfa_left {
  case ${1:-x} in *[!0-9]* | ?????????????*) \builtin return 1 ;; esac
  __awsmfa_seconds=$((10#$1 - ${EPOCHSECONDS:-$((__awsmfa_zero + SECONDS))}))
}

# Profile and time left, for PS1='$(awsmfa_prompt)…' in single quotes.
function awsmfa_prompt {
  \builtin local __awsmfa_seconds session left=over
  __awsmfa_left "${AWSMFA_EXPIRES_AT-}" || \builtin return 0
  session=$__awsmfa_seconds
  # A role's base session counts where it ends sooner.
  { __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" && ((0 < __awsmfa_seconds && __awsmfa_seconds < session)); } ||
    __awsmfa_seconds=$session
  ((__awsmfa_seconds <= 0)) || left=$((__awsmfa_seconds / 60 % 60))m
  ((__awsmfa_seconds < 3600)) || left=$((__awsmfa_seconds / 3600))h$left
  \builtin printf '%s %s' "${AWSMFA_PROFILE//[[:cntrl:]]/}" "$left"
}

# >>> warnings
function __awsmfa_warn {
  \builtin local status="$?" __awsmfa_seconds say=
  if __awsmfa_left "${AWSMFA_EXPIRES_AT-}"; then
    if ((__awsmfa_seconds <= 0)); then say='is over'; elif ((__awsmfa_seconds <= 600)); then say='ends in ten minutes or less'; fi
    if [[ -n $say && ${__awsmfa_said-} != "$AWSMFA_EXPIRES_AT $say" ]]; then
      \builtin printf 'awsmfa: the session of %s %s: aws-mfa-on renews it\n' "${AWSMFA_PROFILE//[[:cntrl:]]/}" "$say" >&2
      __awsmfa_said="$AWSMFA_EXPIRES_AT $say"
    fi
  fi
  \builtin return "$status"
}
# An array (bash 5.1) or a string, which may end in `;`.
# shellcheck disable=SC2178,SC2128
case $(\builtin declare -p PROMPT_COMMAND 2>/dev/null) in
  *__awsmfa_warn*) ;;
  'declare -a'*) PROMPT_COMMAND=(__awsmfa_warn ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}) ;;
  *) PROMPT_COMMAND=__awsmfa_warn${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND} ;;
esac
# <<< warnings

# Completes like `awsmfa env` where awsmfa's own completion is loaded.
if \builtin complete -p awsmfa >/dev/null 2>&1; then
  function __awsmfa_complete {
    \builtin local __awsmfa_completer
    COMP_WORDS=(awsmfa env "${COMP_WORDS[@]:1}")
    ((COMP_CWORD += 1))
    __awsmfa_completer=$(\builtin complete -p awsmfa) && __awsmfa_completer=${__awsmfa_completer##*-F }
    "${__awsmfa_completer%% *}" awsmfa "$2" "${COMP_WORDS[COMP_CWORD - 1]}"
  }
  \builtin complete -F __awsmfa_complete aws-mfa-on
fi
