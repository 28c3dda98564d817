//! `awsmfa console`: which session signs in where, and who learns the address.

mod browser;
mod hosts;
mod sessions;

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::support::home::Run;
use crate::support::stand_in::{Recorded, StandIn};

/// The address that `--print` gave: its beginning, and its parameters.
fn address(run: &Run) -> (String, BTreeMap<String, String>) {
    let url = run.success().stdout.strip_suffix('\n').expect("a line");
    assert!(!url.contains(char::is_whitespace), "{}", run.story());
    parts(url)
}

fn parts(url: &str) -> (String, BTreeMap<String, String>) {
    let (endpoint, query) = url.split_once('?').expect("a query");
    let decoded = |text| {
        let text = percent_decode_str(text).decode_utf8();
        text.expect("UTF-8").into_owned()
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(name, value)| (decoded(name), decoded(value)));
    (endpoint.to_owned(), pairs.collect())
}

/// The requests to the sign-in endpoint.
fn sign_ins(aws: &StandIn) -> Vec<Recorded> {
    let mut requests = aws.requests();
    requests.retain(|request| request.service == "signin");
    requests
}
