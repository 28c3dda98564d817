# A part of on.sh, for zsh: code that gives the variable $__awsmfa_name the value that it has now, into
# __awsmfa_restore. It works whatever the user's options are.
__awsmfa_describe() {
  \emulate -L zsh
  \typeset -g __awsmfa_restore="\\unset $__awsmfa_name;"
  case ${(Pt)__awsmfa_name} in
    # It is local to a function, which ends before `off` could restore it.
    (*local*) __awsmfa_restore= ;;
    # zsh writes the code for variables with a type itself.
    (array*|association*|integer*|float*) __awsmfa_restore+=" $(\typeset -p $__awsmfa_name);" ;;
    (*export*) __awsmfa_restore="\\export $__awsmfa_name=${(Pqq)__awsmfa_name};" ;;
    (*) __awsmfa_restore+=" \\typeset -g +x $__awsmfa_name=${(Pqq)__awsmfa_name};" ;;
  esac
}
