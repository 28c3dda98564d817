//! Credentials that renew themselves, whatever AWS does meanwhile.

use std::thread;

use super::FETCH;
use crate::support::landing::Landing;
use crate::support::pty::Pty;
use crate::support::stand_in::{Fault, Signer};

/// Prints status and key id whenever they change, until the file `done` is there.
const POLL: &str = r#"
while ! [ -e done ]; do
    answer=$(fetch)
    status=${answer:9:3}
    id=${answer#*AccessKeyId\":\"}
    now="status $status"
    [ "$status" = 200 ] && now="$now ${id%%\"*}"
    [ "$now" = "$before" ] || echo "$now."
    before=$now
    sleep 0.1
done
"#;

/// The seconds that a session has left are counted by this computer's clock.
fn agree_on_the_time(landing: &Landing) {
    landing.aws.change(|options| options.clock_offset = 0);
}

fn poll(landing: &Landing) -> Pty {
    landing.home.write("command", format!("{FETCH}{POLL}"));
    agree_on_the_time(landing);
    let code = landing.aws.code();
    let mut pty = (landing.home).line_on_terminal(&format!(
        "awsmfa exec --refresh dev {code} -- bash command; echo over $?"
    ));
    pty.expect("status 200 ASIA");
    pty.expect(".");
    pty
}

fn finish(landing: &Landing, mut pty: Pty) {
    landing.home.write("done", "");
    pty.expect("over 0");
    pty.wait();
}

/// A role's session that is half over is renewed; while AWS is out of order, the old one is handed out
/// to its end, and then 503 until AWS is back. No second code is needed.
#[test]
fn an_outage_ends_no_command() {
    let faults = [Fault::internal_failure(), Fault::Close, Fault::Silence];
    let threads = faults.map(|fault| thread::spawn(move || outage(fault)));
    for thread in threads {
        thread.join().expect("a command that goes on");
    }
}

fn outage(fault: Fault) {
    let landing = Landing::new();
    landing
        .aws
        .change(|options| options.longest_role_session = Some(24));
    let mut pty = poll(&landing);
    let shown = pty.expect_one_of(&["status 200 ASIA", "status 503", "status 4"]);
    assert_eq!(shown.0, 0, "{}", pty.seen());
    landing.aws.outage("sts", fault);
    let shown = pty.expect_one_of(&["status 503", "status 4"]);
    assert_eq!(shown.0, 0, "{}", pty.seen());
    landing.aws.recover();
    let shown = pty.expect_one_of(&["status 200 ASIA", "status 4"]);
    assert_eq!(shown.0, 0, "{}", pty.seen());
    finish(&landing, pty);
    let requests = landing.aws.requests();
    let codes = requests
        .iter()
        .filter(|one| one.parameter("TokenCode").is_some());
    assert_eq!(codes.count(), 1);
    let roles = requests.iter().filter(|one| one.action == "AssumeRole");
    for one in roles {
        assert!(matches!(one.signer, Signer::Session(_)), "{:?}", one.signer);
    }
}

/// What AWS refuses for good is no matter of time.
#[test]
fn a_role_that_is_taken_away_is_refused() {
    let landing = Landing::new();
    landing
        .aws
        .change(|options| options.longest_role_session = Some(12));
    let mut pty = poll(&landing);
    landing.aws.change(|options| options.roles.clear());
    let shown = pty.expect_one_of(&["status 400", "status 503"]);
    assert_eq!(shown.0, 0, "{}", pty.seen());
    finish(&landing, pty);
}

/// When the base session is over, a person could renew it: 503. A line has said so in time.
#[test]
fn the_end_of_the_base_session_is_announced() {
    let landing = Landing::new();
    landing.aws.change(|options| {
        options.longest_session = Some(14);
        options.longest_role_session = Some(14);
    });
    let mut pty = poll(&landing);
    let shown = pty.expect_one_of(&["status 503", "status 4"]);
    assert_eq!(shown.0, 0, "{}", pty.seen());
    let seen = pty.seen();
    let line = "awsmfa: this command's session ends at ";
    assert_eq!(seen.matches(line).count(), 1, "{seen}");
    finish(&landing, pty);
}

/// Without an agent, no login elsewhere gives this command a session.
#[test]
fn the_answer_after_the_end_says_what_helps() {
    for (agent, way) in [
        (
            "on",
            "; run the command again, or aws-mfa-on in any terminal if an agent runs",
        ),
        ("off", "; run the command again\""),
    ] {
        let landing = Landing::new();
        landing.aws.change(|options| {
            options.longest_session = Some(14);
            options.longest_role_session = Some(14);
        });
        agree_on_the_time(&landing);
        let script = "until [[ $(fetch) == *' 503 '* ]]; do sleep 0.1; done\nfetch";
        let words = format!("dev {}", landing.aws.code());
        let run = super::script(&landing, &words, script)
            .env("AWSMFA_AGENT", agent)
            .run();
        let answer = &run.success().stdout;
        assert!(answer.contains(way), "{}", run.story());
    }
}

/// However many ask, AWS is asked once.
#[test]
fn many_requests_make_one_call() {
    let landing = Landing::new();
    landing
        .aws
        .change(|options| options.longest_role_session = Some(24));
    agree_on_the_time(&landing);
    let script = "sleep 13\nfor _ in {1..50}; do status & done; wait";
    let code = landing.aws.code();
    let run = super::script(&landing, &format!("dev {code}"), script).run();
    assert_eq!(run.success().stdout, "200\n".repeat(50), "{}", run.story());
    // One by the login, and one because half of that is over.
    assert_eq!(
        landing.calls(),
        ["GetSessionToken+code", "AssumeRole dev", "AssumeRole dev"],
        "{}",
        run.story()
    );
}
