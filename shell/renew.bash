
# Renews a role session with less than five minutes left, without a code, once a minute at most. The login has
# left what it needs in __awsmfa_request. Only if that fails, the user hears that the session expires.
function __awsmfa_renewal {
  [[ -n ${__awsmfa_request-} ]] || \builtin return 0
  __awsmfa_warn_from=300
  # shellcheck disable=SC2154 # __awsmfa_before_prompt assigns it
  ((__awsmfa_seconds < 300)) || \builtin return 0
  \builtin local now=$((10#$AWSMFA_EXPIRES_AT - __awsmfa_seconds))
  ((now < __awsmfa_tried || __awsmfa_tried + 60 <= now)) || \builtin return 0
  __awsmfa_tried=$now
  __awsmfa_untraced __awsmfa_renew || \builtin true
}
__awsmfa_tried=0

function __awsmfa_renew {
  \builtin local __awsmfa_text=''
  __awsmfa_text=$(__awsmfa_base=${__awsmfa_base-} __awsmfa_request=$__awsmfa_request \
    \command awsmfa env --shell bash --renew </dev/null 2>/dev/null) || \builtin return
  \builtin eval "$__awsmfa_text" 2>/dev/null
}
