//! A line of bash up to the cursor: its words, and how to quote a candidate there.
//!
//! bash itself hands over words that are split at `=` and `:`, and puts a candidate onto the line
//! as it is, so the line is read here and the candidate quoted.

/// The words of a line, unquoted.
pub struct Line {
    pub words: Vec<String>,
    /// The last word as it was typed.
    typed: String,
    open: Option<char>,
}

impl Line {
    pub fn read(text: &str) -> Self {
        let (mut words, mut word, mut typed) = (Vec::new(), String::new(), String::new());
        let mut open = None;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if open.is_none() && character.is_whitespace() {
                if !typed.is_empty() {
                    words.push(std::mem::take(&mut word));
                    typed.clear();
                }
                continue;
            }
            typed.push(character);
            match (open, character) {
                (None, '\'' | '"') => open = Some(character),
                (Some(quote), _) if quote == character => open = None,
                (None | Some('"'), '\\') => {
                    let next = characters.next();
                    typed.extend(next);
                    let stays = open.is_some() && !next.is_some_and(|next| "$`\"\\".contains(next));
                    word.extend(stays.then_some('\\'));
                    word.extend(next);
                }
                _ => word.push(character),
            }
        }
        words.push(word);
        Self { words, typed, open }
    }

    /// What takes the place of `replaced`, the end of the last word that bash replaces. `None` if
    /// the value cannot be written there.
    pub fn write(&self, value: &str, replaced: &str) -> Option<String> {
        let kept = self.typed.strip_suffix(replaced).unwrap_or_default();
        let kept = Self::read(kept).words.pop().unwrap_or_default();
        let rest = value.strip_prefix(kept.as_str())?;
        match self.open {
            Some('\'') => Some(rest.replace('\'', r"'\''")),
            // Nothing keeps the history's `!` out of double quotes.
            Some(_) if rest.contains('!') => None,
            Some(_) => Some(escaped(rest, |c| "$`\"\\".contains(c))),
            None => {
                // A home directory that is not quoted stays so.
                let is_home = self.typed.starts_with("~/") && rest.starts_with("~/");
                let (home, rest) = rest.split_at(if is_home { 2 } else { 0 });
                Some(home.to_owned() + &escaped(rest, |c| !is_plain(c)))
            }
        }
    }
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "-_./@+=:,%".contains(character)
}

fn escaped(text: &str, is_special: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if is_special(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_written_as_the_line_needs_it() {
        for (line, replaced, value, written) in [
            ("awsmfa env x", "x", "x;touch P", Some(r"x\;touch\ P")),
            ("awsmfa env $", "$", "$(touch P)", Some(r"\$\(touch\ P\)")),
            (
                r"awsmfa env two\ w",
                r"two\ w",
                "two words",
                Some(r"two\ words"),
            ),
            ("awsmfa env 'two w", "two w", "two words", Some("two words")),
            ("awsmfa env 'al", "al", "al's", Some(r"al'\''s")),
            ("awsmfa env \"al", "al", "al\"$x", Some(r#"al\"\$x"#)),
            ("awsmfa env \"al", "al", "al!x", None),
            ("awsmfa env a:b", "b", "a:bc d", Some(r"bc\ d")),
            ("awsmfa env --shell=zs", "zs", "--shell=zsh", Some("zsh")),
            (r"awsmfa env a\ b:c", "c", "a b:cd", Some("cd")),
            ("awsmfa env ", "", "it's", Some(r"it\'s")),
            ("awsmfa env ", "", "~x", Some(r"\~x")),
            ("awsmfa env ~/x", "~/x", "~/x y", Some(r"~/x\ y")),
            (r"awsmfa env \~/x", r"\~/x", "~/x y", Some(r"\~/x\ y")),
            ("awsmfa env ~/a:x", "x", "~/a:x~/y", Some(r"x\~/y")),
        ] {
            let found = Line::read(line).write(value, replaced);
            assert_eq!(found.as_deref(), written, "{line}");
        }
        let words = Line::read(r#"a 'b c' "d\"e"  f\ g -- "#).words;
        assert_eq!(words, ["a", "b c", "d\"e", "f g", "--", ""]);
    }
}
