//! Where the requests go: regions and partitions, custom endpoints, proxies, CA bundles. AWS's own
//! host names are asked for at a proxy that leads them all to the stand-in.

mod bundles;
mod custom;
mod foreign;
mod hosts;
mod proxies;

use std::path::PathBuf;

use crate::support::home::{Home, Invocation};
use crate::support::stand_in::{Options, Proxy, StandIn, User};

/// The stand-in with TLS, the proxy before it, and a user's home.
struct Net {
    aws: StandIn,
    proxy: Proxy,
    home: Home,
    bundle: PathBuf,
}

impl Net {
    fn start(partition: &str, disabled_regions: &[&str]) -> Self {
        let aws = StandIn::start(Options {
            users: vec![User::default().in_partition(partition)],
            tls: true,
            disabled_regions: disabled_regions.iter().map(ToString::to_string).collect(),
            ..Options::default()
        });
        let home = Home::for_user(&aws.user());
        let bundle = home.write("ca.pem", aws.ca_pem());
        Self {
            proxy: Proxy::start(Some(aws.address())),
            aws,
            home,
            bundle,
        }
    }

    /// A login with the next code that is due.
    fn login(&self) -> Invocation {
        self.aws.settle();
        let arguments = ["env", "--shell", "sh", "--timeout", "4", "-c"];
        self.home
            .awsmfa(arguments)
            .arguments([self.aws.code()])
            .env("AWS_CA_BUNDLE", &self.bundle)
    }

    fn through_the_proxy(&self) -> Invocation {
        self.login().env("HTTPS_PROXY", self.proxy.url())
    }

    /// Where clients wanted to go.
    fn targets(&self) -> Vec<String> {
        let visits = self.proxy.visits().into_iter();
        visits.map(|visit| visit.target).collect()
    }
}
