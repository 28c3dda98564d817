//! The browser gets an address on this computer, which leads to the console once: no other user sees
//! the real one among its arguments.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::parts;
use crate::support::agent::eventually;
use crate::support::home::{AWSMFA, Invocation, Run};
use crate::support::landing::Landing;

/// A home with programs of its own before all others in the PATH.
struct Desk {
    landing: Landing,
}

/// Asks for the address that it is started with, as a browser does, and keeps where that leads.
const BROWSER: &str = r#"#!/bin/sh
env > "$HOME/browser.env"
for word; do case $word in http*) url=$word ;; esac; done
printf '%s\n' "$@" > "$HOME/browser.args"
{ [ -t 0 ] || [ -t 1 ] || [ -t 2 ]; } && echo terminal > "$HOME/browser.terminal"
curl -s -o /dev/null -w '%{http_code} %{redirect_url}\n' "$url" > "$HOME/browser.led"
"#;

impl Desk {
    fn new() -> Self {
        let desk = Self {
            landing: Landing::new(),
        };
        desk.program("firefox", BROWSER);
        desk
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.landing.home.write(&format!("bin/{name}"), text);
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("its mode");
    }

    fn console(&self, browser: &str) -> Invocation {
        let home = &self.landing.home;
        let path = home.variable("PATH").into_string().expect("UTF-8");
        let code = self.landing.aws.code();
        let run = home.awsmfa(["console", "dev", "s3", "-c", &code]);
        run.env("PATH", format!("{}/bin:{path}", home.path().display()))
            .env("BROWSER", browser)
    }

    fn kept(&self, name: &str) -> String {
        let path = self.landing.home.path().join(name);
        fs::read_to_string(path).unwrap_or_default()
    }

    /// The same of a file with one line, once it is whole. The browser outlives awsmfa.
    fn line(&self, name: &str) -> String {
        eventually(name, || self.kept(name).ends_with('\n'));
        self.kept(name).trim_end().to_owned()
    }

    /// The browser was led to the console, and its arguments do not show how.
    #[track_caller]
    fn was_opened(&self, run: &Run) {
        run.success().prints("");
        let led = self.line("browser.led");
        let (status, url) = led.split_once(' ').unwrap_or_default();
        assert_eq!(status, "303", "{led}{}", run.story());
        let (_, parameters) = parts(url);
        let token = self.landing.aws.signin_tokens().pop().expect("a token");
        assert_eq!(parameters["SigninToken"], token);
        let page = "https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1";
        assert_eq!(parameters["Destination"], page);
        let shown = self.kept("browser.args");
        assert!(shown.contains("http://127.0.0.1:"), "{shown}");
        assert!(!shown.contains(&token[..20]), "{shown}");
    }
}

#[test]
fn the_browser_of_the_variable_is_led_to_the_console() {
    for (browser, arguments) in [
        ("firefox", "ADDRESS"),
        ("firefox -P 'two words'", "-P\ntwo words\nADDRESS"),
        ("nosuch:false:firefox --url=%s --x &", "--url=ADDRESS\n--x"),
        ("firefox %s", "ADDRESS"),
    ] {
        let desk = Desk::new();
        let browser = browser.replace("--url=%s", "--new %s");
        let arguments = arguments.replace("--url=ADDRESS", "--new\nADDRESS");
        let run = desk.console(&browser).run();
        desk.was_opened(&run);
        run.complains("signed in to the console: account 123456789012, role dev, region eu-west-1");
        let shown = desk.kept("browser.args");
        let address = shown
            .lines()
            .find(|line| line.starts_with("http"))
            .unwrap_or_default();
        assert_eq!(shown.trim_end().replace(address, "ADDRESS"), arguments);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_systems_opener_is_used_without_the_variable() {
    for opener in ["wslview", "xdg-open", "x-www-browser"] {
        let desk = Desk::new();
        desk.program(opener, "#!/bin/sh\nfirefox \"$@\" &\n");
        desk.was_opened(&desk.console("").run());
    }
}

#[test]
fn the_browser_has_neither_the_terminal_nor_its_session() {
    let desk = Desk::new();
    let home = &desk.landing.home;
    let code = desk.landing.aws.code();
    let line = format!(
        "PATH=$HOME/bin:$PATH; eval \"$(awsmfa env --shell sh dev {code})\"; BROWSER=firefox awsmfa console dev s3; echo status $?"
    );
    let mut pty = home.line_on_terminal(&line);
    pty.expect("signed in to the console");
    pty.expect("status 0");
    assert_eq!(desk.kept("browser.terminal"), "");
    let variables = desk.kept("browser.env");
    assert!(variables.contains("HOME="), "{variables}");
    for name in [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "__awsmfa_base",
    ] {
        assert!(!variables.contains(name), "{name} in {variables}");
    }
}

/// Only the right path leads to the console, and only once.
#[test]
fn nobody_else_is_led_there() {
    let desk = Desk::new();
    let visits = r#"#!/bin/sh
visit() { curl -s -o /dev/null -w '%{http_code} ' "$@" >> "$HOME/visits"; }
visit "${1%/*}/"
visit "${1}x"
visit -H 'Host: localhost' "$1"
visit -H 'Host: evil.example' "$1"
visit -H 'Origin: https://evil.example' "$1"
visit -I "$1"
visit -d a=b "$1"
curl -s --max-time 1 "telnet${1#http}" </dev/null >/dev/null
# Another user, who has read the address in the list of processes.
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --clear-groups true; then
    curl() { setpriv --reuid=65534 --clear-groups curl "$@"; }
    visit "$1"
    unset -f curl
else
    printf '404 ' >> "$HOME/visits"
fi
exec firefox "$1"
"#;
    desk.program("nosy", visits);
    desk.was_opened(&desk.console("nosy").run());
    assert_eq!(desk.kept("visits"), "404 ".repeat(8));
    let address = desk.kept("browser.args");
    let again = desk
        .landing
        .home
        .program("curl", ["-s", address.trim_end()])
        .run();
    again.failure(7);
}

#[test]
fn a_browser_that_fails_is_named() {
    let desk = Desk::new();
    // No opener of this machine may open anything.
    for opener in ["wslview", "xdg-open", "x-www-browser", "open"] {
        desk.program(opener, "#!/bin/sh\nexit 3\n");
    }
    let run = desk.console("false").run();
    run.failure(1)
        .complains("could not sign in to the console: false failed: exit status: 1; ")
        .complains("exit status: 3")
        .complains("hint: awsmfa console --print prints the address");
}

/// A code is not used for a page that nobody can open.
#[test]
fn without_a_browser_nothing_is_asked() {
    let desk = Desk::new();
    let line = format!("PATH=/nowhere BROWSER=nosuch exec '{AWSMFA}' console dev -c 123456");
    let run = desk.landing.home.program("sh", ["-c", &line]).run();
    run.failure(1)
        .complains("could not sign in to the console: there is no browser here: BROWSER names none, and there is no ")
        .complains("hint: awsmfa console --print");
    assert!(desk.landing.aws.requests().is_empty());
}

/// Ctrl-C while nobody asks for the page.
#[test]
fn the_wait_for_the_browser_can_be_interrupted() {
    let desk = Desk::new();
    desk.program("slow", "#!/bin/sh\necho there > \"$HOME/slow\"\n");
    let code = desk.landing.aws.code();
    let line =
        format!("PATH=$HOME/bin:$PATH; BROWSER=slow awsmfa console dev -c {code}; echo status $?");
    let mut pty = desk.landing.home.line_on_terminal(&line);
    while desk.kept("slow").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    pty.send("\u{3}");
    assert_ne!(pty.wait().code(), Some(0), "{}", pty.seen());
}
