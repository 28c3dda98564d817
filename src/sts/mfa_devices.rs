//! mfa_devices
