//! A list to choose from, filtered as one types, on one line of the terminal. What is shown is for
//! [`super::pick`] to write.

use std::cmp::Reverse;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::keys::Key;
use crate::printable::printable;

/// The names, and what has been typed.
pub struct List<'a> {
    question: &'a str,
    names: &'a [String],
    filter: String,
    /// Which of the matching names Enter takes.
    selected: usize,
}

/// What a key comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Open,
    /// The index of a name.
    Chosen(usize),
    /// Nothing is chosen.
    Ended,
}

/// A line, and its beginning that ends where the cursor belongs.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    pub line: String,
    pub before_cursor: String,
}

impl<'a> List<'a> {
    pub fn new(question: &'a str, names: &'a [String]) -> Self {
        Self {
            question,
            names,
            filter: String::new(),
            selected: 0,
        }
    }

    pub fn press(&mut self, key: Key) -> Outcome {
        let matching = self.matching();
        let count = matching.len().max(1);
        match key {
            Key::Enter => {
                let chosen = matching.get(self.selected);
                return chosen.map_or(Outcome::Open, |index| Outcome::Chosen(*index));
            }
            Key::End => return Outcome::Ended,
            Key::Next => self.selected = (self.selected + 1) % count,
            Key::Previous => self.selected = (self.selected + count - 1) % count,
            Key::Character(character) => self.change(|filter| filter.push(character)),
            Key::Erase => self.change(|filter| {
                filter.pop();
            }),
            Key::Clear => self.change(String::clear),
        }
        Outcome::Open
    }

    fn change(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.filter);
        self.selected = 0;
    }

    /// The names that have every word of the filter in them, whatever the case: first the one that
    /// is the filter, then those that begin with it.
    fn matching(&self) -> Vec<usize> {
        let filter = self.filter.trim().to_lowercase();
        let indexed = self.names.iter().enumerate();
        let lower = indexed.map(|(index, name)| (index, name.to_lowercase()));
        let mut matching: Vec<_> = lower
            .filter(|(_, name)| filter.split_whitespace().all(|word| name.contains(word)))
            .collect();
        // Sorting keeps the order of equals.
        matching.sort_by_key(|(index, name)| {
            let is_typed = self.names[*index] == self.filter.trim();
            Reverse((is_typed, *name == filter, name.starts_with(&filter)))
        });
        matching.into_iter().map(|(index, _)| index).collect()
    }

    /// The question with the name that was chosen.
    pub fn answer(&self, index: usize) -> String {
        format!("{}{}", self.question, self.names[index])
    }

    /// What fits into `columns`. The last one stays free: some terminals go to the next line there.
    pub fn view(&self, columns: usize) -> View {
        let room = columns.saturating_sub(1);
        let names = self.shown();
        let selected = names.first().map_or(0, |name| name.width());
        let filter = printable(&self.filter);
        let befores = [format!("{}{filter}", self.question), filter];
        let fits = |before: &String| before.width() + GAP.len() + selected <= room;
        let before = befores.into_iter().find(fits).unwrap_or_default();
        let gap = if before.is_empty() { "" } else { GAP };
        let names = joined(&names, room.saturating_sub(before.width() + gap.len()));
        View {
            line: fitting(&format!("{before}{gap}{names}"), room),
            before_cursor: before,
        }
    }

    /// The matching names from the selected one on.
    fn shown(&self) -> Vec<String> {
        let matching = self.matching();
        let (before, after) = matching.split_at(self.selected.min(matching.len()));
        let indices = after.iter().chain(before);
        let mut names: Vec<_> = indices
            .map(|index| printable(&self.names[*index]))
            .collect();
        match names.first_mut() {
            Some(selected) => *selected = format!("[{selected}]"),
            None => names.push("no such profile".to_owned()),
        }
        names
    }
}

/// Between what is typed and the names.
const GAP: &str = "  ";

/// In place of the names that do not fit.
const MORE: &str = " | ..";

/// The first name, and as many whole ones after it as fit.
fn joined(names: &[String], room: usize) -> String {
    let Some((first, rest)) = names.split_first() else {
        return String::new();
    };
    let mut text = first.clone();
    for (index, name) in rest.iter().enumerate() {
        let end = if index + 1 == rest.len() { "" } else { MORE };
        let longer = format!("{text} | {name}");
        if longer.width() + end.len() > room {
            let more = Some(MORE).filter(|more| text.width() + more.len() <= room);
            return text + more.unwrap_or_default();
        }
        text = longer;
    }
    text
}

/// As much of `text` as fits, with dots in place of the rest.
fn fitting(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(2);
    let mut kept: String = text
        .chars()
        .take_while(|character| {
            let width = character.width().unwrap_or_default();
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect();
    kept.push_str(&"..".chars().take(room).collect::<String>());
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn typed<'a>(names: &'a [String], text: &str) -> List<'a> {
        let mut list = List::new("profile: ", names);
        for character in text.chars() {
            let key = match character {
                '>' => Key::Next,
                '<' => Key::Previous,
                '^' => Key::Erase,
                other => Key::Character(other),
            };
            assert_eq!(list.press(key), Outcome::Open);
        }
        list
    }

    #[test]
    fn the_nearest_name_comes_first() {
        let names = names("a-dev,dev-admin,dev,DEV,prod");
        for (text, line) in [
            ("", "profile:   [a-dev] | dev-admin | dev | DEV | prod"),
            ("dev", "profile: dev  [dev] | DEV | dev-admin | a-dev"),
            ("DEV", "profile: DEV  [DEV] | dev | dev-admin | a-dev"),
            ("dev>", "profile: dev  [DEV] | dev-admin | a-dev | dev"),
            ("dev<", "profile: dev  [a-dev] | dev | DEV | dev-admin"),
            ("min dev", "profile: min dev  [dev-admin]"),
            ("devx", "profile: devx  no such profile"),
            ("devx^^^p", "profile: dp  no such profile"),
            (">>>>>", "profile:   [a-dev] | dev-admin | dev | DEV | prod"),
        ] {
            assert_eq!(typed(&names, text).view(200).line, line, "{text}");
        }
        assert_eq!(typed(&names, "pr").press(Key::Enter), Outcome::Chosen(4));
        assert_eq!(typed(&names, "x>").press(Key::Enter), Outcome::Open);
        assert_eq!(typed(&names, "x").press(Key::End), Outcome::Ended);
    }

    #[test]
    fn a_narrow_line_shows_the_selected_name_first() {
        let names = names("development,production");
        for (columns, before, line) in [
            (30, "profile: dev", "profile: dev  [development]"),
            (24, "dev", "dev  [development]"),
            (14, "", "[development]"),
            (10, "", "[develo.."),
            (3, "", ".."),
            (1, "", ""),
            (0, "", ""),
        ] {
            let view = typed(&names, "dev").view(columns);
            assert_eq!(
                (view.before_cursor.as_str(), view.line.as_str()),
                (before, line)
            );
        }
    }

    proptest! {
        #[test]
        fn no_name_steers_the_terminal_or_leaves_the_line(
            names in prop::collection::vec("[a-c]{1,3}|\\PC{1,9}|[\u{0}-\u{20}\u{80}-\u{a0}\u{200b}-\u{202e}]{1,4}", 1..9),
            text in "[a-c<>^]{0,4}|\\PC{0,3}",
            columns in 0..60_usize,
        ) {
            let view = typed(&names, &text).view(columns);
            prop_assert!(view.line.width() < columns.max(1), "{view:?}");
            prop_assert!(view.line.starts_with(&view.before_cursor), "{view:?}");
            prop_assert!(!view.line.contains(crate::printable::is_harmful), "{view:?}");
        }
    }
}
