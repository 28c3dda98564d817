# case: a function's local variable is not what the terminal had
f() { local AWS_PROFILE=x; aws-mfa-on; }
export AWS_PROFILE=mine
f
echo "${AWS_PROFILE-no}"
aws-mfa-off
echo $AWS_PROFILE
#> no
#> mine

# case: IFS splits nothing
IFS=xy
aws-mfa-on
eval "$(awsmfa env other)"
IFS=' '
echo $AWSMFA_PROFILE
aws-mfa-off
echo ${AWSMFA_PROFILE-no}
#> other
#> no

# case: eval without quotes
export -n AWS_PROFILE=x
eval $(awsmfa env other)
echo $AWSMFA_PROFILE
aws-mfa-off
echo ${AWSMFA_PROFILE-no} $AWS_PROFILE
#> other
#> no x

# case: arrays, integers and other attributes come back
AWS_REGION=(a 'b"$c' d)
declare -ix AWS_PROFILE=0
declare -A AWS_ACCOUNT_ID=([k]='v w')
declare -ux AWS_DEFAULT_REGION=up
aws-mfa-on
sh -c 'echo $AWS_REGION'
aws-mfa-on other
aws-mfa-off
AWS_PROFILE+=2
echo ${#AWS_REGION[@]} "${AWS_REGION[1]}" $AWS_PROFILE "${AWS_ACCOUNT_ID[k]}"
sh -c 'echo ${AWS_REGION-no} $AWS_PROFILE $AWS_DEFAULT_REGION'
#> eu-west-1
#> 3 b"$c 2 v w
#> no 2 UP

# case: arrays in a function
f() { aws-mfa-on; aws-mfa-off; declare -p AWS_REGION; }
AWS_REGION=(a b)
f
g() { local -a AWS_REGION=(x); aws-mfa-on; }
g
echo $AWS_REGION
aws-mfa-off
echo ${AWS_REGION[1]}
#> declare -a AWS_REGION=([0]="a" [1]="b")
#> eu-west-1
#> b

# case: a function called test
test() { false; }
export AWS_PROFILE=mine
aws-mfa-on
echo ${AWS_PROFILE-no}
aws-mfa-off
echo $AWS_PROFILE
#> no
#> mine

# case: a trap for errors, which speaks in every command substitution
AWS_PROFILE=mine
export AWS_REGION=old
trap 'echo oops' ERR
set -E
aws-mfa-on
aws-mfa-off
trap - ERR
echo $AWS_PROFILE
sh -c 'echo ${AWS_PROFILE-no} $AWS_REGION'
#> mine
#> no old

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
