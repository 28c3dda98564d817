# awsmfa for fish: `awsmfa init fish | source` in config.fish, or source this file.
builtin functions -e aws-mfa-on aws-mfa-off awsmfa_prompt

# aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]. A trace would print secrets.
function aws-mfa-on --description 'Put an MFA session into this terminal' --wraps 'awsmfa env'
    set -l fish_trace
    if builtin contains -- -h $argv; or builtin contains -- --help $argv
        command awsmfa env --help
        return
    end
    set -l __awsmfa_text (__awsmfa_base="$__awsmfa_base" command awsmfa env --shell fish $argv)
    set -l __awsmfa_status $status
    test $__awsmfa_status = 0; or return $__awsmfa_status
    builtin printf '%s\n' $__awsmfa_text | builtin source
end

# Evaluates the restore code that the login has left, or what awsmfa prints if there is none. Restore code that
# is exported came from elsewhere and is never evaluated. If the shell has no base session of its own, the agent
# may have it: then awsmfa runs in any case, to say so.
function aws-mfa-off --description 'Take the session out of this terminal and put back what was there'
    set -l fish_trace
    set -l __awsmfa_text
    if not builtin contains -- "$argv" '' --all
        command awsmfa off $argv
        return
    end
    set -qgx __awsmfa_off; or set __awsmfa_text $__awsmfa_off
    set -gu __awsmfa_ended $__awsmfa_text
    set -gu __awsmfa_ids $__awsmfa_ids $AWSMFA_ACCESS_KEY_ID
    if test -z "$__awsmfa_text" -o -n "$argv"; or test -n "$AWSMFA_BASE_EXPIRES_AT" -a -z "$__awsmfa_base"
        set -l __awsmfa_printed (command awsmfa off --shell fish $argv)
        set -l __awsmfa_status $status
        if test -z "$__awsmfa_text"
            test $__awsmfa_status = 0; or return $__awsmfa_status
            set __awsmfa_text $__awsmfa_printed
        end
    end
    builtin printf '%s\n' $__awsmfa_text | builtin source
    set -eg __awsmfa_off __awsmfa_own
    builtin true
end

# Takes the keys of a session that `off` has ended away again. direnv and mise put them back on leaving a
# directory that they were entered with, in fish possibly after the other handlers of the prompt.
function __awsmfa_end_again --on-event fish_prompt --on-event fish_preexec
    set -l fish_trace
    __awsmfa_has_ended; or return
    builtin printf '%s\n' $__awsmfa_ended | builtin source
    set -eg __awsmfa_own
    __awsmfa_has_ended; and set -eg AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
end

function __awsmfa_has_ended
    test -z "$__awsmfa_off"; and builtin contains -- "$AWS_ACCESS_KEY_ID" $__awsmfa_ids
end
# Restore code from the environment is never evaluated.
set -eg __awsmfa_ended
set -eg __awsmfa_ids

# Prints the seconds until $argv; status 1 if $argv is no time. Starts no process: `path` (fish 3.5) tells when a
# file was changed, and how long ago; their sum is now.
function __awsmfa_left
    string match -qr '^\d{1,12}$' -- "$argv"; or return 1
    set -l time (builtin path mtime / 2>/dev/null)
    set -l age (builtin path mtime -R / 2>/dev/null)
    set -l now (builtin math "$time + $age" 2>/dev/null; or command date +%s)
    builtin math "$argv - $now"
end

# The same for the session that `on` set, as long as nothing else has replaced its keys.
function __awsmfa_session_left
    test "$AWS_ACCESS_KEY_ID" = "$AWSMFA_ACCESS_KEY_ID"; and __awsmfa_left $AWSMFA_EXPIRES_AT
end

# Prints $argv without the characters that steer a terminal or reorder text, and without bytes that are not
# UTF-8: in fish, those are the characters U+F600 to U+F6FF.
function __awsmfa_show
    string replace -ar '[\x{1}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{f600}-\x{f6ff}]' '' -- "$argv" | string join ''
end

# Profile and time left, for fish_prompt.
function awsmfa_prompt
    set -l seconds (__awsmfa_session_left); or return 0
    # The session that a role was assumed with counts if it expires sooner.
    set -l base (__awsmfa_left $AWSMFA_BASE_EXPIRES_AT)
    and test 0 -lt $base -a $base -lt $seconds
    and set seconds $base
    set -l left over
    test $seconds -le 0; or set left (builtin math "floor($seconds / 60) % 60")m
    test $seconds -lt 3600; or set left (builtin math "floor($seconds / 3600)")h$left
    builtin printf '%s %s' (__awsmfa_show $AWSMFA_PROFILE) $left
end

# >>> warnings
# Says what has changed about the session, which has $argv[1] seconds left, each thing once; from $argv[2] on,
# that it expires.
function __awsmfa_changes
    set -l seconds $argv[1]
    set -l profile (__awsmfa_show $AWSMFA_PROFILE)
    set -l renew 'aws-mfa-on renews it'
    # The name and the value. A variable that is not exported reaches no other program. A universal one was
    # pointed out at the login.
    set -l other
    for variable in AWS_DEFAULT_PROFILE AWS_PROFILE
        # With --profiles, every tool uses what it names.
        set -qx $variable
        and test -z "$AWSMFA_OVERLAY"
        and not builtin contains -- "$$variable" '' "$AWSMFA_PROFILE" "$AWSMFA_UNIVERSAL_PROFILE"
        and set other $variable "$$variable"
    end
    if set -q other[1]; and test "$__awsmfa_other" != "$other"
        builtin printf 'awsmfa: this terminal holds the session of %s, but %s is now %s, which some tools use instead: set -e %s, or log in with aws-mfa-on\n' \
            $profile $other[1] (__awsmfa_show $other[2]) $other[1] >&2
    end
    set -gu __awsmfa_other "$other"
    set -l end
    if test $seconds -le 0
        set end 'has expired'
    else if test $seconds -le $argv[2]
        set end 'expires in ten minutes or less'
    end
    if test -n "$end"; and test "$__awsmfa_said" != "$AWSMFA_EXPIRES_AT $end"
        set -gu __awsmfa_said "$AWSMFA_EXPIRES_AT $end"
        # With another profile named, aws-mfa-on would log in to that one.
        set -q other[1]; and set renew "set -e $other[1], then $renew"
        builtin printf 'awsmfa: the session of %s %s: %s\n' $profile $end $renew >&2
    end
end

# Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this shell
# does not keep it: then awsmfa runs once, to ask.
function __awsmfa_agent_end
    test -z "$__awsmfa_base" -a "$__awsmfa_asked" != "$AWSMFA_BASE_EXPIRES_AT"; or return
    set -l seconds (__awsmfa_left $AWSMFA_BASE_EXPIRES_AT); or return
    test 0 -lt $seconds -a $seconds -le 1800; or return
    set -gu __awsmfa_asked $AWSMFA_BASE_EXPIRES_AT
    command awsmfa status --agent-end </dev/null >/dev/null
end
# <<< warnings

# >>> hook
# Runs before a prompt, if this terminal holds a session: `init --renew` adds __awsmfa_renewal, whose status is 0
# if it renews this one.
function __awsmfa_before_prompt --on-event fish_prompt
    set -l seconds (__awsmfa_session_left); or return
    set -l from 600
    if functions -q __awsmfa_renewal; and __awsmfa_renewal $seconds
        set from 300
        set seconds (__awsmfa_session_left)
    end
    if functions -q __awsmfa_changes
        __awsmfa_changes $seconds $from
        __awsmfa_agent_end
    end
end
# <<< hook
