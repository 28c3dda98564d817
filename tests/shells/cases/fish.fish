# case: a function's local variable is not what the terminal had
function f
    set -lx AWS_PROFILE x
    aws-mfa-on
end
set -gx AWS_PROFILE mine
f
echo "no$AWS_PROFILE"
aws-mfa-off
echo $AWS_PROFILE
#> no
#> mine

# case: lists come back
set -gx AWS_PROFILE 'a b' '' c\'
aws-mfa-on
aws-mfa-off
count $AWS_PROFILE
string join , $AWS_PROFILE
#> 3
#> a b,,c'

# case: a list without elements comes back
set -g AWS_PROFILE
aws-mfa-on
aws-mfa-off
set -q AWS_PROFILE; and count $AWS_PROFILE
true
#> 0

# case: a failed login and the help change nothing
aws-mfa-on fail
echo $status "no$AWS_REGION"
aws-mfa-on --help
aws-mfa-on -h
echo "no$AWS_REGION"
#> 3 no
#> usage
#> usage
#> no

# case: eval in place of source
eval (awsmfa env)
echo $status $AWS_REGION
eval (awsmfa off)
echo "no$AWS_REGION"
#> 0 eu-west-1
#> no
