//! What has been changed since the login, by the user or by a tool that follows the directory.

use super::*;

#[test]
fn off_leaves_alone_what_was_changed_since() {
    everywhere(
        &[
            On("work"),
            Export("AWS_PROFILE", "since"),
            Export("AWS_REGION", ODD),
            Export("AWS_ACCOUNT_ID", ""),
            Export("AWSMFA_EXPIRES_AT", "1"),
            Off,
            Check("AWS_PROFILE", "since", "since"),
            Check("AWS_REGION", ODD, ODD),
            Check("AWS_ACCOUNT_ID", "", ""),
            Check("AWS_DEFAULT_REGION", "mine", "mine"),
            Check("AWS_ACCESS_KEY_ID", "AKIAmine", "AKIAmine"),
            Check("AWSMFA_PROFILE", NONE, NONE),
            // This belongs to the session.
            Check("AWSMFA_EXPIRES_AT", NONE, NONE),
            Check("__awsmfa_off", NONE, NONE),
            Check("__awsmfa_own", NONE, NONE),
        ],
        &[
            ("AWS_PROFILE", "mine"),
            ("AWS_DEFAULT_REGION", "mine"),
            ("AWS_ACCESS_KEY_ID", "AKIAmine"),
        ],
    );
}

#[test]
fn off_leaves_other_keys_alone() {
    everywhere(
        &[
            On("work"),
            Export("AWS_ACCESS_KEY_ID", "AKIAdirectory"),
            Export("AWS_SECRET_ACCESS_KEY", "of the directory"),
            Off,
            Check("AWS_ACCESS_KEY_ID", "AKIAdirectory", "AKIAdirectory"),
            Check(
                "AWS_SECRET_ACCESS_KEY",
                "of the directory",
                "of the directory",
            ),
            // It would not fit these keys.
            Check("AWS_SESSION_TOKEN", NONE, NONE),
            Check("AWSMFA_ACCESS_KEY_ID", NONE, NONE),
        ],
        &[("AWS_ACCESS_KEY_ID", "AKIAmine")],
    );
}

/// A directory's hook puts back what it found on entering, the keys of an earlier login.
#[test]
fn off_removes_the_keys_of_an_earlier_login_too() {
    everywhere(
        &[
            On("work"),
            On("other"),
            Export("AWS_ACCESS_KEY_ID", "ASIAwork"),
            Export("AWS_SESSION_TOKEN", "of that session"),
            Off,
            Check("AWS_ACCESS_KEY_ID", "AKIAmine", "AKIAmine"),
            Check("AWS_SESSION_TOKEN", NONE, NONE),
        ],
        &[("AWS_ACCESS_KEY_ID", "AKIAmine")],
    );
}

#[test]
fn the_next_session_is_restored_as_the_first_one_was() {
    everywhere(
        &[
            On("work"),
            Export("AWS_REGION", "since"),
            Off,
            On("other"),
            Check("AWS_REGION", "eu-west-1", "eu-west-1"),
            Off,
            Check("AWS_REGION", "since", "since"),
            Check("AWS_PROFILE", "mine", "mine"),
            Check("AWS_ACCESS_KEY_ID", NONE, NONE),
        ],
        &[("AWS_PROFILE", "mine")],
    );
}
