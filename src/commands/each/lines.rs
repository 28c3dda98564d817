//! A command's output in lines, each with the profile's name before it.

/// Bytes. A longer line is broken: a program that never ends a line must not fill the memory.
const LONGEST: usize = 64 * 1024;

/// Writes a line as soon as it is whole, and on drop what is left.
pub struct Lines<W: FnMut(&[u8])> {
    pub prefix: Vec<u8>,
    /// The beginning of a line.
    pub pending: Vec<u8>,
    pub write: W,
}

impl<W: FnMut(&[u8])> Lines<W> {
    /// A carriage return ends a line too, and is kept: a progress bar goes on drawing over its line.
    pub fn take(&mut self, output: &[u8]) {
        for &byte in output {
            if self.pending.ends_with(b"\r") && byte != b'\n' {
                self.write_pending();
            }
            self.pending.push(byte);
            if self.pending.len() == LONGEST && !b"\r\n".contains(&byte) {
                self.pending.push(b'\n');
            }
            if self.pending.ends_with(b"\n") {
                self.write_pending();
            }
        }
    }

    fn write_pending(&mut self) {
        let line = [&self.prefix[..], &self.pending].concat();
        self.pending.clear();
        (self.write)(&line);
    }
}

impl<W: FnMut(&[u8])> Drop for Lines<W> {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.pending.push(b'\n');
            self.write_pending();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(output: &[&[u8]]) -> Vec<String> {
        let mut written = Vec::new();
        let mut lines = Lines {
            prefix: b"dev: ".to_vec(),
            pending: Vec::new(),
            write: |line: &[u8]| written.push(String::from_utf8_lossy(line).into_owned()),
        };
        for part in output {
            lines.take(part);
        }
        drop(lines);
        written
    }

    #[test]
    fn every_line_and_every_redrawn_line_has_the_prefix() {
        assert_eq!(
            written(&[b"a", b"b\n\nc"]),
            ["dev: ab\n", "dev: \n", "dev: c\n"]
        );
        assert_eq!(
            written(&[b"1%\r2%\r", b"\nend\r\n"]),
            ["dev: 1%\r", "dev: 2%\r\n", "dev: end\r\n"]
        );
    }

    #[test]
    fn a_line_without_end_is_broken() {
        let written = written(&[&vec![b'x'; 2 * LONGEST + 1]]);
        let lengths: Vec<_> = written.iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST + 6, LONGEST + 6, 7]);
    }
}
