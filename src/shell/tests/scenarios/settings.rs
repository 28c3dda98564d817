//! Variables that only some logins change: the restore code learns of them later.

use super::*;

#[test]
fn what_a_later_login_changes_is_put_back_too() {
    everywhere(
        &[
            Plain("AWS_ENDPOINT_URL_S3", ODD),
            On("work"),
            Check("AWS_ENDPOINT_URL_S3", ODD, NONE),
            On("other"),
            Check("AWS_ENDPOINT_URL_S3", "it's", "it's"),
            Check("AWS_CA_BUNDLE", "it's", "it's"),
            On("other"),
            Off,
            Check("AWS_ENDPOINT_URL_S3", ODD, NONE),
            Check("AWS_CA_BUNDLE", ODD, ODD),
            Check("AWS_PROFILE", "mine", "mine"),
            Check("AWSMFA_FROM_PROFILE", NONE, NONE),
        ],
        &[("AWS_CA_BUNDLE", ODD), ("AWS_PROFILE", "mine")],
    );
}

#[test]
fn what_no_login_changes_is_left_alone() {
    everywhere(
        &[
            On("work"),
            Export("AWS_CA_BUNDLE", "meanwhile"),
            Off,
            Check("AWS_CA_BUNDLE", "meanwhile", "meanwhile"),
            Off,
            Check("AWS_CA_BUNDLE", "meanwhile", "meanwhile"),
        ],
        &[],
    );
}
