//! Raw requests, signed by the SDK's signer (not by the stand-in's own arithmetic), that a test
//! can bend before they are sent.

use std::fmt::Write as _;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_sts::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use super::stand_in::StandIn;

/// A form posted to a query API.
#[derive(Clone)]
pub struct Form {
    pub keys: Credentials,
    pub service: &'static str,
    pub region: &'static str,
    pub host: String,
    /// seconds since the epoch
    pub time: u64,
    pub body: String,
    /// what is sent, when it is not what was signed
    pub sent_body: Option<String>,
    /// name of a header, and the value that is sent instead of the signed one
    pub sent_header: Option<(&'static str, String)>,
}

impl Form {
    /// A request of the stand-in's first user, right in every way.
    pub fn new(aws: &StandIn, body: &str) -> Self {
        let key = aws.user().keys[0].clone();
        Self {
            keys: Credentials::new(key.id, key.secret, None, None, "test"),
            service: "sts",
            region: "us-east-1",
            host: aws.address().to_string(),
            time: aws.now(),
            body: format!("Version=2011-06-15&{body}"),
            sent_body: None,
            sent_header: None,
        }
    }

    /// The whole answer: head and body.
    pub fn send(&self, address: SocketAddr) -> String {
        let mut headers = vec![
            ("host".to_owned(), self.host.clone()),
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        headers.extend(self.signature(&headers));
        if let Some((name, value)) = &self.sent_header {
            headers.retain(|(other, _)| other != name);
            headers.push(((*name).to_owned(), value.clone()));
        }
        let body = self.sent_body.as_ref().unwrap_or(&self.body);
        let mut text = "POST / HTTP/1.1\r\nconnection: close\r\n".to_owned();
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "content-length: {}\r\n\r\n{body}", body.len());
        let mut stream = TcpStream::connect(address).expect("the stand-in listens");
        stream
            .write_all(text.as_bytes())
            .expect("the request is sent");
        let mut answer = Vec::new();
        // A reset shows as an empty answer.
        let _ = BufReader::new(stream).read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn signature(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let identity = self.keys.clone().into();
        let time: SystemTime = UNIX_EPOCH + Duration::from_secs(self.time);
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .expect("all parameters are given");
        let uri = format!("http://{}/", self.host);
        let pairs = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(self.body.as_bytes());
        let request = SignableRequest::new("POST", &uri, pairs, body).expect("a sound request");
        let (instructions, _) = sign(request, &parameters.into())
            .expect("it can be signed")
            .into_parts();
        let signed = instructions.headers();
        signed
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// The text of an element of an answer.
pub fn element<'a>(answer: &'a str, name: &str) -> &'a str {
    let rest = answer
        .split_once(&format!("<{name}>"))
        .map_or("", |(_, rest)| rest);
    rest.split_once(&format!("</{name}>"))
        .map_or("", |(value, _)| value)
}

/// The credentials in the answer of GetSessionToken or AssumeRole.
pub fn credentials(answer: &str) -> Credentials {
    let value = |name| element(answer, name).to_owned();
    assert!(
        !value("SessionToken").is_empty(),
        "no credentials in {answer}"
    );
    Credentials::new(
        value("AccessKeyId"),
        value("SecretAccessKey"),
        Some(value("SessionToken")),
        None,
        "test",
    )
}
