# awsmfa for zsh: eval "$(awsmfa init zsh)" in ~/.zshrc, or source this file.
# Backslashes and `builtin` keep the user's aliases and functions out; `; }` is for `emulate sh`.
\builtin unalias aws-mfa-on aws-mfa-off awsmfa_prompt 2>/dev/null || \builtin true
\builtin zmodload zsh/datetime

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]
function aws-mfa-on {
  { \builtin emulate -L zsh; \builtin unsetopt xtrace; } 2>/dev/null
  \builtin local __awsmfa_text __awsmfa_name __awsmfa_first=${__awsmfa_off:+no}
  if (( ${argv[(I)(-h|--help)]} )); then \command awsmfa env --help; \builtin return; fi
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} \command awsmfa env --shell zsh "$@") || \builtin return
  # Of the names before the command only those that the text is about.
  for __awsmfa_name in $__awsmfa_given; do
    if [[ $__awsmfa_text == *"__awsmfa_save $__awsmfa_name "* ]]; then
      \builtin unset $__awsmfa_name
    else
      __awsmfa_given=(${__awsmfa_given:#$__awsmfa_name})
    fi
  done
  \builtin eval "$__awsmfa_text" || \builtin return
  (( ! $#__awsmfa_given )) || \builtin typeset -g __awsmfa_again=$__awsmfa_text __awsmfa_kept=$__awsmfa_first
}

function aws-mfa-off {
  { \builtin emulate -L zsh; \builtin unsetopt xtrace; } 2>/dev/null
  \builtin local __awsmfa_text=
  # The way back is this shell's own unless it is exported: then it came from elsewhere.
  [[ ${(t)__awsmfa_off} == *export* ]] || __awsmfa_text=$__awsmfa_off
  [[ -n $__awsmfa_text ]] || __awsmfa_text=$(\command awsmfa off --shell zsh) || \builtin return
  \builtin eval "$__awsmfa_text" || \builtin return
  \builtin unset __awsmfa_off
}

# zsh gives `AWS_PROFILE=work aws-mfa-on` its old value back when the function returns, and tells
# the function nothing: the names are read off the line before it runs, and the changes to them
# are made once more before the next prompt.
# (What the environment brought under these names is not ours.)
\builtin unset __awsmfa_again __awsmfa_given
\builtin typeset -ga __awsmfa_given preexec_functions precmd_functions
function __awsmfa_preexec {
  \builtin emulate -L zsh
  __awsmfa_given=()
  [[ $1 == *=*aws-mfa-on* ]] || \builtin return 0
  \builtin local word
  for word in ${(z)1}; do
    case $word in
      ([A-Za-z_]*=*) __awsmfa_given+=(${word%%=*}) ;;
      (aws-mfa-on) \builtin break ;;
      (*) __awsmfa_given=() ;;
    esac
  done
}
function __awsmfa_precmd {
  \builtin local __awsmfa_status=$?
  { \builtin emulate -L zsh; \builtin unsetopt xtrace; } 2>/dev/null
  \builtin local name
  if [[ -n ${__awsmfa_again-} ]]; then
    for name in $__awsmfa_given; do
      [[ -n $__awsmfa_kept || ${(Pt)name} != *export* ]] || __awsmfa_off+="export $name=${(Pqq)name};"
    done
    \builtin eval "$__awsmfa_again"
    \builtin unset __awsmfa_again __awsmfa_kept
  fi
  \builtin return $__awsmfa_status
}
[[ " ${preexec_functions[*]} " == *" __awsmfa_preexec "* ]] || preexec_functions+=(__awsmfa_preexec)
[[ " ${precmd_functions[*]} " == *" __awsmfa_precmd "* ]] || precmd_functions+=(__awsmfa_precmd)

# Seconds left until $1 into __awsmfa_seconds; status 1 if it is no time. Starts no process.
function __awsmfa_left {
  [[ $1 == [0-9]## && $#1 -le 12 ]] || \builtin return 1
  (( __awsmfa_seconds = 10#$1 - EPOCHSECONDS )) || \builtin true
}

# Profile and time left, for `setopt prompt_subst; PS1='$(awsmfa_prompt)…'` in single quotes.
function awsmfa_prompt {
  \builtin emulate -L zsh -o extended_glob
  \builtin local -i __awsmfa_seconds session
  __awsmfa_left "${AWSMFA_EXPIRES_AT-}" || \builtin return 0
  session=$__awsmfa_seconds
  # A role's base session counts where it ends sooner.
  { __awsmfa_left "${AWSMFA_BASE_EXPIRES_AT-}" && (( 0 < __awsmfa_seconds && __awsmfa_seconds < session )); } ||
    __awsmfa_seconds=$session
  \builtin local name=${AWSMFA_PROFILE//[[:cntrl:]]/} left=over
  (( __awsmfa_seconds <= 0 )) || left=$((__awsmfa_seconds / 60 % 60))m
  (( __awsmfa_seconds < 3600 )) || left=$((__awsmfa_seconds / 3600))h$left
  \builtin print -rn -- "${name//\%/%%} $left"
}

# >>> warnings
function __awsmfa_warn {
  \builtin local __awsmfa_status=$? say=
  \builtin emulate -L zsh -o extended_glob
  \builtin local -i __awsmfa_seconds
  if __awsmfa_left "${AWSMFA_EXPIRES_AT-}"; then
    if (( __awsmfa_seconds <= 0 )); then say='is over'; elif (( __awsmfa_seconds <= 600 )); then say='ends in ten minutes or less'; fi
    if [[ -n $say && ${__awsmfa_said-} != "$AWSMFA_EXPIRES_AT $say" ]]; then
      \builtin print -r -- "awsmfa: the session of ${AWSMFA_PROFILE//[[:cntrl:]]/} $say: aws-mfa-on renews it" >&2
      \builtin typeset -g __awsmfa_said="$AWSMFA_EXPIRES_AT $say"
    fi
  fi
  \builtin return $__awsmfa_status
}
[[ " ${precmd_functions[*]} " == *" __awsmfa_warn "* ]] || precmd_functions+=(__awsmfa_warn)
# <<< warnings

# Completes like `awsmfa env` where completion is on.
if (( ${+functions[compdef]} )); then
  function __awsmfa_complete { words=(awsmfa env "${(@)words[2,-1]}"); (( CURRENT++ )); _normal; }
  compdef __awsmfa_complete aws-mfa-on
fi
