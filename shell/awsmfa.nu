# awsmfa for nushell: save what `awsmfa init nu` prints to a file that nushell loads at its start.

# What this shell keeps to itself. No child process sees it: it is a record, and nushell exports none.
if ($env.__awsmfa? | describe) !~ '^record' {
    $env.__awsmfa = {base: '', request: '', saved: [], ended: [], left: [], ids: []}
}

# Put an MFA session into this terminal: [PROFILE] [CODE] [flags of awsmfa env]
def --env --wrapped aws-mfa-on [...words: string@__awsmfa_complete] {
    if ($words | any {|word| $word in [-h --help]}) {
        ^awsmfa env --help
    } else {
        # nushell itself expands `~` for programs only.
        let words = $words | each {|word| if $word =~ '^~' { $word | path expand --no-symlink } else { $word } }
        __awsmfa_apply (with-env {__awsmfa_base: $env.__awsmfa.base} { ^awsmfa env --shell nu ...$words })
    }
}

# Take the session out of this terminal and put back what was there: [--all]
def --env --wrapped aws-mfa-off [...words: string] {
    let saved = $env.__awsmfa.saved
    if $words not-in [[] [--all]] {
        ^awsmfa off ...$words
    } else if ($saved | is-empty) {
        $env.__awsmfa.ids ++= [$env.AWSMFA_ACCESS_KEY_ID?]
        __awsmfa_apply (^awsmfa off --shell nu ...$words)
        $env.__awsmfa = $env.__awsmfa | merge {ended: [], left: []}
    } else {
        # If this shell has no base session of its own, the agent may have it. Then awsmfa says so.
        if $words != [] or ($env.__awsmfa.base == '' and $env.AWSMFA_BASE_EXPIRES_AT? != null) {
            try { ^awsmfa off --shell nu ...$words | ignore }
        }
        __awsmfa_restore $saved
        $env.__awsmfa = $env.__awsmfa | merge {base: '', request: '', saved: [], ended: $saved, left: []}
    }
}

# Makes the changes that awsmfa has printed. What the terminal had before the first login is saved only once.
def --env __awsmfa_apply [json: string] {
    let changes = $json | from json
    let own = $env.__awsmfa
    let known = $own.saved | each {|it| $it.name }
    let saved = $changes.save | where {|name| $name not-in $known } | each {|name| {
        name: $name
        before: (if $name in $env { [($env | get $name)] } else { [] })
        is_key: ($name in $changes.keys)
        directory: ($changes.directories | where {|it| $name in $it.names } | get --optional 0)
    } }
    for name in $changes.unset { hide-env --ignore-errors $name }
    load-env $changes.set
    let unset = $changes.unset | each {|name| {name: $name, value: null} }
    $env.__awsmfa = $own | merge $changes.keep | merge {
        saved: ($own.saved ++ $saved)
        left: ($own.left ++ $unset ++ ($changes.set | transpose name value))
        ids: ($own.ids ++ [$env.AWSMFA_ACCESS_KEY_ID?])
    }
}

# Puts back what a login has changed, unless something else has changed it since. Of a session, all keys go. A
# variable that direnv or mise had set for a directory comes back in that directory only.
def --env __awsmfa_restore [saved: list] {
    let own = $env.__awsmfa
    let is_ours = __awsmfa_has_keys
    for it in $saved {
        let now = {name: $it.name, value: ($env | get --optional $it.name)}
        if not ($now in $own.left or ($is_ours and $it.is_key)) { continue }
        let directory = $it.directory
        hide-env --ignore-errors $it.name
        if $it.before != [] and ($directory == null or ($env | get --optional $directory.variable) == $directory.value) {
            load-env {($it.name): $it.before.0}
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
    if ($env.__awsmfa.saved | is-empty) and (__awsmfa_has_keys) {
        __awsmfa_restore $env.__awsmfa.ended
        if (__awsmfa_has_keys) { hide-env --ignore-errors AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN }
    }
}

# The seconds until `end`, or null if it is no time.
def __awsmfa_left [end: any] {
    if $"($end)" =~ '^[0-9]{1,12}$' { ($end | into int) - (date now | format date '%s' | into int) }
}

# The same for the session that `aws-mfa-on` set, as long as nothing else has replaced its keys.
def __awsmfa_session_left [] {
    if $env.AWS_ACCESS_KEY_ID? == $env.AWSMFA_ACCESS_KEY_ID? { __awsmfa_left $env.AWSMFA_EXPIRES_AT? }
}

# `text` without the characters that steer a terminal or reorder text.
def __awsmfa_show [text: any] {
    $"($text)" | str replace --all --regex '[\x{0}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]' ''
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
def __awsmfa_complete [line: string] {
    []
}

# Makes `code` run at `hook`, once.
def --env __awsmfa_at [hook: string, code: string] {
    let hooks = $env.config.hooks | get --optional $hook | append []
    if $code not-in $hooks { $env.config.hooks = $env.config.hooks | upsert $hook ($hooks | append $code) }
}
__awsmfa_at pre_prompt __awsmfa_end_again
__awsmfa_at pre_execution __awsmfa_end_again
