//! The agent's unit for systemd and its property list for launchd: they start the program that was
//! installed with them, and nothing enables them but the user. (No test runs launchd.)

use std::path::Path;

use super::PROJECT;
#[cfg(target_os = "linux")]
use super::install::installed;
use crate::support::home::Home;

const UNIT: &str = include_str!("../../packaging/awsmfa-agent.service");

/// The prefix has a blank in its name.
#[cfg(target_os = "linux")]
#[test]
fn the_unit_starts_the_program_of_its_prefix() {
    let home = Home::new();
    let (_, prefix) = installed(&home);
    let verify = || {
        home.program("systemd-analyze", ["--user", "--man=no", "verify"])
            .arguments([prefix.join("share/systemd/user/awsmfa-agent.service")])
            .run()
    };
    let run = verify();
    assert!(run.success().stderr.is_empty(), "{}", run.story());

    std::fs::rename(prefix.join("bin/awsmfa"), prefix.join("bin/other")).expect("another name");
    verify()
        .failure(1)
        .complains("bin/awsmfa is not executable: No such file or directory");
}

#[test]
fn the_unit_names_a_manual_page_that_is_there() {
    let pages = UNIT
        .lines()
        .find_map(|line| line.strip_prefix("Documentation=man:"));
    let page = pages.expect("a page").replace('(', ".").replace(')', "");
    let path = Path::new(PROJECT).join("man").join(page);
    assert!(path.exists(), "{}", path.display());
}

/// What launchd does with it, as far as any system shows: it reads the list and runs the arguments
/// with the user's HOME and a PATH of the system's own.
#[test]
fn the_property_list_starts_a_program_of_the_users() {
    let home = Home::new();
    home.write_program(".local/bin/awsmfa", "#!/bin/sh\necho started \"$@\"\n");
    let start = "import os, plistlib, sys\n\
                 job = plistlib.load(open(sys.argv[1], 'rb'))\n\
                 assert job['Label'] == 'awsmfa-agent' and job['RunAtLoad'] is True, job\n\
                 assert job['KeepAlive'] == {'SuccessfulExit': False}, job\n\
                 assert job['Umask'] == 0o077, job\n\
                 os.environ['PATH'] = '/usr/bin:/bin:/usr/sbin:/sbin'\n\
                 os.execv(job['ProgramArguments'][0], job['ProgramArguments'])\n";
    let list = format!("{PROJECT}/packaging/awsmfa-agent.plist");
    home.program("python3", ["-c", start, &list])
        .run()
        .prints("started agent\n");
}
