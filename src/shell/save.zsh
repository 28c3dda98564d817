__awsmfa_save() { emulate -L zsh; local __awsmfa_one="unset $1;";
case ${(Pt)1} in (*local*) __awsmfa_one=;; ('') ;; (*export*) __awsmfa_one="export $1=${(Pqq)1};";; (*) __awsmfa_one="unset $1; typeset -g +x $1=${(Pqq)1};";; esac;
typeset -g +x __awsmfa_new="$__awsmfa_new$__awsmfa_one"; };
typeset -g +x __awsmfa_new=;
