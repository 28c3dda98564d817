
# Renews a role session with less than five minutes left, without a code, once a minute at most. $argv is what it
# has left. The login has left what a renewal needs in __awsmfa_request; without it, the status is 1. Only if the
# renewal fails, the user hears that the session expires.
function __awsmfa_renewal
    test -n "$__awsmfa_request"; or return 1
    test $argv -lt 300; or return 0
    set -l fish_trace
    set -l now (builtin math "$AWSMFA_EXPIRES_AT - $argv")
    test "$__awsmfa_tried" -gt $now -o (builtin math "$__awsmfa_tried + 60") -le $now; or return 0
    set -g __awsmfa_tried $now
    set -l __awsmfa_text (__awsmfa_base="$__awsmfa_base" __awsmfa_request="$__awsmfa_request" \
        command awsmfa env --shell fish --renew </dev/null 2>/dev/null)
    and builtin printf '%s\n' $__awsmfa_text | builtin source 2>/dev/null
    builtin true
end
set -g __awsmfa_tried 0
