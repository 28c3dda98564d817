//! S3's `ListBuckets`, which asks for MFA, and S3's own words for refusals.

use super::errors::Refusal;
use super::http::{Request, Response, escape};
use super::iam::needs_mfa;
use super::state::Caller;

pub fn answer(caller: &Caller, request: &Request) -> Result<Response, Refusal> {
    if request.method != "GET" || request.path != "/" {
        return Err(Refusal::new(
            501,
            "NotImplemented",
            "the stand-in only lists buckets",
        ));
    }
    needs_mfa(
        caller,
        "s3:ListAllMyBuckets",
        " because no identity-based policy allows the s3:ListAllMyBuckets action",
    )?;
    Ok(Response::xml(
        200,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>owner</ID></Owner><Buckets>\
         <Bucket><Name>behind-mfa</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate>\
         </Bucket></Buckets></ListAllMyBucketsResult>",
    ))
}

/// S3 says the same things in other words than the query APIs.
pub fn refusal_response(refusal: &Refusal, request_id: &str) -> Response {
    let (status, code) = match refusal.code.as_str() {
        "InvalidClientTokenId" => (403, "InvalidAccessKeyId"),
        "ExpiredToken" => (400, "ExpiredToken"),
        _ if refusal.message.starts_with("Signature expired")
            || refusal.message.starts_with("Signature not yet current") =>
        {
            (403, "RequestTimeTooSkewed")
        }
        code => (refusal.status, code),
    };
    Response::xml(
        status,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
             <Message>{}</Message><RequestId>{request_id}</RequestId></Error>",
            escape(&refusal.message)
        ),
    )
}
