//! The user as the system knows it, for what no variable says: in a service, a container, a cron job.

use std::path::PathBuf;

use nix::unistd::{Uid, getuid};

/// Who runs this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub home: Option<PathBuf>,
}

impl User {
    /// From `/etc/passwd`; only users who are not in it are worth asking the system's services for,
    /// which opens sockets.
    pub fn of_process() -> Option<Self> {
        let uid = getuid();
        let local = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        Self::in_passwd(&local, uid).or_else(|| {
            let user = nix::unistd::User::from_uid(uid).ok()??;
            Some(Self::new(&user.name, user.dir))
        })
    }

    /// `alice:x:1000:1000:Alice:/home/alice:/bin/sh`.
    fn in_passwd(text: &str, uid: Uid) -> Option<Self> {
        text.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, number, _, _, home, _] = fields[..] else {
                return None;
            };
            (number.parse() == Ok(uid.as_raw())).then(|| Self::new(name, home.into()))
        })
    }

    fn new(name: &str, home: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            home: Some(home).filter(|home| home.is_absolute()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_user_is_found() {
        let text = "root:x:0:0:root:/root:/bin/bash\n# x\n+::::::\nalice:x:1000:1000::/home/alice:/bin/zsh\n\
                    odd:x:1001:1001:::\n";
        let user = |uid| User::in_passwd(text, Uid::from_raw(uid));
        assert_eq!(user(1000), Some(User::new("alice", "/home/alice".into())));
        assert_eq!(user(1001).unwrap().home, None);
        assert_eq!(user(1002), None);
    }
}
