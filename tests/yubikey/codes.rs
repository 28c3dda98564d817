//! The code itself: algorithms, periods, digits, many accounts, many keys.

use crate::support::card::{
    Account, Algorithm, Config, Fault, Pcscd, Reader, SOURCE, YUBIKEY, code, home, is_current,
    shows_the_code,
};

#[test]
fn every_algorithm_and_period_gives_its_code() {
    let accounts = [
        Account::totp("sha1"),
        Account {
            algorithm: Algorithm::Sha256,
            ..Account::totp("sha256")
        },
        Account {
            algorithm: Algorithm::Sha512,
            ..Account::totp("sha512")
        },
        Account::totp("60/slow"),
        Account::totp("86400/slower"),
        Account::totp("4294967295/never"),
    ];
    let pcscd = Pcscd::with_accounts(accounts.clone());
    for (account, period) in accounts.iter().zip([30, 30, 30, 60, 86_400, 4_294_967_295]) {
        let run = code(&pcscd, std::str::from_utf8(&account.id).unwrap());
        run.success();
        assert!(
            is_current(account, period, &run.stdout),
            "{period}{}",
            run.story()
        );
    }
}

#[test]
fn a_code_that_is_only_shown_can_be_shown_again() {
    let pcscd = Pcscd::with_accounts([Account::totp("3600/AWS")]);
    let home = home(SOURCE);
    let show = || pcscd.run(&home, &["code", "--yubikey-account", "AWS"]);
    let (first, second) = (show(), show());
    first.success().complains("s left");
    second.success();
    assert_eq!(first.stdout, second.stdout);
}

#[test]
fn periods_that_cannot_be_are_refused() {
    let ids = ["0/x", "4294967296/x", "99999999999999999999/x"];
    let pcscd = Pcscd::with_accounts(ids.map(Account::totp));
    for id in ids {
        code(&pcscd, id)
            .failure(1)
            .complains(id)
            .complains("period");
    }
    pcscd.run(&home(SOURCE), &["accounts"]).success();
}

#[test]
fn seven_and_eight_digits_are_refused() {
    for digits in [7, 8] {
        let pcscd = Pcscd::with_accounts([Account {
            digits,
            ..Account::totp("AWS")
        }]);
        code(&pcscd, "AWS")
            .failure(1)
            .complains(&format!("its codes have {digits} digits, and AWS takes 6"));
    }
}

#[test]
fn hotp_is_refused_and_its_counter_left_alone() {
    let pcscd = Pcscd::with_accounts([Account::hotp("AWS")]);
    code(&pcscd, "AWS").failure(1).complains("HOTP");
    assert_eq!(pcscd.key(0).config().accounts[0].counter, Some(0));
}

#[test]
fn names_that_are_not_utf_8_do_no_harm() {
    let pcscd = Pcscd::with_accounts([Account::totp(b"\xff\xfe:\x80"), Account::totp("AWS")]);
    code(&pcscd, "AWS").success();
    code(&pcscd, "x")
        .failure(1)
        .complains("\u{fffd}\u{fffd}:\u{fffd}");
}

#[test]
fn an_account_among_forty_is_found() {
    let names: Vec<_> = (0..40)
        .map(|n| format!("Issuer number {n}:a name of some length {n}"))
        .collect();
    let pcscd = Pcscd::with_accounts(names.iter().map(Account::totp));
    let run = code(&pcscd, &names[39]);
    run.success();
    shows_the_code(&run, &Account::totp(""), 30);
    let continued = pcscd
        .key(0)
        .commands()
        .iter()
        .filter(|command| command[1] == 0xA5)
        .count();
    assert!(continued > 2, "the answer was not in pieces");
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    assert_eq!(run.stdout.lines().count(), 41, "{}", run.story());
    // Any cut of the answer, in the middle of a record as well.
    pcscd.key(0).reconfigure(|config| config.chunk = 101);
    code(&pcscd, &names[39]).success();
}

#[test]
fn a_damaged_account_does_not_hide_the_others() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    // CALCULATE ALL has SELECT's number; the second A4 is meant.
    pcscd.key(0).inject_second(0xA4, Fault::Status(0x6581));
    let run = code(&pcscd, "AWS");
    run.success();
    shows_the_code(&run, &Account::totp("AWS"), 30);
}

#[test]
fn ten_runs_on_one_key_at_the_same_time() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS"), Account::totp("60/Slow:bob")]);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..10)
            .map(|n| if n % 2 == 0 { "AWS" } else { "Slow:bob" })
            .map(|account| scope.spawn(|| code(&pcscd, account)))
            .collect();
        for run in runs {
            run.join().unwrap().success();
        }
    });
}

#[test]
fn ten_keys_and_a_run_for_each_at_the_same_time() {
    let accounts: Vec<_> = (0..10)
        .map(|n| Account {
            secret: vec![b'0' + n; 20],
            ..Account::totp(format!("number {n}"))
        })
        .collect();
    let reader = |(n, account): (u32, &Account)| {
        let accounts = vec![account.clone(), Account::totp("common")];
        let config = Config {
            serial: Some(n),
            device_id: [u8::try_from(n).unwrap(); 8],
            accounts,
            ..Config::default()
        };
        Reader::yubikey(config).named(&format!("{YUBIKEY} {n}"))
    };
    let pcscd = Pcscd::start((0..).zip(&accounts).map(reader).collect());
    std::thread::scope(|scope| {
        let pcscd = &pcscd;
        let run = |n| scope.spawn(move || code(pcscd, &format!("number {n}")));
        let runs: Vec<_> = (0..10).map(run).collect();
        for (run, account) in runs.into_iter().zip(&accounts) {
            let run = run.join().unwrap();
            run.success();
            shows_the_code(&run, account, 30);
        }
    });
}
