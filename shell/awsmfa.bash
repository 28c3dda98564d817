# awsmfa for bash (3.2 and later): eval "$(awsmfa init bash)" in ~/.bashrc, or source this file.
# bash's POSIX mode refuses names with a hyphen: use awsmfa.sh there.
# Backslashes and `builtin` keep the user's aliases and functions out.
\builtin unalias aws-mfa-on aws-mfa-off awsmfa_prompt 2>/dev/null || \builtin true

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]
function aws-mfa-on { __awsmfa_untraced __awsmfa_login "$@"; }
# aws-mfa-off [--all]
function aws-mfa-off { __awsmfa_untraced __awsmfa_logout "$@"; }

# Runs a function that `set -x`, `set -v` and the user's traps do not see, for they would print secrets, and
# that `set -a` does not affect, for it would export them. A function inherits traps on DEBUG, RETURN and ERR
# only under `set -T` and `set -E`; bash itself restores them when it ends.
function __awsmfa_untraced {
  # `local -` (bash 4.4) also restores the options if Ctrl-C ends the function.
  { \builtin local __awsmfa_flags="${-//[!axvTE]/}"; \builtin local - || \builtin true; \builtin set +axvTE; } 2>/dev/null
  \builtin local __awsmfa_status=0
  "$@" || __awsmfa_status=$?
  [[ -z $__awsmfa_flags ]] || \builtin set "-$__awsmfa_flags"
  { \builtin return "$__awsmfa_status"; } 2>/dev/null
}

function __awsmfa_login {
  \builtin local __awsmfa_text='' __awsmfa_word
  for __awsmfa_word in "$@"; do
    case $__awsmfa_word in -h | --help) \command awsmfa env --help; \builtin return ;; esac
  done
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} \command awsmfa env --shell bash "$@") || \builtin return
  \builtin eval "$__awsmfa_text" || \builtin return
  __awsmfa_point_out_subshell
}

function __awsmfa_point_out_subshell {
  ((BASH_SUBSHELL == 0)) ||
    \builtin printf 'awsmfa: %s\n' 'aws-mfa-on has no effect outside of this pipe or these parentheses: run it on its own' >&2
}

# Evaluates the restore code that the login has left, or what awsmfa prints if there is none. Restore code that
# is exported came from elsewhere and is never evaluated. If the shell has no base session of its own, the agent
# may have it: then awsmfa runs in any case, to say so.
function __awsmfa_logout {
  \builtin local __awsmfa_text='' __awsmfa_printed=''
  case $* in '' | --all) ;; *) \command awsmfa off "$@"; \builtin return ;; esac
  case $(\builtin export -p) in *__awsmfa_off*) ;; *) __awsmfa_text=${__awsmfa_off-} ;; esac
  if [[ -z $__awsmfa_text || -n $* || -n ${AWSMFA_BASE_EXPIRES_AT-} && -z ${__awsmfa_base-} ]]; then
    __awsmfa_printed=$(\command awsmfa off --shell bash "$@") || [[ -n $__awsmfa_text ]] || \builtin return
  fi
  __awsmfa_ids="${__awsmfa_ids-}|${AWSMFA_ACCESS_KEY_ID-}|"
  \builtin eval "${__awsmfa_text:-$__awsmfa_printed}" || \builtin return
  \builtin unset __awsmfa_off __awsmfa_own __awsmfa_ended
  __awsmfa_ended=$__awsmfa_text
}

# Takes the keys of a session that `off` has ended away again. direnv and mise put them back on leaving a
# directory that they were entered with.
function __awsmfa_end_again {
  \builtin eval "${__awsmfa_ended-}"
  \builtin unset __awsmfa_own
  ! __awsmfa_has_ended || \builtin unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}

function __awsmfa_has_ended {
  [[ -z ${__awsmfa_off-} && ${__awsmfa_ids-} == *"|${AWS_ACCESS_KEY_ID:-none}|"* ]]
}
# Restore code from the environment is never evaluated.
\builtin unset __awsmfa_ended __awsmfa_ids

# Puts the seconds until $1 into __awsmfa_seconds; status 1 if $1 is no time. Starts no process: bash 5 has a
# clock, older ones count the seconds since the shell started.
[[ -n ${EPOCHSECONDS-} ]] || __awsmfa_zero=$(($(\command date +%s) - SECONDS))
function __awsmfa_left {
  case ${1:-x} in *[!0-9]* | ?????????????*) \builtin return 1 ;; esac
  __awsmfa_seconds=$((10#$1 - ${EPOCHSECONDS:-$((__awsmfa_zero + SECONDS))}))
}

# The same for the session that `on` set, as long as nothing else has replaced its keys.
function __awsmfa_session_left {
  [[ ${AWS_ACCESS_KEY_ID-} == "${AWSMFA_ACCESS_KEY_ID-}" ]] && __awsmfa_left "${AWSMFA_EXPIRES_AT-}"
}

# Puts $1 into __awsmfa_shown, without the characters that steer a terminal or reorder text. Works on bytes, so
# that the locale does not matter; text that is not UTF-8 keeps its ASCII only.
function __awsmfa_show {
  \builtin local LC_ALL=C next=$'[\x80-\xbf]' rest
  __awsmfa_shown=${1//[$'\x01'-$'\x1f\x7f']/}
  rest=${1//[$'\xc2'-$'\xdf']$next/ }
  rest=${rest//[$'\xe1'-$'\xef']$next$next/ }
  rest=${rest//$'\xe0'[$'\xa0'-$'\xbf']$next/ }
  rest=${rest//[$'\xf1'-$'\xf4']$next$next$next/ }
  rest=${rest//$'\xf0'[$'\x90'-$'\xbf']$next$next/ }
  case $rest in *[$'\x80'-$'\xff']*) __awsmfa_shown=${__awsmfa_shown//[$'\x80'-$'\xff']/} ;; esac
  __awsmfa_shown=${__awsmfa_shown//$'\xc2'[$'\x80'-$'\x9f']/}
  __awsmfa_shown=${__awsmfa_shown//$'\xd8\x9c'/}
  __awsmfa_shown=${__awsmfa_shown//$'\xe2\x80'[$'\x8e\x8f\xa8'-$'\xae']/}
  __awsmfa_shown=${__awsmfa_shown//$'\xe2\x81'[$'\xa6'-$'\xa9']/}
}

# Profile and time left, for PS1='$(awsmfa_prompt)…' in single quotes.
function awsmfa_prompt {
  \builtin local __awsmfa_seconds __awsmfa_shown session left=over
  __awsmfa_session_left || \builtin return 0
  session=$__awsmfa_seconds
  # The session that a role was assumed with counts if it expires sooner.
  { __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" && ((0 < __awsmfa_seconds && __awsmfa_seconds < session)); } ||
    __awsmfa_seconds=$session
  ((__awsmfa_seconds <= 0)) || left=$((__awsmfa_seconds / 60 % 60))m
  ((__awsmfa_seconds < 3600)) || left=$((__awsmfa_seconds / 3600))h$left
  __awsmfa_show "${AWSMFA_PROFILE-}" 2>/dev/null
  \builtin printf '%s %s' "$__awsmfa_shown" "$left"
}

# >>> warnings
# Says what has changed about the session, each thing once.
function __awsmfa_changes {
  \builtin local __awsmfa_shown profile variable other='' value='' end='' renew='aws-mfa-on renews it'
  __awsmfa_show "${AWSMFA_PROFILE-}" 2>/dev/null
  profile=$__awsmfa_shown
  for variable in AWS_DEFAULT_PROFILE AWS_PROFILE; do
    # A variable that is not exported reaches no other program (bash 5 can tell).
    # With --profiles, every tool uses what it names.
    [[ -n ${AWSMFA_OVERLAY-} || -z ${!variable-} || ${!variable} == "${AWSMFA_PROFILE-}" ]] ||
      [[ -n ${EPOCHSECONDS-} && ${!variable@a} != *x* ]] || { other=$variable value=${!variable}; }
  done
  if [[ -n $other && ${__awsmfa_other-} != "$other $value" ]]; then
    __awsmfa_show "$value" 2>/dev/null
    \builtin printf 'awsmfa: this terminal holds the session of %s, but %s is now %s, which some tools use instead: unset %s, or log in with aws-mfa-on\n' \
      "$profile" "$other" "$__awsmfa_shown" "$other" >&2
  fi
  __awsmfa_other="$other $value"
  if ((__awsmfa_seconds <= 0)); then end='has expired'; elif ((__awsmfa_seconds <= __awsmfa_warn_from)); then end='expires in ten minutes or less'; fi
  [[ -n $end && ${__awsmfa_said-} != "$AWSMFA_EXPIRES_AT $end" ]] || \builtin return 0
  __awsmfa_said="$AWSMFA_EXPIRES_AT $end"
  # With another profile named, aws-mfa-on would log in to that one.
  [[ -z $other ]] || renew="unset $other, then $renew"
  \builtin printf 'awsmfa: the session of %s %s: %s\n' "$profile" "$end" "$renew" >&2
}

# Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this shell
# does not keep it: then awsmfa runs once, to ask.
function __awsmfa_agent_end {
  [[ -z ${__awsmfa_base-} && ${__awsmfa_asked-} != "${AWSMFA_BASE_EXPIRES_AT-}" ]] || \builtin return 0
  __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" || \builtin return 0
  ((0 < __awsmfa_seconds && __awsmfa_seconds <= 1800)) || \builtin return 0
  __awsmfa_asked=$AWSMFA_BASE_EXPIRES_AT
  \command awsmfa status --agent-end </dev/null >/dev/null || \builtin true
}
# <<< warnings

# >>> hook
# Runs before a prompt, if this terminal holds a session: `init --renew` adds __awsmfa_renewal.
function __awsmfa_before_prompt {
  \builtin local __awsmfa_status="$?" __awsmfa_seconds __awsmfa_warn_from=600 __awsmfa_step
  __awsmfa_pipe=("$@")
  ! __awsmfa_has_ended || __awsmfa_untraced __awsmfa_end_again
  for __awsmfa_step in __awsmfa_renewal __awsmfa_changes __awsmfa_agent_end; do
    ! { \builtin declare -F "$__awsmfa_step" >/dev/null && __awsmfa_session_left; } || "$__awsmfa_step"
  done
  \builtin return "$__awsmfa_status"
}

# Registers it so that every other hook still sees `$?`, `$_` and PIPESTATUS as the command left them. bash 5.1
# takes care of that between the elements of an array. Hooks that are added to the string later join the first
# element, so that one stays the user's.
#
# Some hooks arm a DEBUG trap before the prompt, which takes the first command after it for what the user types.
# So ours precedes them if the trap is there or announced ($1 is not empty), and joins the string that VS Code
# wraps later. Only behind direnv and mise can it take away what they put back.
function __awsmfa_register {
  \builtin local declared attributes is_first=''
  declared=$(\builtin declare -p PROMPT_COMMAND 2>/dev/null || \builtin true)
  attributes=${declared#declare -}
  attributes=${attributes%% *}
  case $declared in
    *__awsmfa_before_prompt*) \builtin return 0 ;;
    *_direnv_hook* | *_mise_hook*) ;;
    *) is_first=$1 ;;
  esac
  [[ $attributes != *r* ]] || \builtin return 0
  # bash-preexec's installer runs at the first prompt and must stay in the string: it removes itself from there.
  [[ -z $is_first || $declared != *__bp_install* ]] || attributes=x
  if [[ $attributes != *x* && ${TERM_PROGRAM-} != vscode ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
    if [[ -n $is_first ]]; then
      # A hook that is appended to this string later does not see PIPESTATUS; nor would it behind those hooks.
      # shellcheck disable=SC2016 # code for later
      PROMPT_COMMAND=('__awsmfa_before_prompt "$_"' "${PROMPT_COMMAND[@]-}")
    else
      PROMPT_COMMAND=("${PROMPT_COMMAND[@]-}" __awsmfa_before_prompt)
    fi
    \builtin return 0
  fi
  __awsmfa_join_string "$1" "$is_first"
}

# The string may be exported: a child shell has no __awsmfa_hook, and then it does nothing.
function __awsmfa_join_string {
  # shellcheck disable=SC2016 # code for later
  \builtin local hook='case ${__awsmfa_hook-} in hook) __awsmfa_before_prompt "$_" ;; esac'
  # For the hooks that are appended to it later, ours repeats a pipeline of up to four commands. bash-preexec and
  # VS Code pass on statuses themselves, and bash-preexec takes seconds to read a long string. bash 3.2 can hang
  # when PIPESTATUS is read here: there, one command is assumed.
  # shellcheck disable=SC2016 # code for later
  [[ -n $1 || ${TERM_PROGRAM-} == vscode || ${BASH_VERSINFO[0]} -lt 4 ]] || hook='case ${__awsmfa_hook-}${#PIPESTATUS[@]} in
hook1) __awsmfa_before_prompt "$_" ;;
hook2) __awsmfa_before_prompt "${PIPESTATUS[@]}" "$_"; __awsmfa_exit 0 | __awsmfa_exit 1 ;;
hook3) __awsmfa_before_prompt "${PIPESTATUS[@]}" "$_"; __awsmfa_exit 0 | __awsmfa_exit 1 | __awsmfa_exit 2 ;;
hook4) __awsmfa_before_prompt "${PIPESTATUS[@]}" "$_"; __awsmfa_exit 0 | __awsmfa_exit 1 | __awsmfa_exit 2 | __awsmfa_exit 3 ;;
hook*) __awsmfa_before_prompt "$_" ;;
esac'
  # shellcheck disable=SC2178,SC2128
  if [[ -n $2 ]]; then
    PROMPT_COMMAND=$hook${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
  else
    PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$hook
  fi
}
function __awsmfa_exit { \builtin return "${__awsmfa_pipe[$1]}"; }
\builtin export -n __awsmfa_hook=hook
__awsmfa_register "$(\builtin trap -p DEBUG)${bash_preexec_imported-}${__bp_imported-}"
# <<< hook
