//! Regions and partitions.

use super::{accepted, refused, start};
use crate::support::signed::Form;
use crate::support::stand_in::{Options, StandIn, User};

#[test]
fn a_region_can_be_switched_off() {
    let aws = start();
    aws.change(|options| options.disabled_regions.push("eu-west-1".to_owned()));
    let form = Form {
        region: "eu-west-1",
        ..Form::new(&aws, "Action=GetCallerIdentity")
    };
    let text = "STS is not activated in this region for account:123456789012.";
    refused(&form, &aws, 403, "RegionDisabledException", text);
}

#[test]
fn partitions_have_their_own_regions() {
    let users = vec![User::default().in_partition("aws-cn")];
    let aws = StandIn::start(Options {
        users,
        ..Options::default()
    });
    let form = Form::new(&aws, "Action=GetCallerIdentity");
    refused(&form, &aws, 403, "SignatureDoesNotMatch", "valid region");
    let right = Form {
        region: "cn-north-1",
        ..form
    };
    accepted(&right, &aws);
    let elsewhere = Form {
        host: "sts.cn-northwest-1.amazonaws.com.cn".to_owned(),
        ..right
    };
    refused(
        &elsewhere,
        &aws,
        403,
        "SignatureDoesNotMatch",
        "valid region",
    );
}
