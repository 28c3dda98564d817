
# Renews a role session with less than five minutes left, without a code, once a minute at most. The login has
# left what it needs in __awsmfa_request. Only if that fails, the user hears that the session expires.
function __awsmfa_renewal {
  [[ -n ${__awsmfa_request-} ]] || \builtin return 0
  __awsmfa_warn_from=300
  (( __awsmfa_seconds < 300 )) || \builtin return 0
  (( EPOCHSECONDS < __awsmfa_tried || __awsmfa_tried + 60 <= EPOCHSECONDS )) || \builtin return 0
  __awsmfa_tried=$EPOCHSECONDS
  __awsmfa_renew 2>/dev/null || \builtin true
}
\builtin typeset -gi __awsmfa_tried=0

function __awsmfa_renew {
  \builtin emulate -L zsh; \builtin unsetopt xtrace verbose; \builtin trap - DEBUG ZERR
  \builtin local __awsmfa_text
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} __awsmfa_request=$__awsmfa_request \
    \command awsmfa env --shell zsh --renew </dev/null 2>/dev/null) || \builtin return
  \builtin eval "$__awsmfa_text"
}
