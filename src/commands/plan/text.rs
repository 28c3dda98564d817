//! A plan for a person to read.

use std::fmt::Display;

use super::{Call, Report};
use crate::duration::in_words;
use crate::origin::Sourced;
use crate::printable::printable;

/// Rows of `label       value (origin)`, harmless for a terminal.
pub fn of(report: &Report<'_>) -> String {
    let mut rows = vec![
        sourced("profile", report.profile),
        sourced("keys", &report.keys),
        match report.mfa_serial {
            Some(serial) => sourced("MFA device", serial),
            None if report.sources.is_empty() => row("MFA device", "none is needed"),
            None => row("MFA device", "looked up at AWS (not configured)"),
        },
        sourced("region", report.region),
    ];
    rows.extend(
        report
            .endpoint
            .map(|endpoint| sourced("endpoint", endpoint)),
    );
    rows.extend(report.terminal.as_ref().map(|terminal| {
        let (label, value) = terminal.row();
        row(label, value)
    }));
    for (number, call) in (1..).zip(&report.calls) {
        rows.extend(of_call(number, call));
    }
    rows.extend(report.caps.iter().map(|cap| row("cap", cap)));
    let labels = ["codes"].into_iter().chain(std::iter::repeat("else"));
    for (label, source) in labels.zip(&report.sources) {
        rows.push(row(label, format!("{}: {}", source.source, source.needs)));
    }
    rows.iter().map(|row| printable(row) + "\n").collect()
}

fn of_call(number: usize, call: &Call<'_>) -> Vec<String> {
    let code = if call.with_code { ", with a code" } else { "" };
    let what = format!("{}, signed with {}{code}", call.operation, call.signed_with);
    let mut rows = vec![row(&format!("call {number}"), what)];
    let mut part = |name: &str, value: String, origin: &dyn Display| {
        rows.push(row("", format!("{name} {value} ({origin})")));
    };
    if let Some(Sourced { value, origin }) = call.duration_seconds {
        part("for", in_words(*value), origin);
    }
    for (name, value) in [
        ("role", call.role_arn),
        ("session name", call.role_session_name),
        ("external id", call.external_id),
        ("source identity", call.source_identity),
    ] {
        if let Some(Sourced { value, origin }) = value {
            part(name, value.clone(), origin);
        }
    }
    if let Some(Sourced { value, origin }) = call.session_tags {
        let pairs = value.iter().map(|(key, value)| format!("{key}={value}"));
        part("tags", pairs.collect::<Vec<_>>().join(","), origin);
    }
    if let Some(Sourced { value, origin }) = call.transitive_session_tags {
        part("transitive tags", value.join(","), origin);
    }
    rows.extend(call.note.map(|note| row("", note)));
    rows
}

fn sourced(label: &str, Sourced { value, origin }: &Sourced<String>) -> String {
    row(label, format!("{value} ({origin})"))
}

fn row(label: &str, value: impl Display) -> String {
    format!("{label:<11} {value}")
}
