//! In real handshakes, the verdicts are those of a plain rustls client that knows every root.

mod chain;
mod handshake;

use proptest::prelude::*;

use chain::{Certificate, HOST, Link, Validity, certificates, keys};
use handshake::{Server, VERSIONS, ours, plain, verdict};

fn link() -> impl Strategy<Value = Link> {
    let validity = prop_oneof![
        8 => Just(Validity::Now),
        1 => Just(Validity::Over),
        1 => Just(Validity::NotYet),
    ];
    let permitted = prop_oneof![
        8 => Just(None),
        1 => Just(Some("example.com")),
        1 => Just(Some("example.net")),
    ];
    let host = prop_oneof![8 => Just(HOST), 1 => Just("sts.example.net")];
    let of_ca = prop::bool::weighted(0.8);
    (0..3_usize, 0..3_usize, of_ca, validity, permitted, host).prop_map(
        |(name, key, is_ca, validity, permitted, host)| Link {
            name,
            key,
            is_ca,
            validity,
            permitted,
            host,
        },
    )
}

fn chosen(certificates: &[Certificate], choice: &[bool]) -> Vec<Certificate> {
    let pairs = certificates.iter().zip(choice);
    let chosen = pairs.filter(|(_, is_chosen)| **is_chosen);
    chosen.map(|(certificate, _)| certificate.clone()).collect()
}

proptest! {
    /// Two chains share names and keys, so that certificates are signed across, issuers are missing
    /// or not meant, and a server's key signs others.
    #[test]
    fn every_chain_gets_the_verdict_that_all_roots_would_give(
        one in prop::collection::vec(link(), 1..5),
        other in prop::collection::vec(link(), 1..4),
        last_is_no_ca in prop::bool::weighted(0.8),
        in_bundle in prop::collection::vec(any::<bool>(), 8),
        is_sent in prop::collection::vec(prop::bool::weighted(0.8), 8),
        version in prop::sample::select(&VERSIONS),
    ) {
        let mut one = one;
        let last = one.len() - 1;
        one[last].is_ca &= !last_is_no_ca;
        let certificates = [certificates(&one), certificates(&other)].concat();
        let bundle = chosen(&certificates, &in_bundle);
        let mut sent = vec![certificates[last].clone()];
        sent.extend(chosen(&certificates, &is_sent));
        let server = Server { sent, key: &keys()[one[last].key] };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let [plain, ours] = [plain(&bundle), ours(&bundle)]
            .map(|client| runtime.block_on(verdict(client, &server, version)));
        prop_assert_eq!(plain, ours);
    }
}

/// Both clients, with both versions of TLS.
async fn expect(what: &str, bundle: &[Certificate], server: &Server, expected: &str) {
    for version in VERSIONS {
        for (name, client) in [("plain", plain(bundle)), ("ours", ours(bundle))] {
            let found = verdict(client, server, version).await;
            assert_eq!(found, expected, "{what}, {name}, {version:?}");
        }
    }
}

const UNKNOWN: &str = "it is self-signed, or signed by a CA that is not trusted here";

fn changed(link: &Link, change: fn(&mut Link)) -> Link {
    let mut link = link.clone();
    change(&mut link);
    link
}

#[tokio::test]
async fn each_fault_is_found_with_tls_1_2_and_1_3() {
    let (root, middle, server) = (Link::ca(0), Link::ca(1), Link::server());
    let expired = changed(&server, |link| link.validity = Validity::Over);
    let early = changed(&server, |link| link.validity = Validity::NotYet);
    let others = changed(&server, |link| link.host = "sts.example.net");
    let broad = changed(&middle, |link| link.permitted = Some("example.com"));
    let narrow = changed(&middle, |link| link.permitted = Some("example.net"));
    let no_ca = changed(&middle, |link| link.is_ca = false);
    let namesake = changed(&root, |link| link.key = 1);
    let rsa_namesake = changed(&root, |link| link.key = 2);
    let bundle = certificates(std::slice::from_ref(&root));
    // The chain from its root, how many of its first certificates are not sent, the verdict.
    for (what, chain, unsent, verdict) in [
        ("a chain", vec![&root, &middle, &server], 1, ""),
        ("with its root", vec![&root, &middle, &server], 0, ""),
        ("without intermediate", vec![&root, &server], 1, ""),
        (
            "missing intermediate",
            vec![&root, &middle, &server],
            2,
            UNKNOWN,
        ),
        ("unknown CA", vec![&middle, &server], 1, UNKNOWN),
        ("self-signed", vec![&server], 0, UNKNOWN),
        ("a CA's namesake", vec![&namesake, &server], 1, UNKNOWN),
        ("one with RSA", vec![&rsa_namesake, &server], 1, UNKNOWN),
        (
            "expired",
            vec![&root, &expired],
            1,
            "it expired on 2001-01-01T00:00:00Z",
        ),
        (
            "not yet valid",
            vec![&root, &early],
            1,
            "it is not valid before 2999-01-01T00:00:00Z",
        ),
        (
            "another host",
            vec![&root, &others],
            1,
            "it was issued for another host",
        ),
        (
            "a name that is permitted",
            vec![&root, &broad, &server],
            1,
            "",
        ),
        (
            "one that is not",
            vec![&root, &narrow, &server],
            1,
            "NameConstraintViolation",
        ),
        (
            "a server as CA",
            vec![&root, &no_ca, &server],
            1,
            "EndEntityUsedAsCa",
        ),
        (
            "a CA as server",
            vec![&root, &middle],
            1,
            "CaUsedAsEndEntity",
        ),
    ] {
        expect(what, &bundle, &Server::of(&chain, unsent), verdict).await;
    }
}

/// The keys of the root and of the server.
#[tokio::test]
async fn rsa_and_ec_keys_are_accepted_anywhere_in_a_chain() {
    for root in 0..3 {
        for own in 0..3 {
            let root = Link::ca(root);
            let mut server = Link::server();
            server.key = own;
            let bundle = certificates(std::slice::from_ref(&root));
            let server = Server::of(&[&root, &Link::ca(1), &server], 1);
            expect("mixed keys", &bundle, &server, "").await;
        }
    }
}

/// One CA, certified by two others, of which the client knows one.
#[tokio::test]
async fn a_cross_signed_chain_leads_to_the_known_root() {
    let (known, unknown, middle, server) = (Link::ca(0), Link::ca(2), Link::ca(1), Link::server());
    let bundle = certificates(std::slice::from_ref(&known));
    let by_known = certificates(&[known, middle.clone()]).remove(1);
    let [_, by_unknown, own] = &certificates(&[unknown, middle, server])[..] else {
        panic!("a chain of three")
    };
    let key = &keys()[2];
    for (sent, verdict) in [
        ([own, by_unknown, &by_known], ""),
        ([own, &by_known, by_unknown], ""),
        ([own, by_unknown, by_unknown], UNKNOWN),
    ] {
        let sent = sent.into_iter().cloned().collect();
        expect("signed across", &bundle, &Server { sent, key }, verdict).await;
    }
}

/// Neither for itself nor for what its key has signed.
#[tokio::test]
async fn a_servers_certificate_in_the_bundle_is_no_root() {
    let (root, server) = (Link::ca(0), Link::server());
    let as_ca = changed(&Link::ca(1), |link| link.is_ca = false);
    for chain in [vec![server.clone()], vec![as_ca, server]] {
        let bundle = [
            certificates(std::slice::from_ref(&root)),
            certificates(&chain),
        ]
        .concat();
        let server = Server::of(&chain.iter().collect::<Vec<_>>(), chain.len() - 1);
        expect("no root", &bundle, &server, UNKNOWN).await;
    }
}

#[tokio::test]
async fn an_outdated_algorithm_is_named() {
    // ecdsa-with-SHA256 and ecdsa-with-SHA224 (RFC 5758, section 3.2).
    let (known, outdated) = (b"\x2a\x86\x48\xce\x3d\x04\x03\x02", b"\x03\x01");
    let (root, server) = (Link::ca(0), Link::server());
    let bundle = certificates(std::slice::from_ref(&root));
    let mut server = Server::of(&[&root, &server], 1);
    let mut der = server.sent[0].der.to_vec();
    let places: Vec<_> = memchr::memmem::find_iter(&der, known).collect();
    for place in places {
        der[place + known.len() - 2..][..2].copy_from_slice(outdated);
    }
    server.sent[0].der = der.into();
    let why = "it is signed with an outdated or rare algorithm, such as SHA-1";
    expect("SHA-224", &bundle, &server, why).await;
}
