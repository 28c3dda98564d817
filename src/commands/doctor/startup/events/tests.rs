use super::super::code::code;
use super::super::words::words;
use super::*;

fn of(shell: Shell, line: &str) -> Vec<Event> {
    let code = code(shell, line).remove(0);
    events(shell, &code, &words(&code.text), None)
}

fn way(shell: Shell, line: &str) -> Option<Way> {
    of(shell, line).into_iter().find_map(|event| match event {
        Event::Load(load) => Some(load.way),
        _ => None,
    })
}

#[test]
fn the_rc_line_is_known_in_every_form() {
    for line in [
        r#"eval "$(awsmfa init bash)""#,
        r#"eval "$(/usr/local/bin/awsmfa init bash --renew)""#,
        r#"command -v awsmfa >/dev/null && eval "$("$HOME/.local/bin/awsmfa" init bash)""#,
        "eval \"`awsmfa init bash`\"",
        "if type awsmfa &>/dev/null; then source <(awsmfa init bash); fi",
        "_evalcache awsmfa init bash",
        r#"eval "$(\command awsmfa init bash)"; # here"#,
        "awsmfa init bash > ~/.cache/awsmfa.bash",
    ] {
        assert_eq!(
            way(Shell::Bash, line),
            Some(Way::Init(Some(Shell::Bash))),
            "{line}"
        );
    }
    let fish = "awsmfa init fish | source";
    assert_eq!(way(Shell::Fish, fish), Some(Way::Init(Some(Shell::Fish))));
    let by_variable = r#"eval "$(awsmfa init "${SHELL##*/}")""#;
    assert_eq!(way(Shell::Bash, by_variable), Some(Way::Init(None)));
    for line in [
        "plugins=(git awsmfa)",
        "zinit light owner/awsmfa",
        "zinit load https://example.com/owner/awsmfa.git",
        "antigen bundle owner/awsmfa",
        "zplug \"owner/awsmfa\"",
    ] {
        assert_eq!(way(Shell::Zsh, line), Some(Way::Plugin), "{line}");
    }
    for line in [
        "# eval \"$(awsmfa init bash)\"\ntrue",
        "alias m=awsmfa",
        "eval \"$(awsmfa completions bash)\"",
        "PATH=~/src/awsmfa/target/release:$PATH",
        "git clone owner/awsmfa",
    ] {
        assert_eq!(way(Shell::Bash, line), None, "{line}");
    }
}

#[test]
fn a_line_that_evaluates_nothing_is_known() {
    for (shell, line) in [
        (Shell::Bash, "awsmfa init bash"),
        (Shell::Fish, "command awsmfa init fish"),
        (Shell::Bash, "eval $(awsmfa init bash)"),
        (Shell::Zsh, "type awsmfa && eval `awsmfa init zsh`"),
        (Shell::Fish, "eval (awsmfa init fish)"),
    ] {
        assert!(
            matches!(way(shell, line), Some(Way::Ineffective(_))),
            "{line}"
        );
    }
}

#[test]
fn names_of_ours_that_others_define_are_known() {
    for (line, name, is_alias) in [
        ("aws-mfa-on() {", "aws-mfa-on", false),
        ("function aws-mfa-off { true; }", "aws-mfa-off", false),
        ("alias aws-mfa-on='source ~/bin/mfa.sh'", "aws-mfa-on", true),
        ("alias a=b aws-mfa-off=x", "aws-mfa-off", true),
        ("awsmfa() { oathtool x; }", "awsmfa", false),
        ("alias awsmfa=aws-mfa", "awsmfa", true),
    ] {
        let name = name.to_owned();
        assert_eq!(
            of(Shell::Bash, line),
            [Event::Define { name, is_alias }],
            "{line}"
        );
    }
    let fish = of(Shell::Fish, "alias aws-mfa-on 'source x'");
    assert!(matches!(&fish[..], [Event::Define { is_alias: true, .. }]));
    for line in [
        "alias aws-mfa-on='aws-mfa-on --profiles'",
        "alias awsmfa='AWSMFA_SOURCE=prompt ~/.local/bin/awsmfa'",
        "alias aws=awsmfa",
        "awsmfa_prompt_left() {",
    ] {
        assert_eq!(of(Shell::Bash, line), [], "{line}");
    }
}

#[test]
fn hooks_that_are_kept_are_told_from_those_that_are_lost() {
    let variable = "PROMPT_COMMAND";
    for (line, expected) in [
        (
            "PROMPT_COMMAND='history -a'",
            Some(Event::ReplaceHook(variable)),
        ),
        (
            "export PROMPT_COMMAND=x",
            Some(Event::ReplaceHook(variable)),
        ),
        ("PROMPT_COMMAND=(x y)", Some(Event::RemoveHooks(variable))),
        ("unset PROMPT_COMMAND", Some(Event::RemoveHooks(variable))),
        ("PROMPT_COMMAND+=(x)", None),
        ("PROMPT_COMMAND=\"x;$PROMPT_COMMAND\"", None),
        ("PROMPT_COMMAND=(x \"${PROMPT_COMMAND[@]}\")", None),
        ("echo PROMPT_COMMAND=", None),
    ] {
        assert_eq!(of(Shell::Bash, line).into_iter().next(), expected, "{line}");
    }
    let zsh = of(Shell::Zsh, "precmd_functions=(a)");
    assert_eq!(zsh, [Event::RemoveHooks("precmd_functions")]);
    assert_eq!(of(Shell::Zsh, "precmd_functions+=(a)"), []);
}
