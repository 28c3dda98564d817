//! Reading a file whatever it is: a pipe, a device, a directory, something endless.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// Bytes. No real file is half as large, and reading a larger one could fill the memory.
const LARGEST: u64 = 16 << 20;
/// How long a pipe or a device may take: `<(…)` answers at once, a FIFO without a writer never.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why it could not be read, and what to do.
pub fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "you have no permission to read it; check with ls -l".to_owned()
        }
        io::ErrorKind::IsADirectory => "it is a directory, not a file; name the file".to_owned(),
        io::ErrorKind::NotADirectory => {
            "a part of the path is not a directory; correct the path".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The whole file, or what a pipe or device (`/dev/null`, `<(…)`) gives within 5 seconds.
pub fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() {
        return whole(path, metadata.len());
    }
    let (send, receive) = mpsc::channel();
    let path = path.to_owned();
    // Opening a FIFO blocks until something writes to it; a thread left behind ends with the process.
    std::thread::spawn(move || send.send(whole(&path, 0)));
    receive.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        Err(io::Error::other(
            "nothing could be read from this pipe or device within 5 s; name a file",
        ))
    })
}

/// All of a file of `length` bytes in one system call; more of it if it grows meanwhile, or if the
/// length is not known (0).
fn whole(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?.take(LARGEST + 1);
    let mut bytes = vec![0; usize::try_from(length.min(LARGEST + 1)).unwrap_or(0)];
    let read = file.read(&mut bytes)?;
    if bytes.is_empty() || read < bytes.len() {
        bytes.truncate(read);
        file.read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(
            "it is larger than 16 MiB; name the right file",
        ));
    }
    Ok(bytes)
}
