//! Which source gave a code, in words; and what may be wrong where AWS refuses one code after
//! another.

use super::Codes;
use super::time_steps::Computer;
use crate::cli::Source;
use crate::mfa::{CodeOrigin, yubikey};

impl Codes<'_> {
    /// `: the secret in ~/.aws-mfa`, or nothing if the word `source` says it all.
    pub(super) fn name(&self, source: Source) -> String {
        match (source, &self.computer) {
            (Source::File, _) => format!(": {}", self.name_file()),
            (Source::Yubikey, Some(Computer::Account(account))) => {
                format!(": {}", self.name_account(account))
            }
            (Source::Process, _) => format!(": {}", self.name_command()),
            (Source::Prompt | Source::Yubikey, _) => String::new(),
        }
    }

    /// For a person who types them.
    pub(super) fn what_to_check(&self, serial: &str) -> String {
        format!("check that the code is that of {serial}; {}", self.clocks())
    }

    /// Codes that come from no person: the device, the secret or the clock.
    pub(super) fn what_may_be_wrong(&self, serial: &str, origin: CodeOrigin) -> String {
        let source = match (origin, &self.computer) {
            (CodeOrigin::Computed { .. }, Some(Computer::Account(account))) => {
                self.name_account(account)
            }
            (CodeOrigin::Computed { .. }, _) => self.name_file(),
            _ => self.name_command(),
        };
        // Terminals wait for each other's codes only where they compute them.
        let used = match origin {
            CodeOrigin::Process => "; or other terminals used it first",
            _ => "",
        };
        format!(
            "{source} may be that of another device than {serial}{used}; or AWS counts that device \
             out of step (the IAM console resynchronizes it); or a clock is wrong ({})",
            self.clocks()
        )
    }

    fn clocks(&self) -> String {
        self.clock.difference().unwrap_or_else(|| {
            "no difference between this computer's clock and AWS's was seen".to_owned()
        })
    }

    fn name_account(&self, account: &yubikey::Account) -> String {
        let label = account.label();
        match &self.settings.yubikey.account {
            Some(name) => format!("the YubiKey's account {label} (from {})", name.origin),
            None => format!("the YubiKey's account {label} (found by its name)"),
        }
    }

    fn name_file(&self) -> String {
        match &self.settings.secret_file {
            Some(path) => {
                let shown = path.value.display();
                format!("the secret in {shown} (from {})", path.origin)
            }
            None => "the secret in ~/.aws-mfa".to_owned(),
        }
    }

    fn name_command(&self) -> String {
        let origin = self
            .settings
            .process
            .as_ref()
            .map(|command| &command.origin);
        let origin = origin.map_or_else(String::new, |origin| format!(" (from {origin})"));
        format!("the code that mfa_process prints{origin}")
    }
}
