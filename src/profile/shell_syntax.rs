//! Shell syntax in a command that runs without a shell.

/// Shells expand these themselves when they are given the text.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "zsh", "ksh", "fish", "env"];

/// What to do about a command that failed: if it needs a shell, how to ask for one.
pub fn hint(command: &str, otherwise: impl FnOnce() -> String) -> String {
    find(command).map_or_else(otherwise, |what| {
        format!(
            "no shell runs this command, as in the AWS CLI, so {what} is passed on as it is; for a \
             shell, write credential_process = sh -c '…'"
        )
    })
}

/// The first shell syntax that quotes do not protect.
fn find(command: &str) -> Option<&'static str> {
    let program = command.split_whitespace().next()?;
    if SHELLS.contains(&program.rsplit('/').next()?) {
        return None;
    }
    if is_assignment(program) {
        return Some("NAME=value before a program");
    }
    let (mut quote, mut before) = (None, ' ');
    let mut rest = command.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match (quote, c) {
            (None | Some('"'), '\\') => drop(rest.next()),
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"'), '`') => return Some("`…`"),
            (None | Some('"'), '$') if next == '(' => return Some("$(…)"),
            (None | Some('"'), '$') if next == '{' || next == '_' || next.is_alphabetic() => {
                return Some("$NAME");
            }
            (None, '~') if before.is_whitespace() => return Some("~"),
            (None, '#') if before.is_whitespace() => return Some("# and what follows"),
            (None, '|') => return Some("|"),
            (None, '&') => return Some("&"),
            (None, ';') => return Some(";"),
            (None, '<' | '>') => return Some("a redirection (< or >)"),
            (None, '*') => return Some("*"),
            _ => {}
        }
        before = c;
    }
    None
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A program's name for a message, without assigned values: they may be secrets.
pub fn shown(program: &str) -> &str {
    if is_assignment(program) {
        program.split('=').next().unwrap_or_default()
    } else {
        program
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_expand() {
        for (command, what) in [
            ("cat ~/x.json", Some("~")),
            ("~/bin/keys", Some("~")),
            ("cat $HOME/x.json", Some("$NAME")),
            ("cat \"${HOME}/x.json\"", Some("$NAME")),
            ("echo $(cat x)", Some("$(…)")),
            ("echo `cat x`", Some("`…`")),
            ("cat x | jq .", Some("|")),
            ("a && b", Some("&")),
            ("a; b", Some(";")),
            ("a # b", Some("# and what follows")),
            ("a b#c", None),
            ("a 2>/dev/null", Some("a redirection (< or >)")),
            ("AWS_PROFILE=x keys", Some("NAME=value before a program")),
            ("cat '~/x.json' 'a | b; $c'", None),
            ("sh -c \"cat $HOME/x.json | jq .\"", None),
            ("/bin/bash -c 'cat ~/x'", None),
            ("keys --user a~b --cost 5$ --query x\\|y", None),
            ("/opt/keys --name=value a=b", None),
            ("", None),
        ] {
            assert_eq!(find(command), what, "{command}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(command in "\\PC*|['\"\\\\ $~a]*") {
            let _ = find(&command);
        }
    }
}
