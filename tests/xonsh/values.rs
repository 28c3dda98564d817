//! Variables of xonsh: they hold any bytes, and things that are no strings.

use super::XONSH;
use crate::support::home::{Home, Run};
use crate::support::landing::Landing;

/// `variables()` are those that a login saves; `seen()` is what a child process sees of them.
const NAMES: &str = "
import json, pathlib, random, subprocess
env = __xonsh__.env
names = json.loads(pathlib.Path('message').read_text())['save']

def variables():
    return {name: env[name] for name in names if name in env}

def seen():
    printed = subprocess.run(['env', '-0'], env=env.detype(), stdout=subprocess.PIPE).stdout
    pairs = [pair.partition(b'=') for pair in printed.split(b'\\0')]
    return {name: value for name, _, value in pairs if name.decode() in names}
";

/// 75 rounds of 29 variables.
const ROUNDS: &str = "
random = random.Random(15)
characters = [chr(code) for code in (*range(1, 256), 0x202e, 0x20ac, 0x1f511, *range(0xdc80, 0xdd00))]
attacks = ['$(touch pwned)', '@(touch_pwned)', \"'; touch pwned; '\", '${HOME}', '{RED}', '~', '*', '']

def value():
    text = ''.join(random.choices(characters, k=random.randrange(20)))
    return random.choice([
        text, text, text, random.choice(attacks), 7, 0.5, None, True, pathlib.Path('/x'), [text, 'y'], {text: 1}, (text,),
    ])

for _ in range(75):
    for name in names:
        if name in env:
            del env[name]
        if random.random() < 0.8:
            env[name] = value()
    values, exported = variables(), seen()
    aws-mfa-on
    assert env['AWS_ACCESS_KEY_ID'].startswith('ASIA') and 'AWS_PROFILE' not in env
    aws-mfa-on
    since = random.choice([{}, {'AWS_REGION': value()}, {'AWS_PROFILE': value()}])
    env.update(since)
    aws-mfa-off
    later = variables()
    for name in names:
        if name in since:
            assert later.pop(name) is since[name]
            values.pop(name, None)
    assert later.keys() == values.keys(), (later, values)
    assert all(later[name] is values[name] for name in values), (later, values)
    if not since:
        assert seen() == exported
print('restored')
";

/// The message of a login, which a program called `awsmfa` prints from now on.
fn at_home(landing: &Landing) -> Home {
    let login = ["env", "--shell", "xonsh", "landing", &landing.aws.code()];
    let message = landing.awsmfa(login).run();
    let home = Home::new();
    home.write("message", &message.success().stdout);
    let snippet = landing.awsmfa(["init", "xonsh"]).run();
    home.write("init", &snippet.success().stdout);
    let text = "#!/bin/sh\ncase $1 in init) cat init ;; env) cat message ;; esac\n";
    home.write_program("bin/awsmfa", text);
    let path = home.variable("PATH").display().to_string();
    let path = format!("{}/bin:{path}", home.path().display());
    home.with("PATH", path)
}

fn run(home: &Home, lines: &[&str]) -> Run {
    XONSH.script(home, lines).run()
}

#[test]
fn every_value_comes_back_as_it_was() {
    let home = at_home(&Landing::new());
    let run = run(&home, &[NAMES, ROUNDS]);
    run.success().prints("restored\n");
    assert!(run.stderr.is_empty(), "{}", run.story());
    assert!(!home.path().join("pwned").exists());
}

/// A login whose third change fails changes nothing.
#[test]
fn a_variable_that_refuses_a_value_keeps_all_others() {
    let home = at_home(&Landing::new());
    let lines = "
env.register('AWS_REGION', type='int', default=1)
env.update({'AWS_REGION': 7, 'AWS_PROFILE': 'mine'})
values = variables()
try:
    aws-mfa-on && echo next
except Exception as error:
    print(error.returncode)
print(variables() == values)
";
    let run = run(&home, &[NAMES, lines]);
    run.success().complains(
        "awsmfa: could not change the session: xonsh refuses the value of $AWS_REGION\n",
    );
    assert!(run.stdout.ends_with("True\n"), "{}", run.story());
    assert!(!run.stdout.contains("next"), "{}", run.story());
    assert!(!run.stderr.contains("eu-west-1"), "{}", run.story());
}

/// `$NAME=value command` leaves a value that hides the one of other threads.
#[test]
fn no_hidden_value_comes_to_light() {
    let home = at_home(&Landing::new());
    let lines = "
$AWS_PROFILE = 'mine'
$AWS_SECRET_ACCESS_KEY = 'mine'
$AWS_PROFILE='x' $AWS_SECRET_ACCESS_KEY='x' true
aws-mfa-on
print('AWS_PROFILE' in env)
aws-mfa-off
print($AWS_PROFILE, $AWS_SECRET_ACCESS_KEY)
";
    let run = run(&home, &[NAMES, lines]);
    run.success().prints("False\nmine mine\n");
}
