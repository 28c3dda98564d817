# awsmfa for fish: `awsmfa init fish | source` in config.fish, or source this file.
functions -e aws-mfa-on aws-mfa-off awsmfa_prompt

function aws-mfa-on --description 'Put an MFA session into this terminal' --wraps 'awsmfa env'
    set -l fish_trace
    if contains -- -h $argv; or contains -- --help $argv
        command awsmfa env --help
        return
    end
    set -l __awsmfa_text (__awsmfa_base="$__awsmfa_base" command awsmfa env --shell fish $argv)
    set -l __awsmfa_status $status
    test $__awsmfa_status = 0; or return $__awsmfa_status
    builtin printf '%s\n' $__awsmfa_text | builtin source
end

function aws-mfa-off --description 'Take the session out of this terminal and put back what was there'
    set -l fish_trace
    # The restore code is this shell's own unless it is exported: then it came from elsewhere.
    set -l __awsmfa_text
    set -qgx __awsmfa_off; or set __awsmfa_text $__awsmfa_off
    if test -z "$__awsmfa_text"
        set __awsmfa_text (command awsmfa off --shell fish)
        set -l __awsmfa_status $status
        test $__awsmfa_status = 0; or return $__awsmfa_status
    end
    builtin printf '%s\n' $__awsmfa_text | builtin source
    set -eg __awsmfa_off
    true
end

# Prints the seconds left until $argv; status 1 if it is no time. `path` (fish 3.5) tells a file's time and its
# age without a process: now is their sum.
function __awsmfa_left
    string match -qr '^\d{1,12}$' -- "$argv"; or return 1
    set -l time (path mtime / 2>/dev/null)
    set -l age (path mtime -R / 2>/dev/null)
    set -l now (math "$time + $age" 2>/dev/null; or command date +%s)
    math "$argv - $now"
end

# Seconds left of the session that `on` set, as long as nothing else has replaced its keys.
function __awsmfa_session_left
    test "$AWS_ACCESS_KEY_ID" = "$AWSMFA_ACCESS_KEY_ID"; and __awsmfa_left $AWSMFA_EXPIRES_AT
end

# $argv without the characters that steer a terminal or reorder text, and without what fish takes bytes for
# that are not UTF-8 (U+F600 to U+F6FF).
function __awsmfa_show
    string replace -ar '[\x{1}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{f600}-\x{f6ff}]' '' -- "$argv" | string join ''
end

# Profile and time left, for fish_prompt.
function awsmfa_prompt
    set -l seconds (__awsmfa_session_left); or return 0
    # A role's base session counts where it ends sooner.
    set -l base (__awsmfa_left $AWSMFA_BASE_EXPIRES_AT)
    and test 0 -lt $base -a $base -lt $seconds
    and set seconds $base
    set -l left over
    test $seconds -le 0; or set left (math "floor($seconds / 60) % 60")m
    test $seconds -lt 3600; or set left (math "floor($seconds / 3600)")h$left
    builtin printf '%s %s' (__awsmfa_show $AWSMFA_PROFILE) $left
end

# >>> warnings
# Says before a prompt what has changed about the session, each thing once.
function __awsmfa_warn --on-event fish_prompt
    set -l seconds (__awsmfa_session_left); or return
    set -l name (__awsmfa_show $AWSMFA_PROFILE)
    set -l renew 'aws-mfa-on renews it'
    # What is not exported reaches no other program, and a universal variable was said at the login.
    set -l other
    for variable in AWS_PROFILE AWS_DEFAULT_PROFILE
        set -qx $variable
        and not contains -- "$$variable" '' "$AWSMFA_PROFILE" "$AWSMFA_UNIVERSAL_PROFILE"
        and set -a other $variable
    end
    set other $other[1]
    set -l now
    set -q other[1]; and set now $other $$other
    if test "$__awsmfa_other" != "$now"
        set -gu __awsmfa_other "$now"
        test -z "$now"
        or builtin printf 'awsmfa: this terminal holds the session of %s, but %s is now %s, which some tools use instead: set -e %s, or log in with aws-mfa-on\n' \
            $name $other (__awsmfa_show $$other) $other >&2
    end
    set -l end
    if test $seconds -le 0
        set end 'has expired'
    else if test $seconds -le 600
        set end 'expires in ten minutes or less'
    end
    if test -n "$end"; and test "$__awsmfa_said" != "$AWSMFA_EXPIRES_AT $end"
        set -gu __awsmfa_said "$AWSMFA_EXPIRES_AT $end"
        # With another profile named, aws-mfa-on would log in to that one.
        set -q other[1]; and set renew "set -e $other, then $renew"
        builtin printf 'awsmfa: the session of %s %s: %s\n' $name $end $renew >&2
    end
end
# <<< warnings
