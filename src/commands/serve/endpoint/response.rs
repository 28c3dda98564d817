//! What a client reads. An SDK tries again after 503 and gives up after 400 and 403.

use serde::Serialize;

use super::request::Rejection;
use crate::agent::Session;
use crate::credentials::Credentials;
use crate::dates::utc;
use crate::secret::Secret;

/// The answer to a request that was not rejected.
pub enum Answer {
    Session(Session),
    /// Not now, but later: after a new login, or when AWS can be reached again. The reason is for a
    /// person.
    Unavailable(String),
    /// AWS refuses, and would refuse again. The reason is for a person.
    Refused(String),
}

/// The fields that every SDK reads. botocore takes the account from here.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Fields<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    token: &'a str,
    /// Ends in `Z`: the AWS SDK for JavaScript reads nothing else.
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure<'a> {
    code: &'a str,
    message: String,
}

/// The whole response, which may hold credentials.
pub fn of(answer: &Answer) -> Secret {
    match answer {
        Answer::Session(session) => {
            let fields = Fields {
                access_key_id: &session.access_key_id,
                secret_access_key: session.secret_access_key.expose(),
                token: session.session_token.expose(),
                expiration: utc(Credentials::from(session.clone()).expiration),
                account_id: session.account_id.as_deref(),
            };
            response("200 OK", &fields)
        }
        // Old SDKs for Go look at the code and not at the status: this one makes them ask again.
        Answer::Unavailable(why) => failure("503 Service Unavailable", "RequestTimeout", why),
        Answer::Refused(why) => failure("400 Bad Request", "Refused", why),
    }
}

pub fn rejection(rejection: Rejection) -> Secret {
    let (status, code, why) = match rejection {
        Rejection::Malformed => ("400 Bad Request", "Malformed", "could not read the request"),
        Rejection::Forbidden => (
            "403 Forbidden",
            "Forbidden",
            "rejected the request: its token, Host or Origin is not that of this command",
        ),
        Rejection::NotFound => ("404 Not Found", "NotFound", "there is nothing at this path"),
        Rejection::MethodNotAllowed => (
            "405 Method Not Allowed",
            "MethodNotAllowed",
            "only GET is answered",
        ),
    };
    failure(status, code, why)
}

fn failure(status: &str, code: &str, why: &str) -> Secret {
    let message = format!("awsmfa: {why}");
    response(status, &Failure { code, message })
}

fn response(status: &str, body: &impl Serialize) -> Secret {
    // Strings and `None` can always be written.
    let body = serde_json::to_string(body).unwrap_or_default();
    Secret::new(format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))
}
