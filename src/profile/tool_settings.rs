//! What a profile says to other tools about connection and output, as the variables that they read.
//! `on` unsets `AWS_PROFILE`, so they read `[default]`, whose endpoints must not get the session of
//! another profile.
//!
//! Each setting has the same rank as a variable as it has in the files: a service's own endpoint
//! first, then the general one. What the terminal itself says is left alone.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::chain::Hop;
use super::network::{Reader, is_true};
use crate::environment::Setting;
use crate::files::place::Place;
use crate::origin::Sourced;

const DEFAULT: &str = "default";

const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";

const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/// See [`read`].
#[derive(Debug, Default)]
pub struct ToolSettings {
    /// The profile's settings that the terminal does not set.
    pub variables: Vec<Setting>,
    /// A setting that no variable can express.
    pub note: Option<String>,
}

/// The settings of the profile, or of its source.
pub fn read(reader: &Reader<'_>) -> Result<ToolSettings> {
    let is_default = reader
        .chain
        .hops
        .first()
        .is_some_and(|hop| hop.name == DEFAULT);
    let default = Hop::find(reader.files, DEFAULT).ok().flatten();
    let mut settings = Settings {
        reader,
        default: default.filter(|_| !is_default),
        found: ToolSettings::default(),
    };
    settings.connection()?;
    settings.endpoints()?;
    if let Some(format) = reader.chain.asked("output") {
        settings.add("AWS_DEFAULT_OUTPUT", &format)?;
    }
    Ok(settings.found)
}

struct Settings<'a> {
    reader: &'a Reader<'a>,
    /// The `[default]` section, which other tools read, unless it is this profile's own.
    default: Option<Hop<'a>>,
    found: ToolSettings,
}

impl Settings<'_> {
    fn add(&mut self, name: &str, setting: &Sourced<&str>) -> Result<()> {
        if setting.value.chars().any(char::is_control) {
            bail!("{} has a control character", setting.origin);
        }
        if self.reader.environment.get(name).is_none() {
            self.found
                .variables
                .extend(Setting::new(name, setting.value));
        }
        Ok(())
    }

    fn connection(&mut self) -> Result<()> {
        let Reader {
            chain, environment, ..
        } = self.reader;
        if let Some(path) = chain.inherited("ca_bundle") {
            // Tools use the path unchanged, and may start in another directory.
            let expanded = environment.expand(PathBuf::from(path.value));
            let absolute = std::path::absolute(&expanded).unwrap_or(expanded);
            if let Some(absolute) = absolute.to_str() {
                self.add("AWS_CA_BUNDLE", &Sourced::new(absolute, path.origin))?;
            }
        }
        for (variable, key) in [
            ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        ] {
            let of_default = self.default.as_ref().and_then(|default| default.get(key));
            let opposite = of_default.filter(|setting| is_true(setting.value));
            let own = chain.inherited(key).map(|own| own.map(is_true));
            if let Some(own) = own.or(opposite.map(|setting| setting.map(|_| false))) {
                let value = if own.value { "true" } else { "false" };
                self.add(variable, &own.map(|_| value))?;
            }
        }
        Ok(())
    }

    fn endpoints(&mut self) -> Result<()> {
        let key = "ignore_configured_endpoint_urls";
        let ignores = self.reader.is_true(IGNORE, key)?;
        if !ignores {
            self.own_endpoints()?;
        }
        let captured = self.endpoint_of_default().filter(|_| !ignores);
        if self.is_set(IGNORE) {
            return Ok(());
        }
        if captured.is_none() && !ignores {
            if self.default_ignores() && self.own_endpoint().is_some() {
                self.found.variables.extend(Setting::new(IGNORE, "false"));
            }
            return Ok(());
        }
        if let Some(captured) = captured
            && let Some(own) = self.own_endpoint()
        {
            self.found.note = Some(format!(
                "{} would get this session's requests, so awsmfa tells tools to ignore all configured \
                 endpoints, including {}",
                captured.origin, own.name
            ));
        }
        self.found.variables.extend(Setting::new(IGNORE, "true"));
        Ok(())
    }

    /// A general endpoint of the terminal's beats a service's own of the profile.
    fn own_endpoints(&mut self) -> Result<()> {
        let reader = self.reader;
        if reader.environment.get(ENDPOINT_URL).is_some() {
            return Ok(());
        }
        for (name, url) in services(reader.services()?) {
            self.add(&name, &url)?;
        }
        match reader.chain.inherited("endpoint_url") {
            Some(url) => self.add(ENDPOINT_URL, &url),
            None => Ok(()),
        }
    }

    /// An endpoint of `[default]` that requests with this session would go to.
    fn endpoint_of_default(&self) -> Option<Sourced<&str>> {
        let default = self.default.as_ref()?;
        let is_ignored = self.default_ignores() && self.own_endpoint().is_none();
        if self.is_set(ENDPOINT_URL) || is_ignored {
            return None;
        }
        let section = default.get("services");
        let section = section.and_then(|name| self.reader.files.services(name.value));
        let of_service = services(section).find(|(name, _)| !self.is_set(name));
        default
            .get("endpoint_url")
            .or(of_service.map(|(_, url)| url))
    }

    /// Whether a switch of `[default]` makes tools ignore configured endpoints: also the profile's.
    fn default_ignores(&self) -> bool {
        let key = "ignore_configured_endpoint_urls";
        let ignores = self.default.as_ref().and_then(|default| default.get(key));
        ignores.is_some_and(|ignores| is_true(ignores.value))
    }

    /// An endpoint that the profile itself sets.
    fn own_endpoint(&self) -> Option<&Setting> {
        let mut settings = self.found.variables.iter();
        settings.find(|setting| setting.name.starts_with(ENDPOINT_URL))
    }

    fn is_set(&self, name: &str) -> bool {
        let found = self
            .found
            .variables
            .iter()
            .any(|setting| setting.name == name);
        found || self.reader.environment.get(name).is_some()
    }
}

/// The endpoints of a `services` section, by the variable that says the same.
fn services(section: Option<Place<'_>>) -> impl Iterator<Item = (String, Sourced<&str>)> {
    let nested = section.map(|section| section.all_nested("endpoint_url"));
    nested.into_iter().flatten().map(|(service, url)| {
        let name = format!("{ENDPOINT_URL}_{}", service.to_uppercase());
        (name, url)
    })
}
