__awsmfa_save() { \emulate -L zsh; \local __awsmfa_one="\\unset $1;" __awsmfa_set="\\typeset -g +x $1=${(Pqq)1};";
case ${(Pt)1} in (*local*) __awsmfa_one=;; ('') ;; (array*|association*|integer*|float*) __awsmfa_one="\\unset $1; $(\typeset -p $1);";; (*export*) __awsmfa_one="\\export $1=${(Pqq)1};";; (*) __awsmfa_one="\\unset $1; case \$- in *a*) \\set +a; $__awsmfa_set \\set -a;; *) $__awsmfa_set esac;";; esac;
\typeset -g __awsmfa_new="$__awsmfa_new$__awsmfa_one"; };
case $- in *a*) \set +a; \typeset -g __awsmfa_a=a;; *) \typeset -g __awsmfa_a=;; esac; \typeset -g __awsmfa_new=;
