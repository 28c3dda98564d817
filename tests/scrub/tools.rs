//! What the AWS CLI itself caches here.

use super::*;
use crate::support::stand_in::{Options, Role, StandIn};

#[test]
fn the_aws_cli_s_cached_role_is_recognised_and_made_anew() {
    let aws = StandIn::start(Options::with_roles([Role {
        trust_needs_mfa: false,
        ..Role::named("dev")
    }]));
    let home = Home::of(&aws).with_the_aws_cli();
    let config = "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = default\nregion = eu-west-1\n";
    home.write(".aws/config", config);
    let call = || {
        let run = home
            .program("aws", ["sts", "get-caller-identity", "--profile", "dev"])
            .run();
        run.success().says(":assumed-role/dev/");
    };
    call();
    call();
    assert_eq!(aws.assumed("dev"), 1);
    let found = json(&home, &["--yes"]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (&found[0]["state"], &found[0]["removed"]),
        (&"valid".into(), &false.into())
    );
    let mut person = home.terminal("scrub");
    person.expect("cached session of the AWS CLI ASIA");
    person.expect("(y/n) ");
    person.send("y\r");
    person.succeeds();
    assert_eq!(json(&home, &[]).len(), 0);
    call();
    assert_eq!(aws.assumed("dev"), 2);
}
