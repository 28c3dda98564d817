//! One small file per command; this is the table.

pub mod init;
pub mod off;
pub mod status;
