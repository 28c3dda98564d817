# For zsh's plugin managers (oh-my-zsh, zinit, antidote …): they load this file of a clone.
# https://zdharma-continuum.github.io/Zsh-100-Commits-Club/Zsh-Plugin-Standard.html#zero-handling
0="${ZERO:-${${0:#$ZSH_ARGZERO}:-${(%):-%N}}}"
0="${${(M)0:#/*}:-$PWD/$0}"
[[ " ${fpath[*]} " == *" ${0:A:h}/completions "* ]] || fpath+=("${0:A:h}/completions")
# A manager that has completion on already (oh-my-zsh) does not look into fpath again.
if (( ${+functions[compdef]} )); then
  autoload -Uz _awsmfa
  compdef _awsmfa awsmfa aws-mfa-on awsmfa_on
fi
source "${0:A:h}/shell/awsmfa.zsh"
