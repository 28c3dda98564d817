# awsmfa for zsh: eval "$(awsmfa init zsh)" in ~/.zshrc, or source this file.
# Backslashes and `builtin` keep the user's aliases and functions out; `; }` is for `emulate sh`.
\builtin unalias aws-mfa-on aws-mfa-off awsmfa_prompt 2>/dev/null || \builtin true
\builtin zmodload zsh/datetime

# Both functions have options and traps of their own: the user's traces and traps would print secrets, and
# `set -a` would export them.

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]
function aws-mfa-on {
  { \builtin emulate -L zsh; \builtin unsetopt xtrace verbose; \builtin trap - DEBUG ZERR; } 2>/dev/null
  \builtin local __awsmfa_text
  \builtin local -a __awsmfa_assigned
  if (( ${argv[(I)(-h|--help)]} )); then \command awsmfa env --help; \builtin return; fi
  __awsmfa_find_assigned
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} __awsmfa_assigned="${(j: :)__awsmfa_assigned}" \
    \command awsmfa env --shell zsh "$@") || \builtin return
  \builtin eval "$__awsmfa_text" || \builtin return
  __awsmfa_point_out_subshell
}

function __awsmfa_point_out_subshell {
  (( ZSH_SUBSHELL == 0 )) ||
    \builtin print -r -- 'awsmfa: aws-mfa-on has no effect outside of this pipe or these parentheses: run it on its own' >&2
}

# aws-mfa-off [--all]
#
# Evaluates the restore code that the login has left, or what awsmfa prints if there is none. Restore code that
# is exported came from elsewhere and is never evaluated. If the shell has no base session of its own, the agent
# may have it: then awsmfa runs in any case, to say so.
function aws-mfa-off {
  { \builtin emulate -L zsh; \builtin unsetopt xtrace verbose; \builtin trap - DEBUG ZERR; } 2>/dev/null
  \builtin local __awsmfa_text= __awsmfa_printed=
  case $* in ('' | --all) ;; (*) \command awsmfa off "$@"; \builtin return ;; esac
  [[ ${(t)__awsmfa_off} == *export* ]] || __awsmfa_text=$__awsmfa_off
  if [[ -z $__awsmfa_text || -n $* || -n ${AWSMFA_BASE_EXPIRES_AT-} && -z ${__awsmfa_base-} ]]; then
    __awsmfa_printed=$(\command awsmfa off --shell zsh "$@") || [[ -n $__awsmfa_text ]] || \builtin return
  fi
  __awsmfa_ids="${__awsmfa_ids-}|${AWSMFA_ACCESS_KEY_ID-}|"
  \builtin eval "${__awsmfa_text:-$__awsmfa_printed}" || \builtin return
  \builtin unset __awsmfa_off __awsmfa_own __awsmfa_ended
  __awsmfa_ended=$__awsmfa_text
}

# Takes the keys of a session that `off` has ended away again. direnv and mise put them back on leaving a
# directory that they were entered with.
function __awsmfa_end_again {
  { \builtin emulate -L zsh; \builtin unsetopt xtrace verbose; \builtin trap - DEBUG ZERR; } 2>/dev/null
  __awsmfa_has_ended || \builtin return 0
  \builtin eval "${__awsmfa_ended-}"
  \builtin unset __awsmfa_own
  ! __awsmfa_has_ended || \builtin unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}

function __awsmfa_has_ended {
  [[ -z ${__awsmfa_off-} && ${__awsmfa_ids-} == *"|${AWS_ACCESS_KEY_ID:-none}|"* ]]
}
# Restore code from the environment is never evaluated.
\builtin unset __awsmfa_ended __awsmfa_ids

# The names of the variables that are assigned before the command, as in `AWS_PROFILE=work aws-mfa-on`, into
# __awsmfa_assigned: zsh restores them when the function returns, so awsmfa refuses them. Only the line that runs
# tells them from the terminal's own, and a script has none. If the line has several commands, nothing tells
# which one runs, so all of them count.
function __awsmfa_find_assigned {
  [[ -o interactive ]] || \builtin return 0
  \builtin local typed word
  \builtin local -a before
  for typed in ${(z)history[$HISTCMD]}; do
    for word in ${(z)aliases[$typed]-$typed}; do
      case $word in ([A-Za-z_]*=*) before+=(${word%%=*}) && \builtin continue ;; esac
      [[ ${(Q)word} != aws-mfa-on ]] || __awsmfa_assigned+=($before)
      before=()
    done
  done
}

# Puts the seconds until $1 into __awsmfa_seconds; status 1 if $1 is no time. Starts no process.
function __awsmfa_left {
  [[ $1 == [0-9]## && $#1 -le 12 ]] || \builtin return 1
  (( __awsmfa_seconds = 10#$1 - EPOCHSECONDS )) || \builtin true
}

# The same for the session that `on` set, as long as nothing else has replaced its keys.
function __awsmfa_session_left {
  [[ ${AWS_ACCESS_KEY_ID-} == "${AWSMFA_ACCESS_KEY_ID-}" ]] && __awsmfa_left "${AWSMFA_EXPIRES_AT-}"
}

# Puts $1 into __awsmfa_shown, without the characters that steer a terminal or reorder text. Works on bytes, so
# that the locale does not matter; text that is not UTF-8 keeps its ASCII only. The patterns are in variables,
# because the parser takes no parentheses under `emulate sh`.
function __awsmfa_show {
  \builtin emulate -L zsh -o extended_glob -o no_multibyte
  \builtin local next=$'[\x80-\xbf]' utf8=$'[\x01-\x7f]' steering
  utf8+=$'|[\xc2-\xdf]'$next
  utf8+=$'|\xe0[\xa0-\xbf]'$next$'|[\xe1-\xef]'$next$next
  utf8+=$'|\xf0[\x90-\xbf]'$next$next$'|[\xf1-\xf4]'$next$next$next
  utf8="($utf8)#"
  steering=$'([\x01-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9])'
  __awsmfa_shown=$1
  [[ $1 == $~utf8 ]] || __awsmfa_shown=${1//[$'\x80'-$'\xff']/}
  __awsmfa_shown=${__awsmfa_shown//$~steering/}
}

# Profile and time left, for `setopt prompt_subst; PS1='$(awsmfa_prompt)…'` in single quotes.
function awsmfa_prompt {
  \builtin emulate -L zsh -o extended_glob
  \builtin local -i __awsmfa_seconds session
  \builtin local __awsmfa_shown left=over
  __awsmfa_session_left || \builtin return 0
  session=$__awsmfa_seconds
  # The session that a role was assumed with counts if it expires sooner.
  { __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" && (( 0 < __awsmfa_seconds && __awsmfa_seconds < session )); } ||
    __awsmfa_seconds=$session
  (( __awsmfa_seconds <= 0 )) || left=$((__awsmfa_seconds / 60 % 60))m
  (( __awsmfa_seconds < 3600 )) || left=$((__awsmfa_seconds / 3600))h$left
  __awsmfa_show "${AWSMFA_PROFILE-}"
  \builtin print -rn -- "${__awsmfa_shown//\%/%%} $left"
}

# >>> warnings
# Says what has changed about the session, each thing once.
function __awsmfa_changes {
  \builtin local __awsmfa_shown profile variable other= value= end= renew='aws-mfa-on renews it'
  __awsmfa_show "${AWSMFA_PROFILE-}"
  profile=$__awsmfa_shown
  for variable in AWS_DEFAULT_PROFILE AWS_PROFILE; do
    # A variable that is not exported reaches no other program.
    # With --profiles, every tool uses what it names.
    [[ -n ${AWSMFA_OVERLAY-} || -z ${(P)variable} || ${(P)variable} == ${AWSMFA_PROFILE-} || ${(Pt)variable} != *export* ]] ||
      { other=$variable value=${(P)variable}; }
  done
  if [[ -n $other && ${__awsmfa_other-} != "$other $value" ]]; then
    __awsmfa_show "$value"
    \builtin print -r -- "awsmfa: this terminal holds the session of $profile, but $other is now $__awsmfa_shown," \
      "which some tools use instead: unset $other, or log in with aws-mfa-on" >&2
  fi
  \builtin typeset -g __awsmfa_other="$other $value"
  if (( __awsmfa_seconds <= 0 )); then end='has expired'; elif (( __awsmfa_seconds <= __awsmfa_warn_from )); then end='expires in ten minutes or less'; fi
  [[ -n $end && ${__awsmfa_said-} != "$AWSMFA_EXPIRES_AT $end" ]] || \builtin return 0
  \builtin typeset -g __awsmfa_said="$AWSMFA_EXPIRES_AT $end"
  # With another profile named, aws-mfa-on would log in to that one.
  [[ -z $other ]] || renew="unset $other, then $renew"
  \builtin print -r -- "awsmfa: the session of $profile $end: $renew" >&2
}

# Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this shell
# does not keep it: then awsmfa runs once, to ask.
function __awsmfa_agent_end {
  [[ -z ${__awsmfa_base-} && ${__awsmfa_asked-} != ${AWSMFA_BASE_EXPIRES_AT-} ]] || \builtin return 0
  __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" || \builtin return 0
  (( 0 < __awsmfa_seconds && __awsmfa_seconds <= 1800 )) || \builtin return 0
  \builtin typeset -g __awsmfa_asked=$AWSMFA_BASE_EXPIRES_AT
  \command awsmfa status --agent-end </dev/null >/dev/null || \builtin true
}
# <<< warnings

# >>> hook
# Runs before a prompt, if this terminal holds a session: `init --renew` adds __awsmfa_renewal.
function __awsmfa_before_prompt {
  \builtin local __awsmfa_status=$?
  \builtin emulate -L zsh -o extended_glob
  \builtin local -i __awsmfa_seconds __awsmfa_warn_from=600
  \builtin local __awsmfa_step
  __awsmfa_end_again
  for __awsmfa_step in __awsmfa_renewal __awsmfa_changes __awsmfa_agent_end; do
    ! { (( ${+functions[$__awsmfa_step]} )) && __awsmfa_session_left; } || $__awsmfa_step
  done
  \builtin return $__awsmfa_status
}
\builtin typeset -ga precmd_functions
[[ " ${precmd_functions[*]} " == *" __awsmfa_before_prompt "* ]] || precmd_functions+=(__awsmfa_before_prompt)
# Other tools follow the directory at once.
\builtin typeset -ga chpwd_functions
[[ " ${chpwd_functions[*]} " == *" __awsmfa_end_again "* ]] || chpwd_functions+=(__awsmfa_end_again)
# <<< hook
