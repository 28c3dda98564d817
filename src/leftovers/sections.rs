//! Sessions in the sections of a file. Each section is looked at by itself, in the lines as
//! they are: what is not understood there stays.

mod writer;

use super::end::End;
use super::{Content, Recognised, Section};
use crate::files::header::{Kind, Name};
use crate::files::lines::{Line, LineKind, lines};
use crate::secret::Secret;

/// What tools write beside a session's keys; [`writer`] tells which tool. Other settings are the
/// user's.
const OF_SESSIONS: [&str; 14] = [
    "assumed_role",
    "assumed_role_arn",
    "autoawsume",
    "aws_access_key_id",
    "aws_credential_expiration",
    "aws_expiration",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_expiration",
    "aws_session_token",
    "expiration",
    "manager",
    "x_principal_arn",
    "x_security_token_expires",
];

/// A section as it stands in the file.
pub struct SectionLines<'a> {
    header: String,
    line: usize,
    settings: Vec<Setting<'a>>,
    /// Whether there is a line that is no setting, or one that is indented.
    has_other_lines: bool,
}

struct Setting<'a> {
    line: usize,
    /// In lower case.
    key: String,
    value: &'a str,
    /// Whether an indented line goes on with the value: then it is not what this line says.
    is_continued: bool,
}

/// What a file of sections holds that is not one of the two: sessions, if there is nothing else in it,
/// which end with the last of them. Long-term keys in it win.
pub fn whole_file(bytes: &[u8]) -> Option<Content> {
    let sections = sections(bytes);
    let is_blank = |line: &Line<'_>| matches!(line.kind(), LineKind::Blank | LineKind::Comment);
    let first = lines(bytes).find(|line| !is_blank(line));
    let mut is_all = first.is_some_and(|line| line.kind() == LineKind::Header);
    let mut session: Option<Recognised> = None;
    for section in &sections {
        is_all &= section.line_of_whole().is_some();
        match (section.content(), session.take()) {
            (Some(Content::LongTerm(id)), _) => return Some(Content::LongTerm(id)),
            (Some(Content::Leftover(first)), None) => session = Some(first),
            (Some(Content::Leftover(next)), Some(former)) => session = Some(former.and(&next)),
            (None, former) => (is_all, session) = (false, former),
        }
    }
    session.filter(|_| is_all).map(Content::Leftover)
}

/// Every section, in the order of the file.
pub fn sections(bytes: &[u8]) -> Vec<SectionLines<'_>> {
    let mut sections: Vec<SectionLines<'_>> = Vec::new();
    // Of the last setting.
    let mut indent = None;
    for line in lines(bytes) {
        match (line.kind(), sections.last_mut()) {
            (LineKind::Header, _) => {
                indent = None;
                sections.push(SectionLines::beginning(&line));
            }
            (LineKind::Content, Some(section)) => match line.setting() {
                Some((key, value)) if indent.is_none_or(|indent| line.indent() <= indent) => {
                    indent = Some(line.indent());
                    section.settings.push(Setting {
                        line: line.number,
                        key: key.to_lowercase(),
                        value,
                        is_continued: false,
                    });
                }
                _ => section.goes_on(),
            },
            _ => {}
        }
    }
    sections
}

impl<'a> SectionLines<'a> {
    fn beginning(line: &Line<'a>) -> Self {
        let text = line.text.unwrap_or_default().trim();
        let end = text.rfind(']').unwrap_or(text.len());
        Self {
            header: text.get(1..end).unwrap_or_default().to_owned(),
            line: line.number,
            settings: Vec::new(),
            has_other_lines: false,
        }
    }

    /// Its name, and the profile that it is in a file of this kind.
    pub fn named(&self, kind: Kind) -> Section {
        let name = Name::read(kind, &self.header).ok();
        Section {
            header: self.header.clone(),
            line: self.line,
            profile: name.and_then(|name| name.profile().map(str::to_owned)),
        }
    }

    /// A line that is no setting of its own.
    fn goes_on(&mut self) {
        self.has_other_lines = true;
        if let Some(setting) = self.settings.last_mut() {
            setting.is_continued = true;
        }
    }

    /// The value of a setting that stands there once, in one line.
    fn get(&self, key: &str) -> Option<&'a str> {
        let mut settings = self.settings.iter().filter(|setting| setting.key == key);
        let setting = settings.next().filter(|setting| !setting.is_continued)?;
        let is_only = settings.next().is_none();
        Some(setting.value).filter(|value| is_only && !value.is_empty())
    }

    /// Tells whether a tool wrote a setting along with a session.
    fn is_of_session(&self) -> impl Fn(&Setting<'a>) -> bool {
        let is_of_awsume = self.get("manager") == Some("awsume");
        move |setting| match setting.key.as_str() {
            _ if setting.is_continued => false,
            // `mfa:expiration = …` of mfa-tools.
            "mfa" => setting.value.starts_with("expiration"),
            "awsumepy_command" | "region" | "source_expiration" => is_of_awsume,
            key => OF_SESSIONS.contains(&key),
        }
    }

    pub fn content(&self) -> Option<Content> {
        let secret = |key| Some(Secret::new(self.get(key)?.to_owned()));
        let (what, end) = writer::of(self);
        Content::of_keys(
            what,
            self.get("aws_access_key_id")?,
            secret("aws_secret_access_key")?,
            secret("aws_session_token").or_else(|| secret("aws_security_token")),
            end.unwrap_or(End::Unknown),
        )
    }

    /// What tells it from other sections: its header and the id of its access key.
    pub fn identity(&self) -> Option<(&str, &'a str)> {
        Some((&self.header, self.get("aws_access_key_id")?))
    }

    /// The line of the header if nothing in the section is the user's.
    pub fn line_of_whole(&self) -> Option<usize> {
        let is_whole = !self.has_other_lines && self.settings.iter().all(self.is_of_session());
        is_whole.then_some(self.line)
    }

    /// The lines of the settings that a tool wrote.
    pub fn lines_of_session(&self) -> impl Iterator<Item = usize> {
        let is_of_session = self.is_of_session();
        let settings = self
            .settings
            .iter()
            .filter(move |setting| is_of_session(setting));
        settings.map(|setting| setting.line)
    }
}

impl<'a> Line<'a> {
    fn setting(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.text?.split_once(['=', ':'])?;
        let (key, value) = (key.trim(), value.trim());
        (!key.is_empty()).then_some((key, value))
    }
}
