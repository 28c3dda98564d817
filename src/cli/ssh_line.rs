//! The words behind `awsmfa ssh`, as ssh reads them: options, the host, more options, the command.

use std::ffi::OsString;

/// The options of ssh(1) whose value may be the next word.
const WITH_VALUE: &[u8] = b"BDEFIJLOPQRSWbceilmopw";

/// A command line of ssh, without the word `ssh`.
#[derive(Debug, PartialEq, Eq)]
pub struct SshLine {
    pub options: Vec<OsString>,
    pub host: OsString,
    /// Empty: a login shell.
    pub command: Vec<OsString>,
}

impl SshLine {
    /// `None` if no word is the host.
    pub fn parse(words: &[OsString]) -> Option<Self> {
        let (before, rest) = options(words);
        let (host, rest) = rest.split_first()?;
        let (after, command) = options(rest);
        Some(Self {
            options: [before, after].concat(),
            host: host.clone(),
            command: command.to_vec(),
        })
    }

    /// Whether `-f` is among the options: ssh goes on in another process.
    pub fn goes_to_background(&self) -> bool {
        let mut words = self.options.iter();
        while let Some(word) = words.next() {
            let letters = &word.as_encoded_bytes()[1..];
            let mut without_value = letters.split(|letter| WITH_VALUE.contains(letter));
            if without_value
                .next()
                .is_some_and(|letters| letters.contains(&b'f'))
            {
                return true;
            }
            if takes_the_next_word(letters) {
                words.next();
            }
        }
        false
    }
}

/// The options that `words` begin with, and what follows them. `--` ends options and is dropped.
fn options(words: &[OsString]) -> (&[OsString], &[OsString]) {
    let mut count = 0;
    while let Some(word) = words.get(count) {
        match word.as_encoded_bytes() {
            b"--" => return (&words[..count], &words[count + 1..]),
            [b'-', letters @ ..] if !letters.is_empty() => {
                count += if takes_the_next_word(letters) { 2 } else { 1 };
            }
            _ => break,
        }
    }
    words.split_at(count.min(words.len()))
}

/// In `-vp`, 22 may follow; in `-p22` and `-oPort=22` the value is there already.
fn takes_the_next_word(letters: &[u8]) -> bool {
    let with_value = letters
        .iter()
        .position(|letter| WITH_VALUE.contains(letter));
    with_value.is_some_and(|position| position + 1 == letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn the_host_is_the_first_word_that_belongs_to_no_option() {
        for (line, options, command) in [
            ("HOST", "", ""),
            ("HOST ls -l", "", "ls -l"),
            ("-p 22 HOST", "-p 22", ""),
            ("-p22 -vp 22 HOST ls", "-p22 -vp 22", "ls"),
            ("-oPort=22 -o User=a HOST", "-oPort=22 -o User=a", ""),
            (
                "-A -J jump HOST -l alice ls -p",
                "-A -J jump -l alice",
                "ls -p",
            ),
            ("-v -- HOST -- -x", "-v", "-x"),
        ] {
            let expected = SshLine {
                options: words(options),
                host: "HOST".into(),
                command: words(command),
            };
            assert_eq!(SshLine::parse(&words(line)), Some(expected), "{line}");
        }
    }

    #[test]
    fn an_f_among_the_options_means_the_background() {
        for (line, goes) in [
            ("-f HOST", true),
            ("-vnf -p 22 HOST", true),
            ("HOST -fN", true),
            ("-l f -fp 22 HOST", true),
            ("-F f -lf -o f HOST echo -f", false),
            ("-- HOST -- -f", false),
        ] {
            let parsed = SshLine::parse(&words(line)).unwrap();
            assert_eq!(parsed.goes_to_background(), goes, "{line}");
        }
    }

    #[test]
    fn a_line_without_a_host_is_none() {
        for line in ["", "-v", "-p 22", "-p", "-p HOST", "--"] {
            assert_eq!(SshLine::parse(&words(line)), None, "{line}");
        }
    }
}
