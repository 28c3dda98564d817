//! `awsmfa exec --refresh`: a command whose credentials renew themselves.

mod environment;
mod job;
mod renewal;

use crate::support::home::Invocation;
use crate::support::landing::Landing;

/// For bash: `fetch` prints the endpoint's answer, `status` only its status.
const FETCH: &str = r#"
fetch() {
    local host=${AWS_CONTAINER_CREDENTIALS_FULL_URI#http://}
    host=${host%/credentials}
    exec 3<>"/dev/tcp/127.0.0.1/${host##*:}" || return
    printf 'GET /credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n' \
        "$host" "$AWS_CONTAINER_AUTHORIZATION_TOKEN" >&3
    cat <&3
    exec 3>&-
}
status() { fetch | { read -r _ status _; echo "$status"; }; }
"#;

/// `awsmfa exec --refresh WORDS -- COMMAND`; the words are split at spaces.
fn refresh<'a>(landing: &Landing, words: &'a str, command: &[&'a str]) -> Invocation {
    let words = ["exec", "--refresh"]
        .into_iter()
        .chain(words.split_whitespace());
    let command = ["--"].into_iter().chain(command.iter().copied());
    landing.awsmfa(words.chain(command))
}

/// The same for a script in bash that has [`FETCH`].
fn script(landing: &Landing, words: &str, lines: &str) -> Invocation {
    let file = landing.home.write("script", format!("{FETCH}\n{lines}\n"));
    let file = file.to_str().expect("UTF-8").to_owned();
    refresh(landing, words, &["bash", &file])
}

#[test]
fn refresh_serves_one_command() {
    let landing = Landing::new();
    landing
        .awsmfa(["exec", "--refresh", "--each", "dev,stage", "--", "true"])
        .run()
        .failure(2)
        .complains("awsmfa: --refresh serves one command")
        .complains("awsmfa: hint: ");
}
