//! Whose session it is: a profile with two pairs of keys, with another one's, or with id and secret
//! exchanged is refused before anything is sent, and no value is shown.

use super::{CONFIG, CREDENTIALS, ID, SERIAL, login};

const OTHER: &str = "aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
";

/// Nothing was sent, and neither key was shown.
#[track_caller]
pub(super) fn refused(files: &[(&str, &str)], profile: &str, words: &[&str]) {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.replace("OTHER", OTHER)))
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let (run, requests) = login(&files, &[profile, "--mfa-serial", SERIAL], &[]);
    run.failure(1);
    for word in words {
        run.complains(word);
    }
    for secret in ["wJalr", "je7Mt", "AKIAI44"] {
        run.keeps_quiet_about(secret);
    }
    assert!(requests.is_empty(), "{}", run.story());
}

#[test]
fn two_pairs_for_one_profile_are_an_error_that_names_both_lines() {
    let two = " has two different values for one profile, in ";
    let in_credentials = |text: &str, words: &[&str]| {
        refused(&[(CREDENTIALS, text)], "old", &[&[two][..], words].concat());
    };
    // A section pasted behind a file without a line break at its end.
    let glued = "~/.aws/credentials:2 [old] and ~/.aws/credentials:5 [old]";
    in_credentials("[old]\nPERMANENTregion=eu-west-1[new]\nOTHER", &[glued]);
    in_credentials(
        "[old]\nPERMANENTregion=eu-west-1[new] # mine\nOTHER",
        &[glued],
    );
    in_credentials("[old]\nPERMANENT# mine[new]\nOTHER", &[glued]);
    in_credentials("[old]\nPERMANENT#[new]\nOTHER", &[glued]);
    let crs = "[old]\nPERMANENToutput=json[new]\nOTHER".replace("PERMANENT", super::PERMANENT);
    in_credentials(&crs.replace("OTHER", OTHER).replace('\n', "\r"), &[glued]);
    in_credentials(
        "[old]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY[new]\nOTHER",
        &[
            "credentials:2 [old] and ",
            ":4 [old]",
            "on a line of its own",
        ],
    );
    // Sections and keys that are there twice.
    let lines = "in ~/.aws/credentials:2 [old] and ~/.aws/credentials:5 [old]";
    in_credentials(
        "[old]\nPERMANENT[old]\nOTHER",
        &[lines, "keep one of the two"],
    );
    in_credentials(
        "[old]\nOTHER\n[old]\nPERMANENT",
        &["credentials:2 [old] and ", ":6 [old]"],
    );
    in_credentials(
        "[old]\nPERMANENTOTHER",
        &["credentials:2 [old] and ", ":4 [old]"],
    );
    in_credentials(
        "[old]\nPERMANENTaws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n",
        &["credentials:3 [old] and ~/.aws/credentials:4 [old]"],
    );
    in_credentials(
        "[old]\nPERMANENT[profile old]\nOTHER",
        &["credentials:2 [old]", ":5 [profile old]"],
    );
    in_credentials(
        "[old]\nPERMANENT[old ]\nOTHER",
        &["credentials:2 [old]", ":5 [old ]"],
    );
    in_credentials(
        "[old]\nPERMANENTnew]\nOTHER",
        &["look at ~/.aws/credentials:4: the line is neither"],
    );
    for header in ["old", "profile \"old\"", "profile  old"] {
        let config = format!("[profile old]\nPERMANENT[{header}]\nOTHER");
        let second = format!("~/.aws/config:5 [{header}]");
        refused(
            &[(CONFIG, &config)],
            "old",
            &[two, "~/.aws/config:2 [profile old]", &second],
        );
        let config = format!("[{header}]\nPERMANENT[profile old]\nOTHER");
        refused(
            &[(CONFIG, &config)],
            "old",
            &[two, "~/.aws/config:5 [profile old]"],
        );
    }
}

#[test]
fn keys_below_a_header_without_a_line_break_are_refused() {
    for line in [
        "output=json[new]",
        "region = eu-west-1[new]",
        "x=/[profile new]",
        "\u{feff}[new]",
        "new]",
    ] {
        refused(
            &[(CREDENTIALS, &format!("[old]\n{line}\nOTHER"))],
            "old",
            &[
                "~/.aws/credentials:3 [old] is below line 2, which ends like the header [",
                "new] on a line of its own, or move line 2",
            ],
        );
    }
    for setting in [
        "role_arn = arn:aws:iam::123456789012:role/new\nsource_profile = base",
        "credential_process = false",
    ] {
        let config = format!("[profile old]\noutput=json[profile new]\n{setting}\n");
        refused(
            &[(CONFIG, &config), (CREDENTIALS, "[base]\nPERMANENT")],
            "old",
            &[
                "~/.aws/config:3 [profile old] is below line 2, which ends like the header [profile new]",
            ],
        );
    }
    let fine = "[dev]\ndescription = my account [prod]\n# see [docs]\nPERMANENT";
    let (run, _) = login(
        &[(CREDENTIALS, fine)],
        &["dev", "--mfa-serial", SERIAL],
        &[],
    );
    run.success();
}

#[test]
fn two_roles_for_one_profile_are_an_error_too() {
    let role = |name: &str| {
        format!("role_arn = arn:aws:iam::123456789012:role/{name}\nsource_profile = base\n")
    };
    let config = format!(
        "[profile old]\n{}output=json[profile new]\n{}",
        role("a"),
        role("b")
    );
    refused(
        &[(CONFIG, &config), (CREDENTIALS, "[base]\nPERMANENT")],
        "old",
        &[
            "role_arn has two different values for one profile, in ~/.aws/config:2 [profile old] and ~/.aws/config:5 [profile old]",
            "hint: keep one of the two",
        ],
    );
}

#[test]
fn the_same_pair_twice_is_taken() {
    for text in [
        "[old]\nPERMANENT[old]\nPERMANENT",
        "[old]\nPERMANENTPERMANENT",
        "[old]\nPERMANENT[profile old]\nPERMANENT",
        "[old]\nPERMANENT[new]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = x\n",
    ] {
        let (run, requests) = login(
            &[(CREDENTIALS, text)],
            &["old", "--mfa-serial", SERIAL],
            &[],
        );
        run.success();
        assert_eq!(requests[0].access_key_id, ID, "{}", run.story());
    }
}

#[test]
fn a_header_without_a_line_break_is_named_in_the_hint() {
    let text = "[old]\nPERMANENToutput=json[new]\nOTHER";
    refused(
        &[(CREDENTIALS, text)],
        "new",
        &[
            "there is no such profile",
            "~/.aws/credentials:4 ends in [new]: put [new] on a line of its own",
        ],
    );
    let config = "[profile old]\noutput = json[profile new]\n";
    refused(
        &[(CONFIG, config)],
        "new",
        &["~/.aws/config:2 ends in [profile new]"],
    );
}
