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

# Appends to __awsmfa_code what restores each of the variables $argv.
function __awsmfa_save
    for name in $argv
        # A function has copies of its caller's exported local variables. They hide the global one.
        while set -ql $name
            set -el $name
        end
        set -l restore set -eg $name
        if set -qg $name
            set restore set -gu $name
            set -qgx $name; and set restore set -gx $name
            # A variable is a list; each of its elements becomes a word.
            set -a restore (string escape -- $$name)
        end
        set -gu __awsmfa_code "$__awsmfa_code$restore;"
    end
end

# No global variable hides a universal one from children.
function __awsmfa_point_out
    for name in $argv
        set -qU $name; or continue
        # Tells the next `on` that the user has not chosen this profile since.
        contains $name AWS_PROFILE AWS_DEFAULT_PROFILE; and set -gx AWSMFA_UNIVERSAL_PROFILE $$name
        echo "awsmfa: $name is a universal variable and stays visible: set -eU $name removes it from all terminals" >&2
    end
end

set -gu __awsmfa_code 'set -eg __awsmfa_base __awsmfa_request;'
__awsmfa_save LISTED-NAMES
# What the terminal had before the first `on` counts.
test -n "$__awsmfa_off"; or set -gu __awsmfa_off $__awsmfa_code
# Variables that not every `on` changes: the restore code may not know them yet. They come first, so that
# what was saved before wins.
set -gu __awsmfa_code
__awsmfa_save FURTHER-NAMES
set -gu __awsmfa_off "$__awsmfa_code$__awsmfa_off"

CHANGES

__awsmfa_point_out UNSET-NAMES
set -eg __awsmfa_code
functions -e __awsmfa_save __awsmfa_point_out
# `set -eg` fails if a variable is not set, and `set -gx` does not change the status.
true
