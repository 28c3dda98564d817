//! Whether a YubiKey is plugged in, without asking the PC/SC service: it may take a second to start,
//! and a login should not wait for that if there is no key.

use std::fs;
use std::path::{Path, PathBuf};

/// Where Linux lists the devices on USB.
const DEVICES: &str = "/sys/bus/usb/devices";

/// Yubico's USB vendor id.
const YUBICO: &str = "1050";

/// USB's interface class for smart cards (CCID), which PC/SC uses. A key without such an interface,
/// for example one for FIDO only, has no OATH application that could be asked.
const SMART_CARD: &str = "0b";

/// `false` if the system does not list its USB devices.
pub fn yubikey_is_plugged_in() -> bool {
    is_among(Path::new(DEVICES))
}

fn is_among(devices: &Path) -> bool {
    entries(devices).any(|device| {
        has(&device, "idVendor", YUBICO)
            && entries(&device).any(|interface| has(&interface, "bInterfaceClass", SMART_CARD))
    })
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    entries.flatten().map(|entry| entry.path())
}

/// Whether an attribute of a device or an interface has this value.
fn has(directory: &Path, attribute: &str, value: &str) -> bool {
    fs::read_to_string(directory.join(attribute)).is_ok_and(|text| text.trim() == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(vendor: &str, classes: &[&str]) -> tempfile::TempDir {
        let devices = tempfile::tempdir().unwrap();
        let device = devices.path().join("1-1");
        fs::create_dir(&device).unwrap();
        fs::write(device.join("idVendor"), format!("{vendor}\n")).unwrap();
        for (number, class) in classes.iter().enumerate() {
            let interface = device.join(format!("1-1:1.{number}"));
            fs::create_dir(&interface).unwrap();
            fs::write(interface.join("bInterfaceClass"), format!("{class}\n")).unwrap();
        }
        devices
    }

    #[test]
    fn a_yubikey_is_known_by_its_maker_and_its_smart_card() {
        for (vendor, classes, is_one) in [
            ("1050", &["03", "03", "0b"][..], true),
            ("1050", &[], false),
            ("1050", &["03", "03"], false),
            ("1d6b", &["09"], false),
            ("076b", &["0b"], false),
        ] {
            let devices = device(vendor, classes);
            assert_eq!(is_among(devices.path()), is_one, "{vendor} {classes:?}");
        }
    }

    #[test]
    fn a_system_without_usb_information_has_no_yubikey() {
        let nothing = tempfile::tempdir().unwrap();
        assert!(!is_among(nothing.path()));
        assert!(!is_among(&nothing.path().join("missing")));
    }
}
