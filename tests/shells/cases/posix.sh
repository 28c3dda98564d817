# case: another variable's value looks like an export
export OTHER="a
export AWS_PROFILE=x
typeset -x AWS_PROFILE=x"
AWS_PROFILE="it's"
awsmfa_on
awsmfa_off
echo $AWS_PROFILE
sh -c 'echo ${AWS_PROFILE-no}'
#> it's
#> no

# case: off in a subshell
awsmfa_on
(awsmfa_off; echo ${AWS_REGION-no})
echo $AWS_REGION
#> no
#> eu-west-1

# case: eval without quotes
eval $(awsmfa env)
echo $AWS_REGION
eval $(awsmfa off)
echo ${AWS_REGION-no}
#> eu-west-1
#> no

# case: set -a, under which dash and busybox mark for export what is unset
export AWS_REGION=old
AWS_PROFILE=mine
set -a
awsmfa_on
awsmfa_off
awsmfa_on
sh -c 'echo ${__awsmfa_off-no} ${__awsmfa_base-no}'
awsmfa_off
set +a
echo $AWS_REGION $AWS_PROFILE
sh -c 'echo ${AWS_PROFILE-no}'
AWS_ACCOUNT_ID=1
sh -c 'echo ${AWS_ACCOUNT_ID-no}'
#> no no
#> old mine
#> no
#> no

# case: a function called test
test() { false; }
export AWS_PROFILE=mine
awsmfa_on
echo ${AWS_PROFILE-no}
awsmfa_off
echo $AWS_PROFILE
#> no
#> mine

# case: a code that was refused unseen is still good, and no variable keeps it
awsmfa_on fail 123456
case $(set) in *__awsmfa_*123456*) echo kept;; *) echo gone;; esac
#> gone

# case: a failed login and the help change nothing
awsmfa_on fail
echo $? ${AWS_REGION-no}
awsmfa_on --help
awsmfa_on -h
echo ${AWS_REGION-no}
#> 3 no
#> usage
#> usage
#> no
