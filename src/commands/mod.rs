//! One small file per command; this is the table.
