//! S3: what MFA guards, and the conditional write that Terraform's lock is.

use super::start;
use crate::support::home::{Home, Run};
use crate::support::stand_in::StandIn;
use crate::support::tools::venv;

/// A line of Python in which `s3` is boto3's client, signed with these keys.
fn boto3(aws: &StandIn, keys: &[(String, String)], line: &str) -> Run {
    let script = format!(
        "import boto3\ns3 = boto3.client('s3')\nplace = dict(Bucket='b', Key='a dir/ä+.json')\n{line}"
    );
    let home = Home::of(aws).with("AWS_REGION", "eu-west-1");
    let python = home.program(venv("python"), ["-c", &script]);
    python.envs(keys.iter().cloned()).run()
}

#[test]
fn objects_are_there_for_botocore_sessions_with_mfa() {
    let aws = start();
    let login = Home::of(&aws).login(&aws.code()).run();
    let session = crate::support::home::exported(&login.success().stdout);
    let denied = boto3(&aws, &[], "s3.get_object(**place)");
    denied.failure(1).complains("AccessDenied");
    let run = |line: &str| boto3(&aws, &session, line);
    run("s3.get_object(**place)")
        .failure(1)
        .complains("NoSuchKey");
    let write = "s3.put_object(**place, Body=b'x\\r\\n' * 3, IfNoneMatch='*')";
    run(write).success();
    run(write).failure(1).complains("PreconditionFailed");
    let read = "print(s3.get_object(**place)['Body'].read(), s3.head_object(**place)['ETag'])";
    run(read).success().says("b'x\\r\\nx\\r\\nx\\r\\n' \"");
    let list = "print([o['Key'] for o in s3.list_objects_v2(Bucket='b', Prefix='a ')['Contents']])";
    run(list).success().prints("['a dir/ä+.json']\n");
    run("s3.delete_object(**place)").success();
    run("s3.get_object(**place)")
        .failure(1)
        .complains("NoSuchKey");
}
