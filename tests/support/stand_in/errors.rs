//! AWS's refusals: status, code and text.

use super::http::{Response, escape};

/// One refusal, before it is put into the words of a service.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    /// `action` as in policies: `sts:AssumeRole`; `on` what follows in AWS's sentence.
    pub fn not_authorized(arn: &str, action: &str, on: &str) -> Self {
        Self::access_denied(format!(
            "User: {arn} is not authorized to perform: {action}{on}"
        ))
    }

    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    pub fn invalid_client_token_id() -> Self {
        Self::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    }

    pub fn signature_does_not_match(message: impl Into<String>) -> Self {
        Self::new(403, "SignatureDoesNotMatch", message)
    }

    pub fn incomplete_signature(message: impl Into<String>) -> Self {
        Self::new(400, "IncompleteSignature", message)
    }

    /// The answer of a query API (STS, IAM).
    pub fn query_response(&self, namespace: &str, request_id: &str) -> Response {
        let kind = if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let body = format!(
            "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{kind}</Type>\n    \
             <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
             <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
            escape(&self.code),
            escape(&self.message)
        );
        Response::xml(self.status, body)
    }
}
