//! `awsmfa enroll --to yubikey`: the secret of a new device, from AWS to the key.

mod accidents;
mod applets;
mod refused;
mod second_key;
mod written;

use std::time::Duration;

use crate::support::card::{Account, Config, Finger, Pcscd, Reader};
use crate::support::home::{Home, Invocation, Run};
use crate::support::stand_in::totp::base32;
use crate::support::stand_in::{Device, Fault, Options, Policy, Refusal, StandIn, User};

const ALICE: &str = "arn:aws:iam::123456789012:mfa/alice";
const ALICE_2: &str = "arn:aws:iam::123456789012:mfa/alice-2";

/// A user without a device, who may delete one that belongs to nobody.
fn newcomer() -> (StandIn, Home) {
    with_policy(Policy::default().and("DeleteVirtualMFADevice"))
}

/// A user whose policy is AWS's sample, and AWS enables no device: the run ends once the key has the
/// secret.
fn until_stored() -> (StandIn, Home) {
    let (aws, home) = with_policy(Policy::default());
    let refusal = Refusal::new(403, "AccessDenied", "not now");
    aws.outage("EnableMFADevice", Fault::Refuse(refusal));
    (aws, home)
}

fn with_policy(policy: Policy) -> (StandIn, Home) {
    let user = User {
        devices: Vec::new(),
        policy,
        ..User::default()
    };
    let aws = StandIn::start(Options::of(user));
    let home = Home::of(&aws);
    (aws, home)
}

fn enroll(pcscd: &Pcscd, home: &Home, words: &str) -> Run {
    about_to_enroll(pcscd, home, words).run()
}

fn about_to_enroll(pcscd: &Pcscd, home: &Home, words: &str) -> Invocation {
    let words: Vec<_> = words.split_whitespace().collect();
    pcscd.awsmfa(home, &[&["enroll", "--to", "yubikey"], &words[..]].concat())
}

/// A key like this one, which is touched as soon as it blinks.
fn key(config: Config) -> Pcscd {
    let pcscd = Pcscd::start(vec![Reader::yubikey(config)]);
    pcscd.key(0).set_finger(Finger::After(Duration::ZERO));
    pcscd
}

/// The devices that exist and belong to nobody.
fn orphans(aws: &StandIn) -> Vec<Device> {
    let mut devices = Vec::new();
    aws.change(|options| devices.clone_from(&options.unassigned_devices));
    devices
}

/// The account that a device's secret makes.
fn account_of(device: &Device, touch: bool) -> Account {
    let secret = device.secret.as_ref().unwrap();
    Account {
        secret: base32(secret).unwrap(),
        touch,
        ..Account::totp(&device.serial_number)
    }
}

/// Nothing was created at AWS and nothing written to the key.
#[track_caller]
fn nothing_happened(aws: &StandIn, pcscd: &Pcscd, run: &Run) {
    assert_eq!(aws.count("CreateVirtualMFADevice"), 0, "{}", run.story());
    let commands = pcscd.key(0).commands();
    let writes = commands
        .iter()
        .filter(|command| (1..=5).contains(&command[1]));
    // SELECT of another applet is no write, and neither is what follows it here.
    assert_eq!(writes.count(), 0, "{}", run.story());
}

/// The printed lines, in a new home of the user.
fn with_lines(aws: &StandIn, lines: &str) -> Home {
    let home = Home::of(aws);
    home.write(".aws/config", format!("[default]\n{lines}"));
    home
}
