use super::*;
use crate::ykoath::OathType;

const ARN: &str = "arn:aws:iam::123456789012:mfa/alice";

fn credentials(ids: &[&str]) -> Vec<Credential> {
    let credential = |id: &&str| Credential {
        id: id.as_bytes().to_vec(),
        oath_type: OathType::Totp,
        digits: Some(6),
        touch: Some(false),
    };
    ids.iter().map(credential).collect()
}

fn found(wanted: &Wanted, ids: &[&str]) -> Vec<String> {
    let certainties = credentials(ids)
        .iter()
        .map(|one| wanted.certainty(one))
        .collect::<Vec<_>>();
    let best = certainties.iter().flatten().min();
    let ids = ids.iter().zip(&certainties);
    ids.filter(|(_, one)| one.is_some() && one.as_ref() == best)
        .map(|(id, _)| (*id).to_owned())
        .collect()
}

fn device(serial: &str, user: Option<&str>) -> Wanted {
    Wanted {
        name: None,
        serial_number: serial.to_owned(),
        user: user.map(str::to_owned),
    }
}

fn named(name: &str) -> Wanted {
    Wanted {
        name: Some(name.to_owned()),
        ..device(ARN, None)
    }
}

fn for_device(ids: &[&str]) -> Vec<String> {
    found(&device(ARN, None), ids)
}

#[test]
fn the_most_certain_name_wins() {
    let qr = "Amazon Web Services:alice@prod";
    let with_prefix = format!("aws:{ARN}");
    let all = [qr, "AWS", &with_prefix, ARN];
    assert_eq!(for_device(&all), [ARN]);
    assert_eq!(for_device(&all[..3]), [with_prefix.as_str()]);
    assert_eq!(for_device(&all[..2]), ["AWS"]);
    assert_eq!(for_device(&all[..1]), [qr]);
    assert_eq!(for_device(&[]), [""; 0]);
}

#[test]
fn two_equally_certain_accounts_are_both_named() {
    let two = [
        "Amazon Web Services:alice@prod",
        "Amazon Web Services:alice@dev",
    ];
    assert_eq!(for_device(&two), two);
}

#[test]
fn other_users_and_other_spellings_are_not_taken() {
    for id in [
        "Amazon Web Services:bob@prod",
        "Amazon Web Services:alice@corp.com@prod",
        "Amazon Web Services:malice@prod",
        "amazon web services:alice@prod",
        "Amazon:alice@prod",
        "aws",
        "AWS:alice",
        "aws:alice@prod",
    ] {
        assert_eq!(for_device(&[id]), [""; 0], "{id}");
    }
}

#[test]
fn a_users_name_may_have_an_at_sign() {
    let wanted = device("arn:aws:iam::1:mfa/alice@corp.com", None);
    let id = "Amazon Web Services:alice@corp.com@prod";
    assert_eq!(found(&wanted, &[id]), [id]);
}

#[test]
fn a_users_name_is_less_certain_than_the_devices() {
    let ids = [
        "Amazon Web Services:dave@example-main",
        "Amazon Web Services:alice@example-main",
    ];
    let wanted = device(ARN, Some("dave"));
    assert_eq!(found(&wanted, &ids), ids[1..]);
    assert_eq!(found(&wanted, &ids[..1]), ids[..1]);
    assert_eq!(for_device(&ids[..1]), [""; 0]);
    assert!(device(ARN, None).depends_on_user(&credentials(&ids)[0]));
    assert!(!wanted.depends_on_user(&credentials(&ids)[0]));
}

#[test]
fn an_account_of_another_aws_account_is_not_taken() {
    let ids = [
        "Amazon Web Services:alice@999999999999",
        "Amazon Web Services:alice@123456789012",
    ];
    assert_eq!(for_device(&ids), ids[1..]);
    assert_eq!(for_device(&ids[..1]), [""; 0]);
}

#[test]
fn near_misses_are_aws_accounts_under_a_name_of_their_own() {
    let wanted = device(ARN, None);
    let is_near_miss = |id: &str| wanted.is_near_miss(&credentials(&[id])[0]);
    for id in [
        "AWS:work",
        "60/aws",
        "Amazon:x",
        "Amazon Web Services:dave@prod",
    ] {
        assert!(is_near_miss(id), "{id}");
    }
    for id in [
        "GitHub:lawson",
        "aws:arn:aws:iam::123456789012:mfa/bob",
        "Amazon Web Services:dave@999999999999",
    ] {
        assert!(!is_near_miss(id), "{id}");
    }
    assert!(!named("x").is_near_miss(&credentials(&["AWS"])[0]));
}

#[test]
fn the_exact_id_is_more_certain_than_one_with_a_period() {
    for ids in [["AWS", "60/AWS"], ["60/AWS", "AWS"]] {
        assert_eq!(found(&named("AWS"), &ids), ["AWS"]);
        assert_eq!(for_device(&ids), ["AWS"]);
    }
}

#[test]
fn a_configured_name_matches_byte_for_byte() {
    let wanted = named("aws:alice");
    assert_eq!(
        found(&wanted, &["aws:alice", "AWS:alice", "aws:alice2"]),
        ["aws:alice"]
    );
    assert_eq!(found(&wanted, &["60/aws:alice"]), ["60/aws:alice"]);
    assert_eq!(
        found(&named("60/aws:alice"), &["60/aws:alice"]),
        ["60/aws:alice"]
    );
}

#[test]
fn near_names_come_first() {
    let nearest_first = |wanted: &Wanted, ids: &[&str]| {
        let credentials = credentials(ids);
        wanted.nearest_first(credentials.iter().collect())
    };
    let ids = ["Google:bob", "GitHub:alice", "AWS:alice"];
    assert_eq!(
        nearest_first(&named("github:alise"), &ids),
        ["GitHub:alice", "AWS:alice", "Google:bob"]
    );
    assert_eq!(
        nearest_first(&device(ARN, None), &ids),
        ["AWS:alice", "GitHub:alice", "Google:bob"]
    );
}
