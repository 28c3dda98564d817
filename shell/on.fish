# The code that `awsmfa env` prints for fish. It saves what the terminal has, as code that restores it, and
# then sets the session.
#
# The restore code stays in __awsmfa_off, a global variable that is not exported: `off` needs no program,
# and no child process sees the old keys. Only the shell can write it: awsmfa sees no unexported variables,
# and may see some that are not the shell's (`AWS_PROFILE=x awsmfa env`).
#
# awsmfa (src/shell/render.rs) replaces the words in capitals, drops comments and indentation, and ends each
# line by `;`, so that the code survives `eval (…)`, which joins the lines.
#
# `set -g` and `set -eg` never reach universal variables, which lie on disk, for all terminals.

# Appends to __awsmfa_off what restores each of the variables $argv.
function __awsmfa_save
    for name in $argv
        # A function has copies of its caller's exported local variables. They hide the global one.
        while set -ql $name
            set -el $name
        end
        # Later logins keep the first picture.
        builtin contains -- "!$name" $__awsmfa_own; and continue
        set -ga __awsmfa_own "!$name"
        set -l restore set -eg $name
        if set -qg $name
            set restore set -gu $name
            set -qgx $name; and set restore set -gx $name
            # A variable is a list; each of its elements becomes a word.
            set -a restore (string escape -- $$name)
        end
        DIRECTORIES
        # Only what a login has left is restored: what else the variable holds by then was set since, by
        # the user or by a tool that follows the directory.
        set -l left "set -l __awsmfa_now $name; set -qg $name; and set __awsmfa_now $name=\"\$$name\"; builtin contains -- \$__awsmfa_now \$__awsmfa_own"
        builtin contains $name KEY-NAMES; and set left "$left; or builtin contains keys \$__awsmfa_own"
        set -gu __awsmfa_off "$__awsmfa_off$left; and $restore;"
    end
end

# Notes what the login leaves, each variable as NAME=value or NAME.
function __awsmfa_record
    for name in $argv
        set -l left $name
        set -qg $name; and set left $name="$$name"
        set -ga __awsmfa_own $left
    end
end

# No global variable hides a universal one from children.
function __awsmfa_point_out
    for name in $argv
        set -qUx $name; or continue
        # Tells the next `on` that the user has not chosen this profile since.
        if builtin contains $name AWS_PROFILE AWS_DEFAULT_PROFILE
            set -gx AWSMFA_UNIVERSAL_PROFILE $$name
            __awsmfa_record AWSMFA_UNIVERSAL_PROFILE
        end
        builtin echo "awsmfa: $name is a universal variable and stays visible: set -eU $name removes it from all terminals" >&2
    end
end

# What the terminal had before the first `on` counts.
if test -z "$__awsmfa_off"
    set -gu __awsmfa_own
    # The keys that belong to an id of ours are ours, whichever login they are from.
    set -gu __awsmfa_off 'set -eg __awsmfa_base __awsmfa_request; builtin contains -- "$AWS_ACCESS_KEY_ID" $__awsmfa_ids; and set -ga __awsmfa_own keys;'
end
__awsmfa_save LISTED-NAMES FURTHER-NAMES

CHANGES

__awsmfa_record CHANGED-NAMES FURTHER-NAMES
set -gu __awsmfa_ids $__awsmfa_ids $AWSMFA_ACCESS_KEY_ID

__awsmfa_point_out UNSET-NAMES
builtin functions -e __awsmfa_save __awsmfa_record __awsmfa_point_out
# `set -eg` fails if a variable is not set, and `set -gx` does not change the status.
builtin true
