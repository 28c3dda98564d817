//! One request in, one answer out: which service and action is meant, and how it is answered.

use super::errors::Refusal;
use super::gate;
use super::http::{Request, Response};
use super::sigv4::Authorization;
use super::state::State;
use super::{federation, iam, s3, sts};

/// A request as it is kept for assertions.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// `sts`, `iam`, `s3` or `signin`; empty when the request is not signed
    pub service: String,
    pub action: String,
    /// the region of the credential scope
    pub region: String,
    /// decoded parameters of a query API
    pub parameters: Vec<(String, String)>,
    pub access_key_id: String,
    /// whose key that is
    pub signer: Signer,
    /// the session token that was sent
    pub session_token: Option<String>,
    pub host: String,
    pub user_agent: String,
    /// the server's time, in seconds since the epoch
    pub time: u64,
    /// 1 for the first connection; the same number means that the connection was reused
    pub connection: usize,
    /// the answer's status, before any fault
    pub status: u16,
    /// AWS's error code, before any fault
    pub error: Option<String>,
}

/// Whose access key id a request names; its signature is another matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signer {
    #[default]
    Nobody,
    /// a user's long-term key
    LongTermKey(String),
    /// a user's session, of GetSessionToken
    Session(String),
    /// a role's session, by the last part of the role's ARN
    Role(String),
}

impl Recorded {
    pub fn new(request: &Request, connection: usize, time: u64) -> Self {
        let parameters = request.parameters();
        let authorization = Authorization::of(request).ok();
        let scope = authorization.as_ref();
        let service = scope.map_or(String::new(), |scope| scope.service.clone());
        let named = parameters.iter().find(|(name, _)| name == "Action");
        let service = if request.path == federation::PATH {
            federation::SERVICE.to_owned()
        } else {
            service
        };
        let fallback = if service == "s3" {
            s3::action(request)
        } else {
            ""
        };
        Self {
            action: named.map_or(fallback, |(_, value)| value).to_owned(),
            service,
            region: scope.map_or(String::new(), |scope| scope.region.clone()),
            access_key_id: scope.map_or(String::new(), |scope| scope.access_key_id.clone()),
            signer: Signer::Nobody,
            session_token: request.header("x-amz-security-token").map(str::to_owned),
            host: request.host().to_owned(),
            user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
            parameters,
            time,
            connection,
            status: 0,
            error: None,
        }
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Answers a request, and notes in `recorded` how.
pub fn answer(state: &mut State, request: &Request, recorded: &mut Recorded) -> Response {
    if request.path == federation::PATH {
        return federation::answer(state, request, recorded);
    }
    let request_id = state.request_id();
    let result = attempt(state, request, recorded, &request_id);
    let response = result.unwrap_or_else(|refusal| refuse(&refusal, recorded, &request_id));
    recorded.status = response.status;
    let body = if request.method == "HEAD" {
        Vec::new()
    } else {
        response.body.clone()
    };
    Response { body, ..response }.header("x-amzn-RequestId", &request_id)
}

/// A refusal in the words of the service that was asked.
pub fn refuse(refusal: &Refusal, recorded: &mut Recorded, request_id: &str) -> Response {
    recorded.error = Some(refusal.code.clone());
    recorded.status = refusal.status;
    match recorded.service.as_str() {
        "s3" => s3::refusal_response(refusal, request_id),
        "iam" => refusal.query_response(iam::NAMESPACE, request_id),
        _ => refusal.query_response(sts::NAMESPACE, request_id),
    }
}

fn attempt(
    state: &mut State,
    request: &Request,
    recorded: &Recorded,
    request_id: &str,
) -> Result<Response, Refusal> {
    let authorization = Authorization::of(request)?;
    let caller = gate::caller(state, request, &authorization)?;
    let (action, parameters) = (recorded.action.as_str(), recorded.parameters.as_slice());
    let version = recorded.parameter("Version").unwrap_or_default();
    let (result, namespace) = match recorded.service.as_str() {
        "s3" => return s3::answer(state, &caller, request),
        "iam" if version == iam::VERSION => (
            iam::answer(state, &caller, action, parameters)?,
            iam::NAMESPACE,
        ),
        "sts" if version == sts::VERSION => (
            sts::answer(state, &caller, action, parameters)?,
            sts::NAMESPACE,
        ),
        _ => {
            return Err(Refusal::new(
                400,
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            ));
        }
    };
    Ok(Response::xml(
        200,
        format!(
            "<{action}Response xmlns=\"{namespace}\"><{action}Result>{result}</{action}Result>\
             <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
             </{action}Response>"
        ),
    ))
}
