//! YubiKeys: virtual ones, which pcscd and Yubico's own tool take for real.

mod accidents;
mod accounts;
mod applets;
mod codes;
mod enroll;
mod faithful;
mod keys;
mod login;
mod password;
mod plugged_in;
mod service;
mod several;
mod touch;
mod writes;
