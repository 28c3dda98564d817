//! Keys in the profile files that are not what they should be.

use super::{Case, each_is_found};

const RIGHT: &str = "[default]\nmfa_serial = SERIAL\n";

const CASES: &[Case] = &[
    // Temporary keys.
    (
        "",
        "[default]\nDEBRISmfa_serial = SERIAL\n",
        "error |~/.aws/credentials:2|temporary|long-term keys",
    ),
    (
        "",
        "[default]\nKEYSmfa_serial = SERIAL\n[saml]\nDEBRIS",
        "warning |~/.aws/credentials:6 [saml]|temporary|put the long-term keys",
    ),
    (
        RIGHT,
        "[default]\nKEYSaws_session_token = FwoGZXIvYXdzEOLD\n",
        "error |~/.aws/credentials:4 [default] aws_session_token|delete",
    ),
    (
        "[profile dev]\ncredential_process = true\n",
        "[dev]\nDEBRIS",
        "warning |~/.aws/credentials:2 [dev]|~/.aws/config:2|delete the keys",
    ),
    (
        "[profile dev]\ncredential_process = awsmfa credentials dev\n",
        "[dev]\nKEYS",
        "warning |~/.aws/credentials:2 [dev]|without MFA|~/.aws/config:2",
    ),
    // Keys.
    (
        RIGHT,
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPL\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "warning |~/.aws/credentials:2|19 characters|copy the key again",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE\n",
        "warning |~/.aws/credentials:3|39 characters|copy the key again",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE*EY\n",
        "warning |~/.aws/credentials:3|the character '*'",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "error |~/.aws/credentials:2|remove the quotes",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\u{200b}\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "error |~/.aws/credentials:2|copy the key again",
    ),
    (
        RIGHT,
        "[default]\nKEYS[empty]\naws_access_key_id =\naws_secret_access_key =\n",
        "warning |~/.aws/credentials:5 [empty]|delete the section that begins in line 4",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
        "error |~/.aws/credentials:2|aws_secret_access_key",
    ),
    (
        "[default]\nmfa_serial = SERIAL\u{a0}\n",
        "[default]\nKEYS",
        "warning |~/.aws/config:2 [default] has a no-break space|retype",
    ),
    (
        RIGHT,
        "[default]\naws_access_key_id =\u{a0}AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "warning |~/.aws/credentials:2 [default] has a no-break space|retype",
    ),
];

#[test]
fn each_wrong_key_is_one_line_with_its_place_and_what_to_type() {
    each_is_found(CASES);
}
