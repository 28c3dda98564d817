//! S3: `ListBuckets`, and objects that can be read, written, listed and deleted, with the conditional
//! write that Terraform's lock is. All of it asks for MFA. And S3's own words for refusals.

use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::errors::Refusal;
use super::http::{Request, Response, escape};
use super::iam::needs_mfa;
use super::sigv4::hex;
use super::state::{Caller, State};

/// The action of a request, as policies name it; empty if there is none of it here.
pub fn action(request: &Request) -> &'static str {
    let is_object = request.path.trim_matches('/').contains('/');
    match request.method.as_str() {
        "GET" if request.path == "/" => "ListBuckets",
        "GET" if is_object => "GetObject",
        "GET" if request.query.contains("list-type=2") => "ListObjectsV2",
        "HEAD" if is_object => "HeadObject",
        "PUT" if is_object => "PutObject",
        "DELETE" if is_object => "DeleteObject",
        _ => "",
    }
}

pub fn answer(state: &mut State, caller: &Caller, request: &Request) -> Result<Response, Refusal> {
    let action = action(request);
    if action.is_empty() {
        return Err(Refusal::new(
            501,
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
        ));
    }
    let permission = match action {
        "ListBuckets" => "s3:ListAllMyBuckets",
        "ListObjectsV2" => "s3:ListBucket",
        "HeadObject" => "s3:GetObject",
        other => &format!("s3:{other}"),
    };
    let on = format!(" because no identity-based policy allows the {permission} action");
    needs_mfa(caller, permission, &on)?;
    match action {
        "ListBuckets" => Ok(list_buckets()),
        "ListObjectsV2" => Ok(list_objects(state, request)),
        "PutObject" => put_object(state, request),
        "DeleteObject" => {
            state.objects.remove(&place(request));
            Ok(Response::xml(204, ""))
        }
        _ => get_object(state, request),
    }
}

/// `/bucket/key`, decoded.
fn place(request: &Request) -> String {
    percent_decode_str(&request.path)
        .decode_utf8_lossy()
        .into_owned()
}

fn list_buckets() -> Response {
    Response::xml(
        200,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>owner</ID></Owner><Buckets>\
         <Bucket><Name>behind-mfa</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate>\
         </Bucket></Buckets></ListAllMyBucketsResult>",
    )
}

fn list_objects(state: &State, request: &Request) -> Response {
    let bucket = format!("/{}/", request.path.trim_matches('/'));
    let parameters = request.parameters();
    let prefix = parameters.iter().find(|(name, _)| name == "prefix");
    let prefix = bucket.clone() + prefix.map_or("", |(_, value)| value);
    let keys = state.objects.keys().filter(|key| key.starts_with(&prefix));
    let contents = keys.map(|key| {
        let key = escape(&key[bucket.len()..]);
        format!("<Contents><Key>{key}</Key></Contents>")
    });
    let contents = contents.collect::<Vec<_>>().concat();
    Response::xml(
        200,
        format!(
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        ),
    )
}

fn put_object(state: &mut State, request: &Request) -> Result<Response, Refusal> {
    let only_new = request.header("if-none-match") == Some("*");
    if only_new && state.objects.contains_key(&place(request)) {
        return Err(Refusal::new(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        ));
    }
    let body = content(request);
    let answer = Response::xml(200, "").header("ETag", &tag(&body));
    state.objects.insert(place(request), body);
    Ok(answer)
}

fn get_object(state: &State, request: &Request) -> Result<Response, Refusal> {
    let object = state
        .objects
        .get(&place(request))
        .ok_or_else(|| Refusal::new(404, "NoSuchKey", "The specified key does not exist."))?;
    Ok(Response::xml(200, object.clone()).header("ETag", &tag(object)))
}

/// The body without the chunks' lengths and signatures (`aws-chunked`).
fn content(request: &Request) -> Vec<u8> {
    let announced = request.header("x-amz-content-sha256").unwrap_or_default();
    if !announced.starts_with("STREAMING-") {
        return request.body.clone();
    }
    let mut content = Vec::new();
    let mut rest = request.body.as_slice();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let head = String::from_utf8_lossy(&rest[..end]);
        let length = head.split(';').next().unwrap_or_default();
        let Ok(length @ 1..) = usize::from_str_radix(length, 16) else {
            break;
        };
        let start = end + 2;
        content.extend(&rest[start..start + length]);
        rest = &rest[start + length + 2..];
    }
    content
}

fn tag(content: &[u8]) -> String {
    format!("\"{}\"", &hex(&Sha256::digest(content))[..32])
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
