# awsmfa for elvish: `eval (awsmfa init elvish | slurp)` in rc.elv. The manual awsmfa-install(7) has the lines for
# a script.
use math
use re
# Elvish's own functions, whatever the user has defined under their names.
use builtin
var '%~' '+~' '-~' '/~' '<~' = $'builtin:%~' $'builtin:+~' $'builtin:-~' $'builtin:/~' $'builtin:<~'
var '<=~' '>~' '>=~' = $'builtin:<=~' $'builtin:>~' $'builtin:>=~'
var all~ conj~ continue~ each~ echo~ = $builtin:all~ $builtin:conj~ $builtin:continue~ $builtin:each~ $builtin:echo~
var eq~ eval~ fail~ from-json~ = $builtin:eq~ $builtin:eval~ $builtin:fail~ $builtin:from-json~
var get-env~ has-env~ has-key~ has-value~ = $builtin:get-env~ $builtin:has-env~ $builtin:has-key~ $builtin:has-value~
var keys~ nop~ not~ not-eq~ ns~ = $builtin:keys~ $builtin:nop~ $builtin:not~ $builtin:not-eq~ $builtin:ns~
var num~ print~ put~ return~ set-env~ = $builtin:num~ $builtin:print~ $builtin:put~ $builtin:return~ $builtin:set-env~
var slurp~ unset-env~ = $builtin:slurp~ $builtin:unset-env~

# The namespace of the line editor; scripts have none.
var edit: = (ns [&])
nop ?(set edit: = (eval 'put $edit:' &ns=(ns [&])))

# What this shell keeps to itself, so that no child process sees it. The snippet may be loaded again.
var own: = (ns [
    # name -> what the variable was before the first login, and what logins have left in it: keys of a map, since
    # `has-value` finds no list in a list
    &saved=[&]
    # the same for the session that `aws-mfa-off` has ended, and the ids of the keys of all sessions
    &ended=[&] &ids=[&]
    # the base sessions, and what a renewal needs
    &keep=[&base='' &request='']
    # the line that runs, and what the lines before the prompt have said
    &line='' &other=[] &said=[] &asked=''
    &changes~=$nop~ &agent-end~=$nop~ &renewal~={|_| put $false } &before-prompt~=$nop~ &end-again~=$nop~
    &is-hooked=$false
])
# The line editor keeps it where the next line of rc.elv finds it, too.
nop ?(set own: = ($edit:completion:arg-completer[__awsmfa]))

# What a variable is: a list of its value, which is empty if it is not set.
fn state {|name| if (has-env $name) { put [(get-env $name)] } else { put [] } }

# The variables that the line which runs assigns other than by `set`: with `tmp`, `with` or before the command.
# elvish puts them back afterwards, so awsmfa refuses them. A script has no such line.
fn assigned {
    for it [(re:find '(set\s+)?((?:E:\w+\s*)+)=' $own:line)] {
        if (eq $it[groups][1][text] '') { print (re:replace '(?:\s|E:)+' ' ' $it[groups][2][text]) }
    }
}

# Gives what awsmfa prints. What the shell keeps reaches it through a pipe: elvish has one environment for all
# children, and Ctrl-C stops what would clean up after it, too. Input 3 is to be that of awsmfa.
var hand-over = 'for name in base request assigned; do IFS= read -r "__awsmfa_$name"; export "__awsmfa_$name"; done
    exec awsmfa "$@" <&3 3<&-'
fn ask {|@words|
    { print $own:keep[base]"\n"$own:keep[request]"\n"; assigned } | e:sh -c $hand-over sh $@words | from-json
}

fn change {|message|
    each $unset-env~ $message[unset]
    for name [(keys $message[set])] { set-env $name $message[set][$name] }
    for name [(keys $message[keep])] { set own:keep[$name] = $message[keep][$name] }
}

fn note-id { if (has-env AWSMFA_ACCESS_KEY_ID) { set own:ids[$E:AWSMFA_ACCESS_KEY_ID] = $true } }

# Makes the changes of a login. Later logins keep the first picture.
fn log-in {|message|
    for name $message[save] {
        if (has-key $own:saved $name) { continue }
        set own:saved[$name] = [
            &was=(state $name) &left=[&] &is-key=(has-value $message[keys] $name)
            &directories=[(each {|it| if (has-value $it[names] $name) { put $it } } $message[directories])]
        ]
    }
    change $message
    for name [(all $message[unset]) (keys $message[set])] {
        set own:saved[$name][left][(state $name)] = $true
    }
    note-id
}

# Whether the terminal has the keys of a session of this shell, whichever login they are from.
fn has-own-keys { and (has-env AWS_ACCESS_KEY_ID) (has-key $own:ids $E:AWS_ACCESS_KEY_ID) }

# Restores a variable. One that belongs to a directory is restored only there: for as long as the tool that has
# set it remembers the same.
fn restore {|name saved|
    var was = $saved[was]
    for directory $saved[directories] {
        if (not-eq (state $directory[variable]) [$directory[value]]) { set was = [] }
    }
    if (eq $was []) { unset-env $name } else { set-env $name $@was }
}

# Only what a login has left is restored: what else a variable holds by now was set since, by the user or by a
# tool that follows the directory. The keys that belong to an id of ours are ours.
fn log-out {
    var has-keys = (has-own-keys)
    for name [(keys $own:saved)] {
        var saved = $own:saved[$name]
        if (or (has-key $saved[left] (state $name)) (and $has-keys $saved[is-key])) { restore $name $saved }
    }
    set own:keep = [&base='' &request='']
}

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]
fn aws-mfa-on {|@args|
    if (or (has-value $args -h) (has-value $args --help)) {
        e:awsmfa env --help
    } else {
        log-in (ask env --shell elvish $@args 3<&0)
    }
}

# aws-mfa-off [--all]
#
# Puts back what the login has saved, or what awsmfa says if there is nothing. If the shell has no base session of
# its own, the agent may have it: then awsmfa runs in any case, to say so.
fn aws-mfa-off {|@args|
    if (not (or (eq $args []) (eq $args [--all]))) {
        e:awsmfa off $@args
        return
    }
    var is-saved = (not-eq $own:saved [&])
    var message = [&]
    if (or (not $is-saved) (not-eq $args []) (and (has-env AWSMFA_BASE_EXPIRES_AT) (eq $own:keep[base] ''))) {
        try {
            set message = (e:awsmfa off --shell elvish $@args | from-json)
        } catch error {
            if (not $is-saved) { fail $error }
        }
    }
    note-id
    if $is-saved { log-out } else { change $message }
    set own:ended own:saved = $own:saved [&]
}

# Takes the keys of a session that `off` has ended away again. direnv and mise put them back on leaving a
# directory that they were entered with.
set own:end-again~ = {
    if (and (eq $own:saved [&]) (has-own-keys)) {
        for name [(keys $own:ended)] {
            if $own:ended[$name][is-key] { restore $name $own:ended[$name] }
        }
        if (has-own-keys) { each $unset-env~ [AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN] }
    }
}

# Seconds since the epoch. On Linux, no process is started.
fn now {
    try {
        + (re:find '(?m)^btime (\d+)' (slurp < /proc/stat))[groups][1][text] ^
            (re:find '^\d+' (slurp < /proc/uptime))[text]
    } catch {
        num (e:date +%s)
    }
}

# The seconds until a time; nothing if it is none.
fn left {|time| if (re:match '^\d{1,12}$' $time) { - $time (now) } }

# The same for the session that `on` set, as long as nothing else has replaced its keys.
fn session-left { if (eq $E:AWS_ACCESS_KEY_ID $E:AWSMFA_ACCESS_KEY_ID) { left $E:AWSMFA_EXPIRES_AT } }

# Without the characters that steer a terminal or reorder text, and without bytes that are not UTF-8.
fn show {|text|
    re:replace '[\x{1}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fffd}]' '' $text
}

# Profile and time left, for $edit:prompt or $edit:rprompt.
fn awsmfa-prompt {
    for seconds [(session-left)] {
        # The session that a role was assumed with counts if it expires sooner.
        for base [(left $E:AWSMFA_BASE_EXPIRES_AT)] {
            if (< 0 $base $seconds) { set seconds = $base }
        }
        var time = over
        if (> $seconds 0) { set time = (% (math:floor (/ $seconds 60)) 60)m }
        if (>= $seconds 3600) { set time = (math:floor (/ $seconds 3600))h$time }
        put (show $E:AWSMFA_PROFILE)' '$time
    }
}

# >>> warnings
# Says what has changed about the session, each thing once; at $from seconds, that it expires.
fn say-changes {|seconds from|
    var profile renew = (show $E:AWSMFA_PROFILE) 'aws-mfa-on renews it'
    var other = []
    for name [AWS_DEFAULT_PROFILE AWS_PROFILE] {
        # With --profiles, every tool uses what it names.
        for value (state $name) {
            if (not (or (not-eq $E:AWSMFA_OVERLAY '') (has-value ['' $E:AWSMFA_PROFILE] $value))) {
                set other = [$name $value]
            }
        }
    }
    if (and (not-eq $other []) (not-eq $other $own:other)) {
        echo 'awsmfa: this terminal holds the session of '$profile', but '$other[0]' is now '(show $other[1])', which some tools use instead: unset-env '$other[0]', or log in with aws-mfa-on' >&2
    }
    set own:other = $other
    var end = ''
    if (<= $seconds 0) { set end = 'has expired' } elif (<= $seconds $from) { set end = 'expires in ten minutes or less' }
    if (or (eq $end '') (eq $own:said [$E:AWSMFA_EXPIRES_AT $end])) { return }
    set own:said = [$E:AWSMFA_EXPIRES_AT $end]
    # With another profile named, aws-mfa-on would log in to that one.
    if (not-eq $other []) { set renew = 'unset-env '$other[0]', then '$renew }
    echo 'awsmfa: the session of '$profile' '$end': '$renew >&2
}
set own:changes~ = $say-changes~

# Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this shell
# does not keep it: then awsmfa runs once, to ask.
fn say-agent-end {
    if (or (not-eq $own:keep[base] '') (eq $own:asked $E:AWSMFA_BASE_EXPIRES_AT)) { return }
    for seconds [(left $E:AWSMFA_BASE_EXPIRES_AT)] {
        if (< 0 $seconds 1801) {
            set own:asked = $E:AWSMFA_BASE_EXPIRES_AT
            try { e:awsmfa status --agent-end < /dev/null > /dev/null } catch { }
        }
    }
}
set own:agent-end~ = $say-agent-end~
# <<< warnings

# >>> hook
# Runs before a prompt, if this terminal holds a session: `init --renew` adds the renewal, which tells whether it
# renews this one.
set own:before-prompt~ = {
    for seconds [(session-left)] {
        var from = 600
        if (own:renewal $seconds) { set from seconds = 300 (session-left) }
        own:changes $seconds $from
        own:agent-end
    }
}
# <<< hook

if (has-key $edit: add-vars~) {
    edit:add-vars [&aws-mfa-on~=$aws-mfa-on~ &aws-mfa-off~=$aws-mfa-off~ &awsmfa-prompt~=$awsmfa-prompt~]
    set edit:completion:arg-completer[__awsmfa] = { put $own: }
    if (not $own:is-hooked) {
        set edit:before-readline = (conj $edit:before-readline { own:before-prompt })
        # direnv and mise change the environment before a line is read, possibly after our hook.
        set edit:after-readline = (conj $edit:after-readline {|line| set own:line = $line; own:end-again })
        set own:is-hooked = $true
    }
}
