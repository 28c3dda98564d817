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
    refused(
        &form,
        &aws,
        403,
        "RegionDisabledException",
        "STS is not activated in this region for account:123456789012.",
    );
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
    accepted(
        &Form {
            region: "cn-north-1",
            ..form.clone()
        },
        &aws,
    );
    let host = "sts.cn-northwest-1.amazonaws.com.cn".to_owned();
    refused(
        &Form {
            region: "cn-north-1",
            host,
            ..form
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        "valid region",
    );
}
