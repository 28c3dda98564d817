# case: a function's local variable is not what the terminal had
f() { local -x AWS_PROFILE=x; aws-mfa-on; }
export AWS_PROFILE=mine
f
aws-mfa-off
echo $AWS_PROFILE
#> mine

# case: a local variable of a name that is not set
unset AWS_PROFILE
f() { local -x AWS_PROFILE=x; aws-mfa-on; }
f
aws-mfa-off
echo ${AWS_PROFILE-no}
#> no

# case: options that change quoting, splitting and arrays
setopt warn_create_global ksh_arrays sh_word_split no_glob rc_quotes glob_subst
AWS_PROFILE="it's"
aws-mfa-on
aws-mfa-off
echo $AWS_PROFILE
[[ -o ksharrays ]] && echo kept
#> it's
#> kept

# case: eval in a function
setopt warn_create_global sh_word_split
f() { eval "$(awsmfa env)"; echo $AWS_REGION; eval "$(awsmfa off)"; }
AWS_PROFILE='a  b'
f
echo $AWS_PROFILE
#> eu-west-1
#> a b

# case: what sh would read
aws-mfa-on
echo ${(t)__awsmfa_off}
emulate sh
eval "$(awsmfa off)"
echo ${AWS_REGION-no}
#> scalar
#> no

# case: arrays, integers and associative arrays come back
AWS_PROFILE=(a 'b c')
typeset -i 16 AWS_REGION=17
typeset -A AWS_ACCOUNT_ID=(k 'v w')
aws-mfa-on
aws-mfa-on other
aws-mfa-off
echo $#AWS_PROFILE $AWS_PROFILE[2] $AWS_REGION ${AWS_ACCOUNT_ID[k]}
sh -c 'echo ${AWS_REGION-no}'
#> 2 b c 16#11 v w
#> no

# case: arrays whose place the session takes
AWS_REGION=(a b)
AWS_ACCESS_KEY_ID=(x)
aws-mfa-on
sh -c 'echo $AWS_REGION $AWS_ACCESS_KEY_ID'
aws-mfa-off
echo $#AWS_REGION ${(t)AWS_ACCESS_KEY_ID}
#> eu-west-1 ASIAwork
#> 2 array

# case: eval without quotes
eval $(awsmfa env)
echo $AWS_REGION
eval $(awsmfa off)
echo ${AWS_REGION-no}
#> eu-west-1
#> no

# case: a failed login and the help change nothing
aws-mfa-on fail
echo $? ${AWS_REGION-no}
aws-mfa-on --help
aws-mfa-on -h
echo ${AWS_REGION-no}
#> 3 no
#> usage
#> usage
#> no
