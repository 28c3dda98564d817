//! A hook that runs before a prompt puts the keys of an ended session back: direnv and mise remember
//! what they find on entering a directory.

use super::*;

/// Shows what a child holds.
fn holds(pty: &mut Pty) -> String {
    pty.send("sh -c 'echo \"i\"\"s:${AWS_ACCESS_KEY_ID-no} ${AWS_SECRET_ACCESS_KEY-no} ${AWS_REGION-no}:\"'\r");
    pty.expect("is:");
    let shown = pty.expect(":");
    pty.expect("ready> ");
    shown
}

#[test]
fn keys_that_come_back_after_off_are_taken_away() {
    for shell in [Dialect::Bash, Dialect::Zsh, Dialect::Fish] {
        let program = Program::new(shell);
        let set = |name: &str, value: &str| match shell {
            Dialect::Fish => format!("set -gx {name} {value}; "),
            _ => format!("export {name}={value}; "),
        };
        let set_all = |id: &str| {
            let all = [
                ("AWS_ACCESS_KEY_ID", id),
                ("AWS_SECRET_ACCESS_KEY", "s"),
                ("AWS_REGION", "r"),
            ];
            all.map(|(name, value)| set(name, value)).concat()
        };
        let mut pty = terminal(&program, shell, "");
        let mut types = |line: &str, shown: &str| {
            pty.send(&format!("{line}\r"));
            pty.expect("ready> ");
            assert_eq!(holds(&mut pty), shown, "{shell:?}: {}", pty.seen());
        };
        types("aws-mfa-on work", "ASIAwork the/secret+ eu-west-1:");
        types("aws-mfa-on other", "ASIAother the/secret+ eu-west-1:");
        types("aws-mfa-off", "no no no:");
        // Whichever login they are from. What is not secret may be the user's by now.
        for id in ["ASIAwork", "ASIAother"] {
            types(&set_all(id), "no no r:");
        }
        types(&set_all("AKIAmine"), "AKIAmine s r:");
        types("aws-mfa-on work", "ASIAwork the/secret+ eu-west-1:");
        types(&set_all("ASIAother"), "ASIAother s r:");
        types("aws-mfa-off", "AKIAmine s r:");
        types(&set_all("ASIAwork"), "AKIAmine s r:");
    }
}

/// A child shell has the session of its parent, and no restore code.
#[test]
fn keys_that_come_back_in_a_child_shell_are_taken_away() {
    for shell in [Dialect::Bash, Dialect::Zsh, Dialect::Fish] {
        let program = Program::new(shell);
        let set = if shell == Dialect::Fish {
            "set -gx NAME VALUE"
        } else {
            "export NAME=VALUE"
        };
        let set = |name, value| set.replace("NAME", name).replace("VALUE", value);
        let inherited = [
            ("AWS_ACCESS_KEY_ID", "ASIAparent"),
            ("AWSMFA_ACCESS_KEY_ID", "ASIAparent"),
            ("AWSMFA_EXPIRES_AT", "1"),
        ];
        let inherited = inherited.map(|(name, value)| set(name, value)).join("; ");
        let mut pty = terminal(&program, shell, &format!("{inherited}; "));
        for line in ["aws-mfa-off", &set("AWS_ACCESS_KEY_ID", "ASIAparent")] {
            pty.send(&format!("{line}\r"));
            pty.expect("ready> ");
            assert_eq!(holds(&mut pty), "no no no:", "{shell:?}: {}", pty.seen());
        }
    }
}
