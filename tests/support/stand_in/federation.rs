//! The console's sign-in endpoint. It takes a session of a role for a token, and refuses every other
//! one with a page, as AWS does.

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::service::Recorded;
use super::state::{Principal, State};

pub const PATH: &str = "/federation";
pub const SERVICE: &str = "signin";

/// Answers a request, and notes in `recorded` whose session it names.
pub fn answer(state: &mut State, request: &Request, recorded: &mut Recorded) -> Response {
    let session = recorded.parameter("Session").unwrap_or_default();
    let session: Value = serde_json::from_str(session).unwrap_or_default();
    text(&session, "sessionId").clone_into(&mut recorded.access_key_id);
    recorded.signer = state.signer(&recorded.access_key_id);
    let is_right = request.method == "POST" && request.query.is_empty();
    let response = match refusal(state, recorded, &session) {
        _ if !is_right => page(400, "Keys in an address end up in logs"),
        Some(why) => page(400, why),
        None => token(state),
    };
    recorded.status = response.status;
    response
}

fn token(state: &mut State) -> Response {
    let token = state.random(512, super::state::BASE64);
    let body = json!({ "SigninToken": token }).to_string();
    state.signin_tokens.push(token);
    Response {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.into_bytes(),
    }
}

fn refusal(state: &State, recorded: &Recorded, named: &Value) -> Option<&'static str> {
    if recorded.action != "getSigninToken" {
        return Some("Missing or unknown action");
    }
    let session = state
        .sessions
        .get(text(named, "sessionId"))
        .filter(|session| {
            let sent = [text(named, "sessionKey"), text(named, "sessionToken")];
            sent == [&session.secret, &session.token] && state.now() < session.expiration
        });
    let role = match session.map(|session| &session.principal) {
        None => return Some("The security token included in the request is invalid"),
        Some(Principal::User(_)) => {
            return Some(
                "Only federation tokens or assume role tokens may be used for federated login",
            );
        }
        Some(Principal::Role(role)) => role,
    };
    let seconds = recorded.parameter("SessionDuration")?;
    let seconds: u64 = seconds.parse().unwrap_or_default();
    let most = role.role.max_session_duration;
    (role.is_chained || !(900..=most).contains(&seconds))
        .then_some("The request is syntactically incorrect")
}

fn text<'a>(session: &'a Value, name: &str) -> &'a str {
    session[name].as_str().unwrap_or_default()
}

fn page(status: u16, why: &str) -> Response {
    Response {
        status,
        headers: vec![("Content-Type".to_owned(), "text/html".to_owned())],
        body: format!("<html><body><h1>Amazon Web Services Sign-In</h1>{why}</body></html>")
            .into_bytes(),
    }
}
