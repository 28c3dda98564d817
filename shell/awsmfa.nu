# awsmfa for nushell: save what `awsmfa init nu` prints to a file that nushell loads at its start.
#
# `%` calls nushell's own command, whatever the user has defined under its name.

# What this shell keeps to itself. No child process sees it: it is a record, and nushell exports none.
if ($env.__awsmfa? | %describe) !~ '^record' {
    $env.__awsmfa = {base: '', request: '', saved: [], ended: [], left: [], ids: []}
}

# Put an MFA session into this terminal: [PROFILE] [CODE] [flags of awsmfa env]
@complete __awsmfa_complete
def --env --wrapped aws-mfa-on [...words: string] {
    if ($words | %any {|word| $word in [-h --help]}) {
        ^awsmfa env --help
    } else {
        # nushell itself expands `~` for programs only.
        let words = $words | %each {|word| if $word =~ '^~' { $word | %path expand --no-symlink } else { $word } }
        let own = $env.__awsmfa
        let asked = {__awsmfa_base: $own.base, __awsmfa_assigned: ($own.assigned? | %default '')}
        __awsmfa_apply (%with-env $asked { ^awsmfa env --shell nu ...$words })
    }
}

# Take the session out of this terminal and put back what was there: [--all]
def --env --wrapped aws-mfa-off [...words: string] {
    let saved = $env.__awsmfa.saved
    if $words not-in [[] [--all]] {
        ^awsmfa off ...$words
    } else if ($saved | %is-empty) {
        $env.__awsmfa.ids = $env.__awsmfa.ids | %append $env.AWSMFA_ACCESS_KEY_ID?
        __awsmfa_apply (^awsmfa off --shell nu ...$words)
        $env.__awsmfa = $env.__awsmfa | %merge {ended: [], left: []}
    } else {
        # If this shell has no base session of its own, the agent may have it. Then awsmfa says so.
        if $words != [] or ($env.__awsmfa.base == '' and $env.AWSMFA_BASE_EXPIRES_AT? != null) {
            try { ^awsmfa off --shell nu ...$words | %ignore }
        }
        __awsmfa_restore $saved
        $env.__awsmfa = $env.__awsmfa | %merge {base: '', request: '', saved: [], ended: $saved, left: []}
    }
}

# Makes the changes that awsmfa has printed. What the terminal had before the first login is saved only once.
def --env __awsmfa_apply [json: string] {
    let changes = $json | %from json
    let own = $env.__awsmfa
    let known = $own.saved | %each {|it| $it.name }
    let saved = $changes.save | where {|name| $name not-in $known } | %each {|name| {
        name: $name
        before: (if $name in $env { [($env | %get $name)] } else { [] })
        is_key: ($name in $changes.keys)
        directory: ($changes.directories | where {|it| $name in $it.names } | %get --optional 0)
    } }
    for name in $changes.unset { %hide-env --ignore-errors $name }
    %load-env $changes.set
    let unset = $changes.unset | %each {|name| {name: $name, value: null} }
    $env.__awsmfa = $own | %merge $changes.keep | %merge {
        saved: ($own.saved ++ $saved)
        left: ($own.left ++ $unset ++ ($changes.set | %transpose name value))
        ids: ($own.ids | %append $env.AWSMFA_ACCESS_KEY_ID?)
    }
}

# Puts back what a login has changed, unless something else has changed it since. Of a session, all keys go. A
# variable that direnv or mise had set for a directory comes back in that directory only.
def --env __awsmfa_restore [saved: list] {
    let own = $env.__awsmfa
    let is_ours = __awsmfa_has_keys
    for it in $saved {
        let now = {name: $it.name, value: ($env | %get --optional $it.name)}
        if not ($now in $own.left or ($is_ours and $it.is_key)) { continue }
        let directory = $it.directory
        %hide-env --ignore-errors $it.name
        if $it.before != [] and ($directory == null or ($env | %get --optional $directory.variable) == $directory.value) {
            %load-env {($it.name): $it.before.0}
        }
    }
}

# Whether the terminal has keys that are, or were, a session's.
def __awsmfa_has_keys [] {
    $env.AWS_ACCESS_KEY_ID? != null and $env.AWS_ACCESS_KEY_ID in $env.__awsmfa.ids
}

# Takes the keys of a session that `aws-mfa-off` has ended away again: direnv and mise put them back on leaving a
# directory that they were entered with.
def --env __awsmfa_end_again [] {
    if ($env.__awsmfa.saved | %is-empty) and (__awsmfa_has_keys) {
        __awsmfa_restore $env.__awsmfa.ended
        if (__awsmfa_has_keys) { %hide-env --ignore-errors AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN }
    }
}

# Runs before a line that was typed. nushell drops what a command sets after `NAME=value`.
def --env __awsmfa_before_line [] {
    __awsmfa_end_again
    let assigned = r#'(?<name>\w+)=("[^"]*"|'[^']*'|[^\s"']*)\s+aws-mfa-on\b'#
    $env.__awsmfa.assigned = %commandline | %parse --regex $assigned | %get name | %str join ' '
}

# The seconds until `end`, or null if it is no time.
def __awsmfa_left [end: any] {
    if $"($end)" =~ '^[0-9]{1,12}$' { ($end | %into int) - (%date now | %format date '%s' | %into int) }
}

# The same for the session that `aws-mfa-on` set, as long as nothing else has replaced its keys.
def __awsmfa_session_left [] {
    if $env.AWS_ACCESS_KEY_ID? == $env.AWSMFA_ACCESS_KEY_ID? { __awsmfa_left $env.AWSMFA_EXPIRES_AT? }
}

# `text` without the characters that steer a terminal or reorder text.
def __awsmfa_show [text: any] {
    $"($text)" | %str replace --all --regex '[\x{0}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]' ''
}

# Profile and time left, for PROMPT_COMMAND; empty without a session.
def awsmfa_prompt [] {
    let session = __awsmfa_session_left
    if $session == null { return '' }
    # The session that a role was assumed with counts if it expires sooner.
    let base = __awsmfa_left $env.AWSMFA_BASE_EXPIRES_AT?
    let seconds = if $base != null and $base > 0 and $base < $session { $base } else { $session }
    let minutes = $"($seconds // 60 mod 60)m"
    let left = if $seconds <= 0 { 'over' } else if $seconds < 3600 { $minutes } else { $"($seconds // 3600)h($minutes)" }
    $"(__awsmfa_show $env.AWSMFA_PROFILE?) ($left)"
}

# Completes the words of aws-mfa-on.
def __awsmfa_complete [words: list<string>] {
    %with-env {_AWSMFA_COMPLETE: nu} { ^awsmfa -- ...$words } | %from json
}

# Loaded twice, this file adds its hooks once.
for hook in [[when runs]; [pre_prompt __awsmfa_end_again] [pre_execution __awsmfa_before_line]] {
    if $hook.runs not-in ($env.config.hooks | %get $hook.when) {
        $env.config.hooks = $env.config.hooks | %update $hook.when { %append $hook.runs }
    }
}

# >>> warnings
# Says what has changed about the session, which has `seconds` left, each thing once; from `from` on, that it expires.
def --env __awsmfa_changes [seconds: int, from: int] {
    let profile = __awsmfa_show $env.AWSMFA_PROFILE?
    # With --profiles, every tool uses what it names.
    let named = if $env.AWSMFA_OVERLAY? != null { [] } else { [AWS_PROFILE AWS_DEFAULT_PROFILE] }
    let other = $named | %each {|name| {name: $name, value: ($env | %get --optional $name)} }
        | where {|it| $it.value not-in [null '' $env.AWSMFA_PROFILE?] } | %get --optional 0
    if $other != null and $env.__awsmfa.other? != $other {
        %print --stderr $"awsmfa: this terminal holds the session of ($profile), but ($other.name) is now (__awsmfa_show $other.value), which some tools use instead: hide-env ($other.name), or log in with aws-mfa-on"
    }
    let end = if $seconds <= 0 { 'has expired' } else if $seconds <= $from { 'expires in ten minutes or less' }
    let said = {expires_at: $env.AWSMFA_EXPIRES_AT, end: $end}
    if $end != null and $env.__awsmfa.said? != $said {
        # With another profile named, aws-mfa-on would log in to that one.
        let first = if $other != null { $"hide-env ($other.name), then " }
        %print --stderr $"awsmfa: the session of ($profile) ($end): ($first)aws-mfa-on renews it"
        $env.__awsmfa.said = $said
    }
    $env.__awsmfa.other = $other
}

# Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this shell
# does not keep it: then awsmfa runs once, to ask.
def --env __awsmfa_agent_end [] {
    let end = $env.AWSMFA_BASE_EXPIRES_AT?
    let seconds = __awsmfa_left $end
    if $seconds == null or $seconds not-in 1..1800 or $env.__awsmfa.base != '' or $env.__awsmfa.asked? == $end { return }
    $env.__awsmfa.asked = $end
    let status = $env.LAST_EXIT_CODE?
    try { ^awsmfa status --agent-end | %ignore }
    $env.LAST_EXIT_CODE = $status
}

# Runs before a prompt.
def --env __awsmfa_warn [] {
    let seconds = __awsmfa_session_left
    if $seconds != null {
        __awsmfa_changes $seconds ($env.__awsmfa.warn_from? | %default 600)
        __awsmfa_agent_end
    }
}
if '__awsmfa_warn' not-in $env.config.hooks.pre_prompt { $env.config.hooks.pre_prompt ++= ['__awsmfa_warn'] }
# <<< warnings
