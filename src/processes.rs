//! The processes of this computer: their names and their parents, and whose connections are whose.

use std::net::SocketAddrV4;

/// A process: what it is called, and its parent.
pub struct Process {
    pub parent: i32,
    /// Most telling first: the executable's name, the process's own.
    pub names: Vec<String>,
    pub arguments: Vec<String>,
}

/// From `/proc`; the executable of another user's process is unreadable (`sudo`).
#[cfg(target_os = "linux")]
pub fn look_up(pid: i32) -> Option<Process> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // `pid (comm) state ppid …`, and comm may hold anything, parentheses too.
    let (head, tail) = stat.rsplit_once(')')?;
    let parent = tail.split_whitespace().nth(1)?.parse().ok()?;
    let executable = std::fs::read_link(format!("/proc/{pid}/exe"));
    let executable = executable
        .map(|path| path.to_string_lossy().replace(" (deleted)", ""))
        .ok();
    let comm = head.split_once('(').map(|(_, comm)| comm.to_owned());
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.split(|byte| *byte == 0);
    let arguments = words
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    Some(Process {
        parent,
        names: executable.into_iter().chain(comm).collect(),
        arguments,
    })
}

#[cfg(not(target_os = "linux"))]
pub fn look_up(pid: i32) -> Option<Process> {
    by_ps(pid)
}

/// From `ps`, by its path and without the environment: secrets of the user's may be in that.
#[cfg(any(not(target_os = "linux"), test))]
fn by_ps(pid: i32) -> Option<Process> {
    let columns = ["ppid=", "ucomm=", "args="];
    let output = std::process::Command::new("/bin/ps")
        .args(columns.iter().flat_map(|column| ["-o", column]))
        .args(["-p", &pid.to_string()])
        .env_clear()
        .env("LC_ALL", "C")
        .output();
    listed(&String::from_utf8_lossy(&output.ok()?.stdout))
}

/// A line of `ps`: the parent, the executable's file name, the arguments. A name with spaces is no
/// shell's, so it does not matter where it ends. The first argument is what the process calls itself.
#[cfg(any(not(target_os = "linux"), test))]
fn listed(line: &str) -> Option<Process> {
    let mut words = line.split_whitespace().map(str::to_owned);
    let parent = words.next()?.parse().ok()?;
    let executable = words.next()?;
    let arguments: Vec<_> = words.collect();
    let names = std::iter::once(executable).chain(arguments.first().cloned());
    Some(Process {
        parent,
        names: names.collect(),
        arguments,
    })
}

/// The variables with which a process was started.
pub struct Variables {
    pub pid: i32,
    pub name: String,
    /// `NAME=value`.
    pub entries: Vec<String>,
}

/// Those of the other processes that the system lets this one see: the user's own. Nothing on systems
/// without `/proc`.
#[cfg(target_os = "linux")]
pub fn variables_of_others() -> impl Iterator<Item = Variables> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|process| process.file_name().to_str()?.parse().ok());
    let own = std::process::id().cast_signed();
    let pids = pids.filter(move |pid: &i32| *pid != own);
    pids.filter_map(|pid| {
        let entries = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        let entries = entries.split(|byte| *byte == 0);
        let entries = entries.map(|entry| String::from_utf8_lossy(entry).into_owned());
        Some(Variables {
            pid,
            name: name.trim().to_owned(),
            entries: entries.collect(),
        })
    })
}

#[cfg(not(target_os = "linux"))]
pub fn variables_of_others() -> impl Iterator<Item = Variables> {
    std::iter::empty()
}

/// The user whose process is at the other end, `peer`, of a connection within this computer. `None` if
/// the system does not say.
#[cfg(target_os = "linux")]
pub fn user_of_peer(peer: SocketAddrV4, own: SocketAddrV4) -> Option<u32> {
    let written = |address: SocketAddrV4| {
        let ip = u32::from_ne_bytes(address.ip().octets());
        format!("{ip:08X}:{:04X}", address.port())
    };
    let (peer, own) = (written(peer), written(own));
    // An address of IPv6 that stands for one of IPv4 ends with that.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let mut tables = tables
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    tables.find_map(|table| {
        table.lines().find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let is_it = fields.get(1)?.ends_with(&peer) && fields.get(2)?.ends_with(&own);
            is_it.then(|| fields.get(7)?.parse().ok())?
        })
    })
}

#[cfg(not(target_os = "linux"))]
pub fn user_of_peer(_: SocketAddrV4, _: SocketAddrV4) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_of_ps() {
        let process = listed("  501 zsh              -zsh\n").unwrap();
        assert_eq!(
            (process.parent, &process.arguments[..]),
            (501, &["-zsh".to_owned()][..])
        );
        assert_eq!(process.names, ["zsh", "-zsh"]);
        let process = listed("1 Python           /opt/Python /opt/bin/xonsh -i").unwrap();
        assert_eq!(process.arguments, ["/opt/Python", "/opt/bin/xonsh", "-i"]);
        // A process that has gone.
        assert!(listed("").is_none());
    }

    #[test]
    fn ps_tells_of_a_process_what_the_system_does() {
        if !std::path::Path::new("/bin/ps").exists() {
            return;
        }
        let own = std::process::id().cast_signed();
        let (process, expected) = (by_ps(own).unwrap(), look_up(own).unwrap());
        assert_eq!(process.parent, expected.parent);
        assert_eq!(process.arguments.first(), expected.arguments.first());
        assert!(expected.names.iter().any(|name| *name == process.names[0]));
        assert!(by_ps(i32::MAX).is_none());
    }
}
