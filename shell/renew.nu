
# Runs before a prompt, before the warnings. Renews a role session with less than five minutes left, without a code,
# once a minute at most, if the login has left what that needs. Only if the renewal fails, the user hears that the
# session expires.
def --env __awsmfa_renew [] {
    let own = $env.__awsmfa
    $env.__awsmfa.warn_from = if $own.request == '' { 600 } else { 300 }
    let seconds = __awsmfa_session_left
    if $own.request == '' or $seconds == null or $seconds >= 300 { return }
    let since = (%date now) - ($own.tried? | %default 1970-01-01)
    if $since >= 0sec and $since < 1min { return }
    $env.__awsmfa.tried = %date now
    let status = $env.LAST_EXIT_CODE?
    let secrets = {__awsmfa_base: $own.base, __awsmfa_request: $own.request}
    try { __awsmfa_apply (%with-env $secrets { ^awsmfa env --shell nu --renew e> /dev/null }) }
    $env.LAST_EXIT_CODE = $status
}
if '__awsmfa_renew' not-in $env.config.hooks.pre_prompt {
    $env.config.hooks.pre_prompt = ['__awsmfa_renew'] ++ $env.config.hooks.pre_prompt
}
