# The line goes to awsmfa as it is, which quotes the candidates. (No process substitution: bash's
# POSIX mode has none before 5.1.)
_awsmfa() {
    local candidate IFS=
    COMPREPLY=()
    while read -r candidate; do
        [[ -z $candidate ]] || COMPREPLY[${#COMPREPLY[@]}]=$candidate
    done <<<"$(_AWSMFA_COMPLETE=bash command awsmfa -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)"
    case ${#COMPREPLY[@]}${COMPREPLY[0]-} in
        1*[=/:]) compopt -o nospace 2>/dev/null ;;
    esac
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nosort -F _awsmfa awsmfa aws-mfa-on awsmfa_on
else
    complete -o nospace -F _awsmfa awsmfa aws-mfa-on awsmfa_on
fi
