function __awsmfa_save;
while set -ql $argv[1]; set -el $argv[1]; end;
set -l __awsmfa_one set -eg $argv[1];
if set -qg $argv[1]; set __awsmfa_one set -gu $argv[1]; set -qgx $argv[1]; and set __awsmfa_one set -gx $argv[1]; set -a __awsmfa_one (string escape -- $$argv[1]); end;
set -gu __awsmfa_new "$__awsmfa_new$__awsmfa_one;"; end;
set -gu __awsmfa_new 'set -eg __awsmfa_base;';
