__awsmfa_save() { set -- "$1" "$2" "unset $1;" '' '' "'";
while eval "test \"\${$1+x}\""; do eval "set -- \"\$1\" \"\$2\" 'unset $1;' '' \"\$$1\" \"'\"";
case ${BASH_VERSION+b} in b) if (declare -g "$1=x$5" && eval "test \"\$$1\" = \"\$5\"") 2>/dev/null; then case $2 in keep) set -- "$1" '' ''; break;; esac; unset "$1"; continue; fi;; esac;
while :; do case $5 in *"$6"*) set -- "$1" "$2" '' "$4${5%%$6*}'\\''" "${5#*$6}" "$6";; *) break;; esac; done;
set -- "$1" "$2" "$1='$4$5';" '' '' "'";
case $(case ${BASH_VERSION+b} in b) compgen -P 'xport ' -S = -e "$1";; *) export -p;; esac) in *"xport $1="*|*"-x $1="*) set -- "$1" "$2" "export $3" '' '' "'";; *) set -- "$1" "$2" "unset $1; case \$- in *a*) set +a; $3 set -a;; *) $3 esac;" '' '' "'";; esac;
case $2 in keep) break;; esac; unset "$1"; done;
__awsmfa_new="$__awsmfa_new$3"; };
case $- in *a*) set +a; __awsmfa_a=a;; *) __awsmfa_a=;; esac; __awsmfa_new=;
