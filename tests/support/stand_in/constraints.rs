//! Parameter validation in AWS's own words (`1 validation error detected: Value '…' at …`).

use super::errors::Refusal;

/// The parameters of one request, and what is wrong with them so far.
pub struct Parameters<'a> {
    all: &'a [(String, String)],
    wrong: Vec<String>,
}

impl<'a> Parameters<'a> {
    pub fn new(all: &'a [(String, String)]) -> Self {
        Self {
            all,
            wrong: Vec::new(),
        }
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// `length` in characters; `pattern` as AWS prints it, `allowed` its meaning.
    pub fn text(
        &mut self,
        name: &str,
        length: (usize, usize),
        (pattern, allowed): (&str, fn(char) -> bool),
    ) -> Option<&'a str> {
        let value = self.get(name)?;
        let count = value.chars().count();
        if count < length.0 {
            self.complain(
                name,
                value,
                &format!(
                    "Member must have length greater than or equal to {}",
                    length.0
                ),
            );
        }
        if count > length.1 {
            self.complain(
                name,
                value,
                &format!("Member must have length less than or equal to {}", length.1),
            );
        }
        if !value.chars().all(allowed) {
            self.complain(
                name,
                value,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
        Some(value)
    }

    pub fn required(&mut self, name: &str) {
        if self.get(name).is_none() {
            let member = member(name);
            self.wrong.push(format!(
                "Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ));
        }
    }

    /// `DurationSeconds` between the limits, or the default.
    pub fn duration(&mut self, limits: (u64, u64), default: u64) -> Result<u64, Refusal> {
        let Some(text) = self.get("DurationSeconds") else {
            return Ok(default);
        };
        let value: u64 = text.parse().map_err(|_| {
            Refusal::new(
                400,
                "MalformedInput",
                format!("Invalid value for DurationSeconds: {text}"),
            )
        })?;
        if value < limits.0 {
            self.complain(
                "DurationSeconds",
                text,
                &format!(
                    "Member must have value greater than or equal to {}",
                    limits.0
                ),
            );
        }
        if value > limits.1 {
            self.complain(
                "DurationSeconds",
                text,
                &format!("Member must have value less than or equal to {}", limits.1),
            );
        }
        Ok(value)
    }

    /// `SerialNumber` and `TokenCode`: both or neither.
    pub fn mfa(&mut self) -> Option<(&'a str, &'a str)> {
        let serial = self.text("SerialNumber", (9, 256), (r"[\w+=/:,.@-]*", is_arn_letter));
        let code = self.text(
            "TokenCode",
            (6, 6),
            (r"[\d]*", |letter| letter.is_ascii_digit()),
        );
        (serial.is_some() || code.is_some())
            .then(|| (serial.unwrap_or_default(), code.unwrap_or_default()))
    }

    fn complain(&mut self, name: &str, value: &str, constraint: &str) {
        let member = member(name);
        self.wrong.push(format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ));
    }

    pub fn check(&self) -> Result<(), Refusal> {
        let count = self.wrong.len();
        let noun = if count == 1 { "error" } else { "errors" };
        if count == 0 {
            return Ok(());
        }
        let list = self.wrong.join("; ");
        Err(Refusal::validation(format!(
            "{count} validation {noun} detected: {list}"
        )))
    }
}

/// `[\w+=/:,.@-]`
pub fn is_arn_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_+=/:,.@-".contains(letter)
}

/// `[\w+=,.@-]`
pub fn is_name_letter(letter: char) -> bool {
    is_arn_letter(letter) && !"/:".contains(letter)
}

/// `TokenCode` as AWS's messages call it: `tokenCode`.
fn member(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_lowercase() + rest
}
