//! What a profile says to other tools about connection and output, as the variables that they read.
//! `on` unsets `AWS_PROFILE`, so they read `[default]`, whose endpoints must not get the session of
//! another profile.
//!
//! Each setting has the same rank as a variable as it has in the files: a service's own endpoint
//! first, then the general one. What the terminal itself says is left alone.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::network::{self, is_true};
use super::settings::{DUALSTACK, FIPS, IGNORE_ENDPOINT_URLS, Settings};
use crate::environment::Setting;
use crate::files::conventions::ProfileSections;
use crate::files::section::Section;
use crate::origin::Sourced;

const DEFAULT: &str = "default";

const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";

const IGNORE: &str = IGNORE_ENDPOINT_URLS.variables[0];

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct ToolSettings {
    /// The profile's settings that the terminal does not set.
    pub variables: Vec<Setting>,
    /// A setting that no variable can express.
    pub note: Option<String>,
}

impl ToolSettings {
    /// The settings of the profile, or of its source.
    pub fn read(settings: &Settings<'_>) -> Result<Self> {
        let mut asked = settings.profiles.iter().take(1);
        let is_default = asked.any(|profile| profile.name == DEFAULT);
        let default = ProfileSections::find(settings.files, DEFAULT)
            .ok()
            .flatten();
        let mut collector = Collector {
            settings,
            default: default.filter(|_| !is_default),
            variables: Vec::new(),
        };
        collector.add_connection()?;
        let note = collector.add_endpoints()?;
        if let Some(format) = settings.of_asked_profile().inherited("output") {
            collector.add("AWS_DEFAULT_OUTPUT", &format)?;
        }
        let variables = collector.variables;
        Ok(Self { variables, note })
    }
}

/// What has been found so far.
struct Collector<'a> {
    settings: &'a Settings<'a>,
    /// The `[default]` section, which other tools read, unless it is this profile's own.
    default: Option<ProfileSections<'a>>,
    variables: Vec<Setting>,
}

impl Collector<'_> {
    fn add(&mut self, name: &str, setting: &Sourced<&str>) -> Result<()> {
        if setting.value.chars().any(char::is_control) {
            bail!("{} has a control character", setting.origin);
        }
        if !self.is_set(name) {
            self.variables.extend(Setting::new(name, setting.value));
        }
        Ok(())
    }

    fn is_set(&self, name: &str) -> bool {
        let mut variables = self.variables.iter();
        variables.any(|variable| variable.name == name)
            || self.settings.environment.get(name).is_some()
    }

    fn of_default(&self, key: &str) -> Option<Sourced<&str>> {
        self.default.as_ref()?.get(key)
    }

    fn add_connection(&mut self) -> Result<()> {
        let settings = self.settings;
        if let Some(path) = settings.inherited("ca_bundle") {
            // Tools use the path unchanged, and may start in another directory.
            let expanded = settings.environment.expand(PathBuf::from(path.value));
            let absolute = std::path::absolute(&expanded).unwrap_or(expanded);
            if let Some(absolute) = absolute.to_str() {
                self.add("AWS_CA_BUNDLE", &Sourced::new(absolute, path.origin))?;
            }
        }
        for names in [FIPS, DUALSTACK] {
            let own = settings.inherited(names.key).map(|own| own.map(is_true));
            let of_default = self.of_default(names.key);
            let opposite = of_default.filter(|setting| is_true(setting.value));
            if let Some(own) = own.or(opposite.map(|setting| setting.map(|_| false))) {
                let value = if own.value { "true" } else { "false" };
                self.add(names.variables[0], &own.map(|_| value))?;
            }
        }
        Ok(())
    }

    /// Returns a note if endpoints of `[default]` and of the profile cannot both be served.
    fn add_endpoints(&mut self) -> Result<Option<String>> {
        let ignores = network::is_on(self.settings, &IGNORE_ENDPOINT_URLS)?;
        if !ignores {
            self.add_own_endpoints()?;
        }
        if self.is_set(IGNORE) {
            return Ok(None);
        }
        let captured = self.endpoint_of_default().filter(|_| !ignores);
        let own = self.own_endpoint();
        let note = captured.as_ref().zip(own).map(|(captured, own)| {
            format!(
                "{} would get this session's requests, so awsmfa tells tools to ignore all \
                 configured endpoints, including {}",
                captured.origin, own.name
            )
        });
        let ignore = match captured {
            None if !ignores => (own.is_some() && self.default_ignores()).then_some("false"),
            _ => Some("true"),
        };
        let ignore = ignore.and_then(|value| Setting::new(IGNORE, value));
        self.variables.extend(ignore);
        Ok(note)
    }

    /// The terminal's general endpoint wins over the profile's endpoint of a service.
    fn add_own_endpoints(&mut self) -> Result<()> {
        let settings = self.settings;
        if settings.environment.get(ENDPOINT_URL).is_some() {
            return Ok(());
        }
        for (name, url) in endpoints(network::services(settings)?) {
            self.add(&name, &url)?;
        }
        match settings.inherited("endpoint_url") {
            Some(url) => self.add(ENDPOINT_URL, &url),
            None => Ok(()),
        }
    }

    /// An endpoint of `[default]` that requests with this session would go to.
    fn endpoint_of_default(&self) -> Option<Sourced<&str>> {
        let is_ignored = self.default_ignores() && self.own_endpoint().is_none();
        if self.is_set(ENDPOINT_URL) || is_ignored {
            return None;
        }
        let section = self.of_default("services");
        let section = section.and_then(|name| self.settings.files.services(name.value));
        let of_service = endpoints(section).find(|(name, _)| !self.is_set(name));
        self.of_default("endpoint_url")
            .or(of_service.map(|(_, url)| url))
    }

    /// Whether `[default]` makes tools ignore configured endpoints, the profile's included.
    fn default_ignores(&self) -> bool {
        let ignores = self.of_default(IGNORE_ENDPOINT_URLS.key);
        ignores.is_some_and(|ignores| is_true(ignores.value))
    }

    /// An endpoint that the profile itself sets.
    fn own_endpoint(&self) -> Option<&Setting> {
        let mut variables = self.variables.iter();
        variables.find(|variable| variable.name.starts_with(ENDPOINT_URL))
    }
}

/// The endpoints of a `services` section, by the variable that says the same.
fn endpoints(section: Option<Section<'_>>) -> impl Iterator<Item = (String, Sourced<&str>)> {
    let nested = section.map(|section| section.all_nested("endpoint_url"));
    nested.into_iter().flatten().map(|(service, url)| {
        let name = format!("{ENDPOINT_URL}_{}", service.to_uppercase());
        (name, url)
    })
}
