//! A plan for a person to read.

use std::fmt::Display;

use super::{Call, Report, Value};
use crate::duration::in_words;
use crate::printable::printable;

/// Rows of `label       value (origin)`, harmless for a terminal.
pub fn of(report: &Report) -> String {
    let mut lines = vec![
        row("profile", &report.profile),
        row("keys", &report.keys),
        match &report.mfa_serial {
            Some(serial) => row("MFA device", serial),
            None if report.sources.is_empty() => line("MFA device", "none is needed", ""),
            None => line("MFA device", "AWS is asked", "nobody names it"),
        },
        row("region", &report.region),
    ];
    lines.extend(
        report
            .endpoint
            .iter()
            .map(|endpoint| row("endpoint", endpoint)),
    );
    if let Some(terminal) = &report.terminal {
        let (label, value) = terminal.row();
        lines.push(line(label, &value, ""));
    }
    for (index, call) in report.calls.iter().enumerate() {
        lines.extend(call_lines(index + 1, call));
    }
    lines.extend(report.caps.iter().map(|cap| line("cap", cap, "")));
    for (index, source) in report.sources.iter().enumerate() {
        let label = if index == 0 { "codes" } else { "else" };
        lines.push(line(
            label,
            &format!("{}: {}", source.source, source.needs),
            "",
        ));
    }
    let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
    lines.join("\n") + "\n"
}

fn call_lines(number: usize, call: &Call) -> Vec<String> {
    let code = if call.with_code { ", with a code" } else { "" };
    let what = format!("{}, signed with {}{code}", call.operation, call.signed_with);
    let mut lines = vec![line(&format!("call {number}"), &what, "")];
    let part = |name: &str, value: &dyn Display, origin: &str| {
        line("", &format!("{name} {value}"), origin)
    };
    if let Some(seconds) = &call.duration_seconds {
        lines.push(part("for", &in_words(seconds.value), &seconds.origin));
    }
    for (name, value) in [
        ("role", &call.role_arn),
        ("session name", &call.role_session_name),
        ("external id", &call.external_id),
        ("source identity", &call.source_identity),
    ] {
        lines.extend(
            value
                .iter()
                .map(|value| part(name, &value.value, &value.origin)),
        );
    }
    if let Some(tags) = &call.session_tags {
        let pairs: Vec<_> = tags
            .value
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        lines.push(part("tags", &pairs.join(","), &tags.origin));
    }
    if let Some(keys) = &call.transitive_session_tags {
        lines.push(part("transitive tags", &keys.value.join(","), &keys.origin));
    }
    lines.extend(call.note.map(|note| line("", note, "")));
    lines
}

fn row(label: &str, value: &Value<String>) -> String {
    line(label, &value.value, &value.origin)
}

/// `label       value (origin)`.
fn line(label: &str, value: &str, origin: &str) -> String {
    match origin {
        "" => format!("{label:<11} {value}"),
        origin => format!("{label:<11} {value} ({origin})"),
    }
}
