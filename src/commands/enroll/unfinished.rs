//! What exists if an enrolment ends before it is done: an error, Ctrl-C.

use shell_escape::escape;

use crate::message::Messages;

/// Says when it is dropped what exists at AWS and where the secret is, and which command goes on or
/// cleans up.
pub struct Unfinished<'a> {
    messages: &'a Messages,
    pub user: &'a str,
    pub serial: String,
    /// The secret's place, in words.
    pub place: String,
    /// The lines of the profile that a login with the device needs.
    pub lines: String,
    /// Whether a second run goes on with this device.
    pub is_resumed: bool,
    pub stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// AWS may have created the device.
    Asked,
    /// The device exists, and only this process knows its secret.
    Created,
    /// The secret is where it belongs.
    Stored,
    /// The user has the device.
    Enabled,
    /// There is nothing to say.
    Over,
}

impl<'a> Unfinished<'a> {
    pub fn new(messages: &'a Messages, user: &'a str, serial: String) -> Self {
        Self {
            messages,
            user,
            serial,
            place: String::new(),
            lines: String::new(),
            is_resumed: false,
            stage: Stage::Over,
        }
    }

    /// What exists.
    fn remains(&self) -> String {
        let Self {
            user,
            serial,
            place,
            ..
        } = self;
        let device = serial.rsplit(':').next().unwrap_or_default();
        match self.stage {
            Stage::Asked => format!(
                "the MFA device {device} may exist at AWS now; if it does, it is useless, because \
                 nobody has its secret"
            ),
            Stage::Created => format!(
                "the MFA device {serial} exists at AWS, and is useless, because its secret was not \
                 stored"
            ),
            Stage::Stored => format!(
                "the MFA device {serial} exists at AWS, not enabled; its secret is in {place}"
            ),
            Stage::Enabled | Stage::Over => {
                format!("the MFA device {serial} is enabled for {user}; its secret is in {place}")
            }
        }
    }

    /// What goes on or cleans up.
    fn todo(&self) -> String {
        let Self {
            user,
            serial,
            place,
            ..
        } = self;
        let again = "to go on, run the command again";
        let clean_up = deletion(serial);
        match self.stage {
            Stage::Asked => {
                format!("{again}: it takes another name if it has to; to clean up: {clean_up}")
            }
            Stage::Created => format!("{again}: it takes another name; to clean up: {clean_up}"),
            Stage::Stored if self.is_resumed => {
                format!("{again}; to start over: {clean_up}, then remove {place}")
            }
            Stage::Enabled if self.is_resumed => again.to_owned(),
            Stage::Stored => format!(
                "to go on, with two codes that follow each other: aws iam enable-mfa-device \
                 --user-name {user} --serial-number {serial} --authentication-code1 CODE \
                 --authentication-code2 NEXT; to clean up: {clean_up}"
            ),
            Stage::Enabled | Stage::Over => {
                let lines = self.lines.trim_end().replace('\n', " and ");
                format!("to log in with it, set {lines} in the profile")
            }
        }
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if self.stage != Stage::Over {
            self.messages.failure(&self.remains());
            self.messages.failure(&self.todo());
        }
    }
}

/// The command that deletes a device which belongs to nobody.
pub fn deletion(serial: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_+=/:,.@-".contains(letter);
    let word = if serial.chars().all(is_plain) {
        serial.into()
    } else {
        escape(serial.into())
    };
    format!("aws iam delete-virtual-mfa-device --serial-number {word}")
}
