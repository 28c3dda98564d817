//! An endpoint that is not AWS's, or that nothing protects on the way, is said before a code is asked
//! for, with the line that names it.

use crate::support::home::{Home, Invocation};
use crate::support::stand_in::{Options, Proxy, Role, StandIn};

const CLEAR: &str = "; the MFA code and the session are sent in clear text";

/// A stand-in that a proxy leads every host to.
struct Net {
    aws: StandIn,
    _proxy: Proxy,
    home: Home,
}

impl Net {
    /// `lines` are those of the profile.
    fn start(lines: &str) -> Self {
        let aws = StandIn::start(Options::with_roles([Role::named("a"), Role::named("b")]));
        aws.settle();
        let proxy = Proxy::start(Some(aws.address()));
        let home = Home::for_user(&aws.user()).with("HTTP_PROXY", proxy.url());
        home.configure(&format!("{lines}\n"));
        Self {
            aws,
            _proxy: proxy,
            home,
        }
    }

    fn run(&self, words: &[&str]) -> Invocation {
        self.home.awsmfa(words)
    }

    fn login(&self) -> Invocation {
        self.run(&["env", "--shell", "sh", "-c", &self.aws.code()])
    }
}

#[test]
fn an_endpoint_without_tls_is_reported_with_its_line() {
    let net = Net::start("endpoint_url = http://sts.corp.example");
    let run = net.login().run();
    let said = format!(
        "awsmfa: requests go to http://sts.corp.example (from ~/.aws/config:3 [default] \
         endpoint_url), which is not AWS's{CLEAR}\n"
    );
    run.success().complains_times(1, &said);
}

#[test]
fn endpoints_of_services_sections_and_variables_are_reported() {
    let services = "services = s\n[services s]\nsts =\n  endpoint_url = http://s.example";
    for (lines, variable, origin) in [
        (
            services,
            "",
            "~/.aws/config:6 [services s] sts.endpoint_url",
        ),
        ("", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL"),
        ("", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_STS"),
    ] {
        let net = Net::start(lines);
        let mut login = net.login();
        if !variable.is_empty() {
            login = login.env(variable, "http://s.example");
        }
        let run = login.run();
        run.success()
            .complains(&format!("requests go to http://s.example (from {origin})"));
    }
}

#[test]
fn aws_without_tls_is_reported() {
    let net = Net::start("endpoint_url = http://sts.eu-west-1.amazonaws.com\nregion = eu-west-1");
    let run = net.login().run();
    run.success().complains(&format!("endpoint_url){CLEAR}\n"));
    run.keeps_quiet_about("not AWS's");
}

#[test]
fn loopback_is_not_reported_nor_anything_with_quiet() {
    let net = Net::start("");
    let run = net
        .login()
        .env("AWS_ENDPOINT_URL", net.aws.endpoint())
        .env("NO_PROXY", "*")
        .run();
    run.success().keeps_quiet_about("requests go");
    let net = Net::start("endpoint_url = http://sts.corp.example");
    let run = net.login().arguments(["--quiet"]).run();
    assert!(run.success().stderr.is_empty(), "{}", run.story());
}

#[test]
fn a_foreign_endpoint_is_reported_once_per_run() {
    let of = |name: &str| {
        format!(
            "\n[profile {name}]\nrole_arn = arn:aws:iam::123456789012:role/{name}\nsource_profile = default"
        )
    };
    let net = Net::start(&(of("a") + &of("b")));
    let words = ["exec", "--each", "a,b", "-c", &net.aws.code(), "--", "true"];
    let run = net
        .run(&words)
        .env("AWS_ENDPOINT_URL", "http://s.example")
        .run();
    run.success().complains_times(1, "requests go to");
}

#[test]
fn it_is_said_before_the_question() {
    let net = Net::start("endpoint_url = http://sts.corp.example");
    let mut terminal = net.home.terminal("env --shell sh");
    let before = terminal.expect("MFA code for ");
    assert!(
        before.contains("awsmfa: requests go to http://sts.corp.example"),
        "{before}"
    );
    terminal.send(&format!("{}\r", net.aws.code()));
    terminal.expect("status 0");
    assert_eq!(terminal.seen().matches("requests go to").count(), 1);
}
