//! The endpoint over real connections, with a supply that always has the same answer.

use tokio::task::{LocalSet, yield_now};

use super::*;
use crate::agent::Session;

fn credentials() -> Answer {
    Answer::Session(Session {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: Secret::new("se\"cret".to_owned()),
        session_token: Secret::new("token".to_owned()),
        expiration: 1_767_323_045,
        account_id: Some("123456789012".to_owned()),
    })
}

/// What a client of the endpoint knows.
struct Client {
    address: SocketAddr,
    token: String,
}

impl Client {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// The response to these bytes, to its end.
    async fn send(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // The endpoint may close the connection before it has read everything.
        let _ = stream.write_all(request.as_ref()).await;
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response).await;
        String::from_utf8(response).unwrap()
    }

    fn get(&self, more: &str) -> String {
        let Self { address, token } = self;
        format!("GET {PATH} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\n{more}\r\n")
    }

    async fn status(&self, request: impl AsRef<[u8]>) -> String {
        let response = self.send(request).await;
        response.get(9..12).unwrap_or_default().to_owned()
    }
}

fn with_endpoint<T>(
    answer: impl Fn() -> Answer + 'static,
    test: impl AsyncFnOnce(Client) -> T,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(LocalSet::new().run_until(async {
        let endpoint = Endpoint::open().await.unwrap();
        let client = Client {
            address: endpoint.listener.local_addr().unwrap(),
            token: endpoint.gate.token.expose().to_owned(),
        };
        let answer = async move || {
            yield_now().await;
            answer()
        };
        tokio::select! {
            never = endpoint.serve(answer) => match never {},
            outcome = timeout(Duration::from_mins(1), test(client)) => outcome.unwrap(),
        }
    }))
}

#[test]
fn a_client_with_the_token_gets_the_fields_that_sdks_read() {
    let response = with_endpoint(credentials, async |client| {
        client.send(client.get("")).await
    });
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
    let length = format!("Content-Length: {}", body.len());
    for header in ["Connection: close", "Cache-Control: no-store", &length] {
        assert!(head.lines().any(|line| line == header), "{header}: {head}");
    }
    assert!(!head.contains("Access-Control"));
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let expected = serde_json::json!({
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "se\"cret",
        "Token": "token",
        "Expiration": "2026-01-02T03:04:05Z",
        "AccountId": "123456789012",
    });
    assert_eq!(body, expected);
}

#[test]
fn a_client_that_counts_its_attempts_waits_longer_for_a_503() {
    let unavailable = || Answer::Unavailable("STS is away".to_owned());
    with_endpoint(unavailable, async |client| {
        let request = client.get("Amz-Sdk-Request: attempt=1; max=3\r\n");
        let mut counting = std::pin::pin!(client.status(request));
        tokio::select! {
            biased;
            _ = &mut counting => panic!("it got its answer first"),
            status = client.status(client.get("")) => assert_eq!(status, "503"),
        }
        assert_eq!(counting.await, "503");
    });
}

#[test]
fn requests_without_the_commands_token_or_host_are_forbidden() {
    with_endpoint(credentials, async |client| {
        let Client { address, token } = &client;
        let request = |head: &str| format!("GET {PATH} HTTP/1.1\r\n{head}\r\n");
        let port = address.port();
        let host = format!("Host: {address}\r\n");
        let authorization = format!("Authorization: {token}\r\n");
        let shorter = &token[..token.len() - 1];
        for head in [
            String::new(),
            host.clone(),
            authorization.clone(),
            format!("{host}Authorization: {shorter}\r\n"),
            format!("{host}Authorization: {token}x\r\n"),
            format!("{host}Authorization: Bearer {token}\r\n"),
            format!("{host}Authorization: {}\r\n", token.to_lowercase()),
            format!("{host}{authorization}{authorization}"),
            format!("{host}{host}{authorization}"),
            format!("Host: localhost:{port}\r\n{authorization}"),
            format!("Host: 127.0.0.1\r\n{authorization}"),
            format!("Host: evil.example:{port}\r\n{authorization}"),
            format!("{host}{authorization}Origin: http://{address}\r\n"),
            format!("{host}{authorization}origin:\r\n"),
        ] {
            assert_eq!(client.status(request(&head)).await, "403", "{head}");
        }
        let refused = client.send(request(&host)).await;
        assert!(
            refused.contains("{\"Code\":\"Forbidden\",\"Message\":\"awsmfa: "),
            "{refused}"
        );
        assert!(!refused.contains("ASIA"));
    });
}

#[test]
fn only_get_of_the_one_path_is_answered() {
    with_endpoint(credentials, async |client| {
        for (from, to, status) in [
            ("GET", "POST", "405"),
            ("GET", "HEAD", "405"),
            ("GET", "OPTIONS", "405"),
            ("GET", "get", "405"),
            (PATH, "/", "404"),
            (PATH, "/credentials/", "404"),
            (PATH, "/credentials?", "404"),
            (PATH, "/../credentials", "404"),
            (PATH, "http://127.0.0.1/credentials", "404"),
            ("HTTP/1.1", "HTTP/1.0", "200"),
            ("HTTP/1.1", "HTTP/2.0", "400"),
        ] {
            let request = client.get("").replacen(from, to, 1);
            assert_eq!(client.status(&request).await, status, "{request}");
        }
        // A body is not read, and does not cost the answer.
        let request = client.get("Content-Length: 20000\r\n") + &"x".repeat(20_000);
        assert_eq!(client.status(request).await, "200");
    });
}

#[test]
fn an_answer_that_is_no_session_has_a_code_and_a_message() {
    type Case = (fn() -> Answer, &'static str, &'static str);
    let unavailable = || Answer::Unavailable("it\r\nis over".to_owned());
    let refused = || Answer::Refused("no".to_owned());
    let cases: [Case; 2] = [
        (unavailable, "503 Service Unavailable", "RequestTimeout"),
        (refused, "400 Bad Request", "Refused"),
    ];
    for (answer, status, code) in cases {
        let response = with_endpoint(answer, async |client| client.send(client.get("")).await);
        let line = format!("HTTP/1.1 {status}\r\n");
        assert!(response.starts_with(&line), "{response}");
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(body["Code"] == code && body["Message"].as_str().unwrap().starts_with("awsmfa: "));
    }
}

/// A request that comes in pieces of any size is the same request.
#[test]
fn a_request_may_come_in_pieces() {
    with_endpoint(credentials, async |client| {
        let request = client.get("X: y\r\n");
        for at in 1..request.len() {
            let mut stream = client.connect().await;
            stream.set_nodelay(true).unwrap();
            stream.write_all(&request.as_bytes()[..at]).await.unwrap();
            yield_now().await;
            stream.write_all(&request.as_bytes()[at..]).await.unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).await.unwrap();
            assert!(response.starts_with("HTTP/1.1 200 "), "{at}: {response}");
        }
    });
}

#[test]
fn neither_noise_nor_silence_stops_it() {
    with_endpoint(credentials, async |client| {
        let endless = format!("GET {PATH} HTTP/1.1\r\nX: {}", "y".repeat(1 << 16));
        let many = format!("GET {PATH} HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(1000));
        let noise: [&[u8]; 6] = [
            b"\0\x01\xff\xfe\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01",
            b"GET /credentials\r\n\r\n",
            b"GET /credentials HTTP/1.1\r\nHost\r\n\r\n",
            endless.as_bytes(),
            many.as_bytes(),
        ];
        for noise in noise {
            assert_eq!(client.status(noise).await, "400");
        }
        let mut silent = Vec::new();
        for _ in 0..4 * IDLE_CLIENTS {
            silent.push(client.connect().await);
        }
        assert_eq!(client.status(client.get("")).await, "200");
        // Only the oldest have been dropped.
        let mut newest = silent.pop().unwrap();
        newest.write_all(client.get("").as_bytes()).await.unwrap();
        let mut response = String::new();
        newest.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        let mut oldest = silent.swap_remove(0);
        assert_eq!(oldest.read(&mut [0]).await.unwrap_or(0), 0);
    });
}

#[test]
fn every_endpoint_has_a_token_of_its_own() {
    let token = || with_endpoint(credentials, async |client| client.token);
    let one = token();
    assert_eq!(one.len(), 43);
    assert_ne!(one, token());
}
