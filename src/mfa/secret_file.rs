//! secret_file
