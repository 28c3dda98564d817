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
    let pid = pid.to_string();
    let ps = |format: &str| {
        // By its path and without the environment: secrets of the user's may be in that.
        let output = std::process::Command::new("/bin/ps")
            .args(["-o", format, "-p", &pid])
            .env_clear()
            .env("LC_ALL", "C")
            .output();
        let text = String::from_utf8_lossy(&output.ok()?.stdout)
            .trim()
            .to_owned();
        (!text.is_empty()).then_some(text)
    };
    let parent = ps("ppid=")?.parse().ok()?;
    let arguments = ps("args=").unwrap_or_default();
    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
    Some(Process {
        parent,
        names: ps("comm=").into_iter().collect(),
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
