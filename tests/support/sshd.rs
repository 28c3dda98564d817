//! A remote machine: OpenSSH's own server, which each `ssh` starts for itself and talks to over a
//! pipe, as the tests of OpenSSH do. Nothing listens on a port, and nothing outlives its `ssh`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;

use super::home::Home;
use super::tools::left_out;

/// Where `make test` unpacks what Debian's package has, if sshd is not installed.
const UNPACKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/sshd");

/// The user of the tests on a machine with an empty home and without a runtime directory.
pub struct Remote {
    pub home: Home,
}

impl Remote {
    /// A machine that `ssh` reaches from `home` under any name, with `settings` for sshd. `None`, with
    /// a word, if it cannot be had here: as root, sshd needs a file system of its own.
    pub fn reached_from(home: &Home, settings: &str) -> Option<Self> {
        let remote = Self { home: Home::new() };
        let directory = remote.home.path();
        for key in ["host_key", "user_key"] {
            let run = home
                .program("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f"])
                .arguments([directory.join(key)])
                .run();
            run.success();
        }
        remote
            .home
            .write("sshd_config", remote.sshd_config(settings));
        remote.home.write("shadow", "root:*:::::::\n");
        remote.home.write("passwd", users());
        let sshd = format!(
            "{} -i -f {}/sshd_config",
            sshd().display(),
            directory.display()
        );
        let sshd = if geteuid().is_root() {
            alone(&sshd, directory)?
        } else {
            sshd
        };
        write_client(home, directory, &sshd);
        Some(remote)
    }

    /// The environment of the remote machine: that of a test's home. (Its shell is the user's own.)
    fn sshd_config(&self, settings: &str) -> String {
        let directory = self.home.path().display();
        let names = ["HOME", "PATH"];
        let variables = names.map(|name| (name, self.home.variable(name)));
        let variables = variables.map(|(name, value)| format!("{name}={}", value.display()));
        format!(
            "HostKey {directory}/host_key\nAuthorizedKeysFile {directory}/user_key.pub\n\
             StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n\
             SetEnv {} SHELL=/bin/bash LANG=C.UTF-8\n{}{settings}\n",
            variables.join(" "),
            helpers()
        )
    }
}

/// sshd of the system, else the unpacked one.
fn sshd() -> PathBuf {
    let system = PathBuf::from("/usr/sbin/sshd");
    if system.exists() {
        return system;
    }
    Path::new(UNPACKED).join("usr/sbin/sshd")
}

/// From 9.8 on, sshd is several programs, which it looks for where they would be installed.
fn helpers() -> String {
    let helpers = [
        ("SshdSessionPath", "sshd-session"),
        ("SshdAuthPath", "sshd-auth"),
    ];
    let lines = helpers.map(|(setting, name)| {
        let unpacked = Path::new(UNPACKED).join("usr/lib/openssh").join(name);
        let is_there = sshd().starts_with(UNPACKED) && unpacked.exists();
        if is_there {
            format!("{setting} {}\n", unpacked.display())
        } else {
            String::new()
        }
    });
    lines.concat()
}

/// The system's users, and the one that sshd wants if root starts it. The package's installation makes
/// it, and `make test` only unpacks the package.
fn users() -> String {
    let users = fs::read_to_string("/etc/passwd").expect("the users");
    format!("{users}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n")
}

/// The line that starts sshd where `/run` is empty but for what sshd needs, and where users and
/// passwords are those in `directory`.
fn alone(sshd: &str, directory: &Path) -> Option<String> {
    let line = |command: &str| {
        format!(
            "unshare --mount sh -c 'mount -t tmpfs none /run && mkdir /run/sshd && \
             mount --bind {0}/shadow /etc/shadow && mount --bind {0}/passwd /etc/passwd && \
             exec {command}'",
            directory.display()
        )
    };
    let tried = Command::new("sh").args(["-c", &line("true")]).output();
    if !tried.expect("sh").status.success() {
        left_out("tests of ssh (root may not mount anything here)");
        return None;
    }
    Some(line(sshd))
}

/// `ssh` in front of the home's PATH: the system's, with a configuration of the test's own. (It would
/// not look for one in `$HOME`.)
fn write_client(home: &Home, remote: &Path, sshd: &str) {
    let libraries = Path::new(UNPACKED)
        .join("usr/lib")
        .join(format!("{}-linux-gnu", std::env::consts::ARCH));
    let config = home.write(
        "ssh_config",
        format!(
            "Host *\nIdentityFile {}/user_key\nUserKnownHostsFile /dev/null\n\
             StrictHostKeyChecking no\nLogLevel ERROR\n\
             ProxyCommand env LD_LIBRARY_PATH={} {sshd}\n",
            remote.display(),
            libraries.display()
        ),
    );
    let client = format!(
        "#!/bin/sh\nexec /usr/bin/ssh -F '{}' \"$@\"\n",
        config.display()
    );
    let client = home.write("bin/ssh", client);
    fs::set_permissions(client, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// The PATH with which `home` finds that `ssh`.
pub fn path(home: &Home) -> OsString {
    let mut path = home.path().join("bin").into_os_string();
    path.push(":");
    path.push(home.variable("PATH"));
    path
}
