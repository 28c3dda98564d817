//! Other applets than a YubiKey's, each as it was seen to behave.

use super::{ALICE, account_of, enroll, key, newcomer, nothing_happened, orphans, until_stored};
use crate::support::card::{Account, Config, Fault, Put, canokey, neo, pico, vivokey};

const PUT: u8 = 0x01;

#[test]
fn every_applet_takes_a_secret() {
    for config in [Config::default(), canokey(), neo(), vivokey(), pico()] {
        let (aws, home) = until_stored();
        let pcscd = key(config);
        enroll(&pcscd, &home, "").failure(1);
        let stored = account_of(&orphans(&aws)[0], false);
        assert_eq!(pcscd.key(0).config().accounts, [stored]);
    }
}

#[test]
fn a_touch_is_asked_for_or_refused_and_never_lost() {
    let (aws, home) = until_stored();
    let pcscd = key(canokey());
    enroll(&pcscd, &home, "--touch").failure(1);
    let stored = account_of(&orphans(&aws)[0], true);
    assert_eq!(pcscd.key(0).config().accounts, [stored]);

    for config in [neo(), vivokey()] {
        let (aws, home) = newcomer();
        let pcscd = key(config);
        let run = enroll(&pcscd, &home, "--touch");
        run.failure(1)
            .complains("(version 1.0.2) cannot ask for a touch");
        nothing_happened(&aws, &pcscd, &run);
    }
}

/// The key takes something else than it was told: that is taken back, at AWS too.
#[test]
fn what_a_key_does_not_prove_is_taken_back() {
    let garbling = Config {
        put: Put {
            garbles: true,
            ..Put::default()
        },
        ..Config::default()
    };
    let silent = Config {
        calculate_all: Some(0x6D00),
        ..Config::default()
    };
    let not_confirmed = "does not confirm that it will ask for a touch";
    // Another key in the same reader, since the first look.
    let changing = Config {
        changes_device_id: true,
        ..Config::default()
    };
    for (config, words, said) in [
        (changing, "", "not the YubiKey that was there a moment ago"),
        (pico(), "--touch", not_confirmed),
        (silent, "--touch", not_confirmed),
        (garbling, "", "computes a code that is not the secret's"),
    ] {
        let (aws, home) = newcomer();
        let pcscd = key(config);
        let run = enroll(&pcscd, &home, words);
        run.failure(1)
            .complains(said)
            .complains("nothing of it is on the YubiKey 10000001");
        assert!(pcscd.key(0).config().accounts.is_empty());
        assert_eq!(aws.count("DeleteVirtualMFADevice"), 1, "{}", run.story());
        assert!(orphans(&aws).is_empty());
    }
}

/// A full key that the table of firmwares does not know, and refusals that nobody has seen.
#[test]
fn a_refused_put_leaves_nothing_behind() {
    let full = Config {
        put: Put {
            room: 1,
            ..Put::default()
        },
        accounts: vec![Account::totp("Other:x")],
        ..Config::default()
    };
    let pcscd = key(full);
    let (aws, home) = newcomer();
    let run = enroll(&pcscd, &home, "");
    run.failure(1)
        .complains("the YubiKey has no room for another account");
    assert!(orphans(&aws).is_empty());
    assert_eq!(pcscd.key(0).config().accounts, [Account::totp("Other:x")]);

    for status in [0x6985, 0x6F00, 0x6581, 0x6982] {
        let (aws, home) = newcomer();
        let pcscd = key(Config::default());
        pcscd.key(0).inject(PUT, Fault::Status(status));
        let run = enroll(&pcscd, &home, "");
        run.failure(1)
            .complains(&format!("the YubiKey answered PUT with {status:04X}"))
            .complains("nothing of it is on the YubiKey");
        assert!(orphans(&aws).is_empty() && pcscd.key(0).config().accounts.is_empty());
        // The same key works at once.
        let (aws, home) = until_stored();
        enroll(&pcscd, &home, "").failure(1);
        assert_eq!(orphans(&aws)[0].serial_number, ALICE);
    }
}
