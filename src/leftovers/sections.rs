//! Sessions in the sections of a profile file. Each section is looked at by itself, in the lines as
//! they are: what is not understood there stays.

mod writer;

use std::path::{Path, PathBuf};

use super::end::End;
use super::file::LARGEST;
use super::{Content, Found, Leftover, Section, file, shown};
use crate::environment::Environment;
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
}

/// The two profile files, and which is which.
pub fn profile_files(environment: &Environment) -> Vec<(Kind, PathBuf)> {
    let files = [
        (
            Kind::Credentials,
            "AWS_SHARED_CREDENTIALS_FILE",
            "credentials",
        ),
        (Kind::Config, "AWS_CONFIG_FILE", "config"),
    ];
    let path = |variable, name| {
        let default = || Some(environment.home()?.join(".aws").join(name));
        environment.file_path(variable).or_else(default)
    };
    let found = files.into_iter();
    found
        .filter_map(|(kind, variable, name)| Some((kind, path(variable, name)?)))
        .collect()
}

pub fn search(environment: &Environment, found: &mut Found) {
    let home = environment.home();
    for (kind, path) in profile_files(environment) {
        let Some((bytes, status)) = file::read(&path, LARGEST) else {
            continue;
        };
        for section in sections(&bytes) {
            let recognised = match section.content() {
                Some(Content::Leftover(recognised)) => recognised,
                Some(Content::LongTerm(id)) => {
                    found.long_term.push((id, section.header));
                    continue;
                }
                None => continue,
            };
            found.leftovers.push(Leftover {
                shown: shown(&path, home.as_deref()),
                path: path.clone(),
                section: Some(section.named(kind)),
                recognised,
                file: status,
                kept: status.of_another_user(),
            });
        }
    }
}

/// What a file of sections holds that is not one of the two: a session, if there is nothing else in
/// it. Long-term keys in it win.
pub fn whole_file(bytes: &[u8]) -> Option<Content> {
    let sections = sections(bytes);
    let first =
        lines(bytes).find(|line| !matches!(line.kind(), LineKind::Blank | LineKind::Comment));
    let has_header = first.is_some_and(|line| line.kind() == LineKind::Header);
    let contents = sections.iter().map(|section| (section, section.content()));
    let mut session = None;
    let mut is_all = has_header && sections.len() == 1;
    for (section, content) in contents {
        match content {
            Some(Content::LongTerm(id)) => return Some(Content::LongTerm(id)),
            Some(Content::Leftover(recognised)) => session = Some(recognised),
            None => is_all = false,
        }
        is_all &= section.others().next().is_none() && !section.has_other_lines;
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
                    let (line, key) = (line.number, key.to_lowercase());
                    section.settings.push(Setting { line, key, value });
                }
                _ => section.has_other_lines = true,
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

    fn named(&self, kind: Kind) -> Section {
        let name = Name::read(kind, &self.header).ok();
        Section {
            header: self.header.clone(),
            line: self.line,
            profile: name.and_then(|name| name.profile().map(str::to_owned)),
        }
    }

    /// The value of a setting that stands there once.
    fn get(&self, key: &str) -> Option<&'a str> {
        let mut values = self.settings.iter().filter(|setting| setting.key == key);
        let value = values.next().map(|setting| setting.value);
        value.filter(|value| !value.is_empty() && values.next().is_none())
    }

    /// The settings that no tool wrote along with a session.
    fn others(&self) -> impl Iterator<Item = &Setting<'a>> {
        let is_of_awsume = self.get("manager") == Some("awsume");
        self.settings.iter().filter(move |setting| {
            let is_of_tool = match setting.key.as_str() {
                // `mfa:expiration = …` of mfa-tools.
                "mfa" => setting.value.starts_with("expiration"),
                "region" => is_of_awsume,
                key => OF_SESSIONS.contains(&key),
            };
            !is_of_tool
        })
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

    /// Whether this is the section of a session with this access key.
    pub fn is(&self, header: &str, access_key_id: &str) -> bool {
        self.header == header && self.get("aws_access_key_id") == Some(access_key_id)
    }

    /// The line of the header if nothing in the section is the user's.
    pub fn line_of_whole(&self) -> Option<usize> {
        let is_whole = !self.has_other_lines && self.others().next().is_none();
        is_whole.then_some(self.line)
    }

    /// The lines of the settings that a tool wrote.
    pub fn lines_of_session(&self) -> Vec<usize> {
        let others: Vec<_> = self.others().map(|setting| setting.line).collect();
        let lines = self.settings.iter().map(|setting| setting.line);
        lines.filter(|line| !others.contains(line)).collect()
    }
}

impl<'a> Line<'a> {
    fn setting(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.text?.split_once(['=', ':'])?;
        let (key, value) = (key.trim(), value.trim());
        (!key.is_empty()).then_some((key, value))
    }
}

/// A path's name, for messages and comparison.
pub fn name_of(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    name.unwrap_or_default()
}
