//! Ten terminals that are given the same code at once, as tmux's `synchronize-panes` does: one gets
//! in, and the others hear what happened and ask for the next code.

use std::fs;

use crate::support::home::{AWSMFA, Home, account};
use crate::support::pty::Pty;
use crate::support::stand_in::StandIn;

const PROMPT: &str = "MFA code for arn:aws:iam::123456789012:mfa/alice: ";
const LOCK: &str = "awsmfa/sending-arn-aws-iam--123456789012-mfa-alice";
const USED: &str = "most likely it was just used, here or in another terminal; next code in ";

struct Panes {
    aws: StandIn,
    home: Home,
    open: Vec<Pty>,
}

impl Panes {
    /// Ten of them, each with `awsmfa env ARGUMENTS`.
    fn start(config: &str, arguments: &str) -> Self {
        let (aws, home) = account();
        // The middle of a time step: the wait for the next one is not tested here.
        aws.settle();
        home.configure(config);
        home.write("code", aws.code());
        let pane = |_| home.terminal(&format!("env --shell sh {arguments}"));
        let open = (0..10).map(pane).collect();
        Self { aws, home, open }
    }

    fn all_ask(&mut self) {
        for pane in &mut self.open {
            pane.expect(PROMPT);
        }
    }

    /// Types the code into all of them; one gets in and is closed. What the others say.
    fn type_code(&mut self) -> Vec<String> {
        let code = self.aws.code();
        for pane in &mut self.open {
            pane.send(&format!("{code}\r"));
        }
        self.one_gets_in()
    }

    /// Waits until each has an outcome; one is a success.
    fn one_gets_in(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        let mut left = Vec::new();
        for mut pane in self.open.drain(..) {
            match pane.expect_one_of(&["status 0", PROMPT]) {
                (0, _) => assert!(pane.wait().success()),
                (_, text) => {
                    said.push(text);
                    left.push(pane);
                }
            }
        }
        self.open = left;
        said
    }

    fn codes_sent(&self) -> usize {
        let requests = self.aws.requests();
        let sent = requests
            .iter()
            .filter(|one| one.parameter("TokenCode").is_some());
        sent.count()
    }
}

#[test]
fn ten_panes_with_the_same_typed_code_log_in_one_per_code() {
    let mut panes = Panes::start("mfa_source = prompt\n", "");
    panes.all_ask();
    // More often than a wrong code may be typed.
    for others in (5..10).rev() {
        let said = panes.type_code();
        assert_eq!(said.len(), others);
        for text in said {
            assert!(text.contains(USED), "{text}");
            assert!(!text.contains("wrong"), "{text}");
        }
        panes.aws.advance(30);
    }
    assert!(panes.codes_sent() <= 10 + 9 + 8 + 7 + 6);
    let written = fs::read_dir(panes.home.path().join("awsmfa")).expect("the ledger");
    for file in written {
        let text = fs::read_to_string(file.expect("a file").path()).expect("its text");
        assert!(
            !text.contains(&panes.aws.code_in(-1)),
            "a code on disk: {text}"
        );
    }
}

#[test]
fn ten_panes_with_the_same_code_on_the_command_line_ask_for_the_next() {
    let mut panes = Panes::start("", "-c \"$(cat code)\"");
    let said = panes.one_gets_in();
    assert_eq!(said.len(), 9);
    for text in said {
        assert!(text.contains(USED) && !text.contains("wrong"), "{text}");
    }
    panes.aws.advance(30);
    assert_eq!(panes.type_code().len(), 8);
}

/// One that another terminal's login explains does not count among the three.
#[test]
fn three_wrong_codes_are_enough_also_after_another_terminal_s_login() {
    let mut panes = Panes::start("mfa_source = prompt\n", "");
    panes.all_ask();
    let wrong = panes.aws.wrong_code();
    let mut pane = panes.open.remove(0);
    let mut refuse = |why: &str| {
        pane.send(&format!("{wrong}\r"));
        pane.expect(why);
    };
    refuse("AWS refused the code: wrong, or already used");
    assert_eq!(panes.type_code().len(), 8);
    refuse(USED);
    refuse("AWS refused the code: wrong, or already used");
    refuse("could not log in: AWS refused 3 MFA codes in a row");
    pane.expect("status 1");
}

#[test]
fn without_a_terminal_a_given_code_that_was_used_says_so() {
    let (aws, home) = account();
    aws.settle();
    let code = aws.code();
    let login = || home.login(&format!("-c {code}")).run();
    login().success();
    let again = login();
    again
        .failure(1)
        .complains("could not log in: AWS refused the MFA code: most likely it was just used, here or in another terminal\n")
        .complains("hint: the next code comes in ");
}

#[test]
fn a_pane_that_waits_for_its_turn_can_be_left() {
    let (aws, home) = account();
    let login = || {
        let line = format!("'{AWSMFA}' env --shell sh --source prompt >/dev/null && echo next");
        let mut pane = home.line_on_terminal(&line);
        pane.expect(PROMPT);
        pane
    };
    let mut pane = login();
    pane.send(&format!("{}\r", aws.code()));
    pane.expect("next");
    let held = fs::File::open(home.path().join(LOCK)).expect("a lock");
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    for keys in ["\u{3}", "\u{1c}"] {
        let mut pane = login();
        pane.send(&format!("{}\r", aws.wrong_code()));
        pane.expect("another terminal is logging in with this MFA device: waiting for it");
        pane.send(keys);
        pane.wait();
        assert!(!pane.seen().contains("next"), "{}", pane.seen());
    }
}

#[test]
fn a_login_with_another_device_does_not_wait() {
    let (aws, home) = account();
    let login = || home.login(&format!("--force -c {}", aws.code()));
    login().run().success();
    let held = fs::File::open(home.path().join(LOCK)).expect("a lock");
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    aws.advance(30);
    let other = "arn:aws:iam::123456789012:mfa/other";
    aws.change(|options| options.users[0].devices[0].serial_number = other.to_owned());
    let run = login().arguments(["--mfa-serial", other]).run();
    run.success().keeps_quiet_about("waiting");
}
