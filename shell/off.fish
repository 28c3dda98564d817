# The code that `awsmfa off` prints for fish. on.fish says how it is written, and who writes __awsmfa_off.
if test -n "$__awsmfa_off"
    eval $__awsmfa_off
    set -eg __awsmfa_off __awsmfa_own __awsmfa_ids
else
    CHANGES
end
builtin true
