//! One test binary, black-box: a file per promise, `support/` for what they stand on.

mod clients;
mod stand_in;
mod stand_in_roles;
mod support;
