//! What is typed on a terminal that gives every key at once, from its bytes.

/// A key that means something in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Not a control character.
    Character(char),
    /// Backspace.
    Erase,
    /// Ctrl-U.
    Clear,
    /// Tab, down, right, Ctrl-N.
    Next,
    /// Shift-Tab, up, left, Ctrl-P.
    Previous,
    Enter,
    /// Ctrl-D.
    End,
}

/// Bytes that are the beginning of a key.
#[derive(Default)]
pub struct Keys(Vec<u8>);

/// No key sends more.
const LONGEST: usize = 16;

impl Keys {
    /// The key that `byte` completes; keys without a meaning are nothing.
    pub fn push(&mut self, byte: u8) -> Option<Key> {
        self.0.push(byte);
        let is_first = self.0.len() == 1;
        let key = match byte {
            b'\r' | b'\n' if is_first => Some(Key::Enter),
            b'\t' | 0x0e if is_first => Some(Key::Next),
            0x10 if is_first => Some(Key::Previous),
            0x08 | 0x7f if is_first => Some(Key::Erase),
            0x15 if is_first => Some(Key::Clear),
            0x04 if is_first => Some(Key::End),
            _ if self.is_beginning() => return None,
            _ => self.of_several(),
        };
        self.0.clear();
        key
    }

    /// Nothing has followed for a while: the key Esc was no beginning of another.
    pub fn pause(&mut self) {
        self.0.clear();
    }

    fn is_beginning(&self) -> bool {
        let is_text = str::from_utf8(&self.0).is_err_and(|error| error.error_len().is_none());
        let is_sequence = match self.0[..] {
            [0x1b] | [0x1b, b'[' | b'O'] => true,
            [0x1b, b'[', .., last] => matches!(last, b'0'..=b'9' | b';'),
            _ => false,
        };
        (is_text || is_sequence) && self.0.len() < LONGEST
    }

    /// The arrows (in both modes of a terminal), Shift-Tab, and text.
    fn of_several(&self) -> Option<Key> {
        match self.0[..] {
            [0x1b, b'[' | b'O', b'A' | b'D' | b'Z'] => Some(Key::Previous),
            [0x1b, b'[' | b'O', b'B' | b'C'] => Some(Key::Next),
            _ => {
                let character = str::from_utf8(&self.0).ok()?.chars().next()?;
                (!character.is_control()).then_some(Key::Character(character))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        bytes.iter().filter_map(|byte| keys.push(*byte)).collect()
    }

    #[test]
    fn keys_are_told_from_their_bytes() {
        use Key::{Character, Clear, End, Enter, Erase, Next, Previous};
        for (bytes, expected) in [
            (&b"a\r"[..], &[Character('a'), Enter][..]),
            ("é日".as_bytes(), &[Character('é'), Character('日')]),
            (b"\t\x1b[B\x1bOB\x1b[C\x0e", &[Next; 5]),
            (b"\x1b[Z\x1b[A\x1bOA\x1b[D\x10", &[Previous; 5]),
            (b"\x08\x7f\x15\x04", &[Erase, Erase, Clear, End]),
            // Delete, F5, Alt-x, Ctrl-L, and bytes that are no text.
            (b"\x1b[3~\x1b[15~\x1bx\x0c\xff\xfea", &[Character('a')]),
            ("\u{9b}b".as_bytes(), &[Character('b')]),
        ] {
            assert_eq!(typed(bytes), expected, "{bytes:?}");
        }
        let mut keys = Keys::default();
        assert_eq!(keys.push(0x1b), None);
        keys.pause();
        assert_eq!(keys.push(b'['), Some(Character('[')), "after a lone Esc");
    }
}
