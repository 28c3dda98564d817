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
    # The way back is this shell's own unless it is exported: then it came from elsewhere.
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

# Profile and time left, for fish_prompt.
function awsmfa_prompt
    set -l seconds (__awsmfa_left $AWSMFA_EXPIRES_AT); or return 0
    # A role's base session counts where it ends sooner.
    set -l base (__awsmfa_left $AWSMFA_BASE_EXPIRES_AT)
    and test 0 -lt $base -a $base -lt $seconds
    and set seconds $base
    set -l left over
    test $seconds -le 0; or set left (math "floor($seconds / 60) % 60")m
    test $seconds -lt 3600; or set left (math "floor($seconds / 3600)")h$left
    builtin printf '%s %s' (string replace -ar '[[:cntrl:]]' '' -- "$AWSMFA_PROFILE" | string join '') $left
end

# >>> warnings
function __awsmfa_warn --on-event fish_prompt
    set -l seconds (__awsmfa_left $AWSMFA_EXPIRES_AT); or return
    set -l say
    if test $seconds -le 0
        set say 'is over'
    else if test $seconds -le 600
        set say 'ends in ten minutes or less'
    end
    if test -n "$say"; and test "$__awsmfa_said" != "$AWSMFA_EXPIRES_AT $say"
        set -l name (string replace -ar '[[:cntrl:]]' '' -- "$AWSMFA_PROFILE" | string join '')
        builtin printf 'awsmfa: the session of %s %s: aws-mfa-on renews it\n' $name $say >&2
        set -gu __awsmfa_said "$AWSMFA_EXPIRES_AT $say"
    end
end
# <<< warnings
