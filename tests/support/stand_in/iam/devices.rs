//! MFA devices: created, enabled, brought back into step, listed, deactivated, deleted.

use super::super::calendar;
use super::super::constraints::{Parameters, is_arn_letter, is_name_letter};
use super::super::directory::Device;
use super::super::errors::Refusal;
use super::super::http::escape;
use super::super::state::{Caller, Principal, State};
use super::super::totp;
use super::policy::check;
use super::user_resource;

/// Devices of one user, of any kind.
const MOST: usize = 8;

/// How many time steps a device's clock may be off for `ResyncMFADevice`.
const FAR: u64 = 2_000;

/// Devices on one page; AWS's pages are longer.
const PAGE: usize = 2;

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub fn create(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    parameters.required("VirtualMFADeviceName");
    let name = parameters.text(
        "VirtualMFADeviceName",
        (1, 226),
        (r"[\w+=,.@-]+", is_name_letter),
    );
    parameters.check()?;
    let path = parameters.get("Path").unwrap_or("/");
    let arn = user_resource(caller, "");
    let (head, _) = arn.split_once(":user/").unwrap_or_default();
    let serial = format!("{head}:mfa{path}{}", name.unwrap_or_default());
    check(state, caller, "CreateVirtualMFADevice", &serial)?;
    if state.devices().any(|device| device.serial_number == serial) {
        return Err(Refusal::new(
            409,
            "EntityAlreadyExists",
            "MFADevice entity at the same path and name already exists.",
        ));
    }
    let secret = state.random(64, BASE32);
    let seed = base64_simd::STANDARD.encode_to_string(&secret);
    state.options.unassigned_devices.push(Device {
        serial_number: serial.clone(),
        secret: Some(secret),
    });
    Ok(format!(
        "<VirtualMFADevice><SerialNumber>{}</SerialNumber><Base32StringSeed>{seed}</Base32StringSeed>\
         <QRCodePNG>iVBORw0KGgo=</QRCodePNG></VirtualMFADevice>",
        escape(&serial)
    ))
}

pub fn enable(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    let (serial, codes) = named(state, caller, parameters, "EnableMFADevice")?;
    let at = position(&state.options.unassigned_devices, serial);
    let Some(at) = at else {
        let is_assigned = state.devices().any(|device| device.serial_number == serial);
        return Err(if is_assigned {
            // The code is AWS's; its words were not seen.
            Refusal::new(409, "EntityAlreadyExists", "MFA device is already in use.")
        } else {
            unknown(serial)
        });
    };
    let user = own(caller)?;
    if state.user(user).devices.len() >= MOST {
        let text = format!("Cannot exceed quota for MfaDevicesPerUser: {MOST}");
        return Err(Refusal::new(409, "LimitExceeded", text));
    }
    let device = state.options.unassigned_devices[at].clone();
    spend_both(state, &device, codes, 1)?;
    state.options.unassigned_devices.remove(at);
    let settling = state.options.settling;
    state.settling.insert(serial.to_owned(), settling);
    state.user_mut(user).devices.push(device);
    Ok(String::new())
}

pub fn resync(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    let (serial, codes) = named(state, caller, parameters, "ResyncMFADevice")?;
    let user = own(caller)?;
    let devices = &state.user(user).devices;
    let at = position(devices, serial).ok_or_else(|| unknown(serial))?;
    let device = devices[at].clone();
    let first = spend_both(state, &device, codes, FAR)?;
    // The second code is the one that the device shows now.
    let drift = (first + 1).cast_signed() - state.step().cast_signed();
    state.options.drift.insert(serial.to_owned(), drift);
    Ok(String::new())
}

pub fn deactivate(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    let serial = parameters.get("SerialNumber").unwrap_or_default();
    let named = parameters.get("UserName");
    let user = own(caller)?;
    let resource = user_resource(caller, named.unwrap_or(&user.name));
    check(state, caller, "DeactivateMFADevice", &resource)?;
    let devices = &mut state.user_mut(user).devices;
    let at = position(devices, serial).ok_or_else(|| unknown(serial))?;
    let device = devices.remove(at);
    state.options.unassigned_devices.push(device);
    Ok(String::new())
}

pub fn delete(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    let serial = parameters.get("SerialNumber").unwrap_or_default();
    check(state, caller, "DeleteVirtualMFADevice", serial)?;
    if let Some(at) = position(&state.options.unassigned_devices, serial) {
        state.options.unassigned_devices.remove(at);
        return Ok(String::new());
    }
    if state.devices().any(|device| device.serial_number == serial) {
        let text = "MFA VirtualDevice in use. Must deactivate first.";
        return Err(Refusal::new(409, "DeleteConflict", text));
    }
    Err(unknown(serial))
}

pub fn list(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let named = parameters.get("UserName").unwrap_or_default();
    check(
        state,
        caller,
        "ListMFADevices",
        &user_resource(caller, named),
    )?;
    let first = parameters.get("Marker").map_or(Ok(0), str::parse);
    let first: usize = first.map_err(|_| Refusal::new(400, "ValidationError", "Invalid Marker"))?;
    let user = state.user(own(caller)?).clone();
    let mut devices = user.devices.clone();
    devices.retain(|device| !state.is_settling(&device.serial_number));
    let next = first + PAGE;
    let rest = if next < devices.len() {
        format!("<IsTruncated>true</IsTruncated><Marker>{next}</Marker>")
    } else {
        "<IsTruncated>false</IsTruncated>".to_owned()
    };
    let members = devices.iter().skip(first).take(PAGE).map(|device| {
        format!(
            "<member><UserName>{}</UserName><SerialNumber>{}</SerialNumber>\
             <EnableDate>{}</EnableDate></member>",
            escape(&user.name),
            escape(&device.serial_number),
            calendar::extended(1_577_934_245)
        )
    });
    Ok(format!(
        "<MFADevices>{}</MFADevices>{rest}",
        members.collect::<String>()
    ))
}

/// The parameters of a call about one device of the caller's, and two codes of it.
fn named<'a>(
    state: &State,
    caller: &Caller,
    parameters: &mut Parameters<'a>,
    action: &str,
) -> Result<(&'a str, [&'a str; 2]), Refusal> {
    let names = [
        "UserName",
        "SerialNumber",
        "AuthenticationCode1",
        "AuthenticationCode2",
    ];
    for name in names {
        parameters.required(name);
    }
    let user = parameters.text("UserName", (1, 128), (r"[\w+=,.@-]+", is_name_letter));
    let serial = parameters.text("SerialNumber", (9, 256), (r"[\w+=/:,.@-]+", is_arn_letter));
    let digits = |parameters: &mut Parameters<'a>, name| {
        let allowed: (&str, fn(char) -> bool) = (r"[\d]+", |letter| letter.is_ascii_digit());
        parameters.text(name, (6, 6), allowed).unwrap_or_default()
    };
    let codes = [names[2], names[3]].map(|name| digits(parameters, name));
    parameters.check()?;
    let resource = user_resource(caller, user.unwrap_or_default());
    check(state, caller, action, &resource)?;
    Ok((serial.unwrap_or_default(), codes))
}

/// Two codes of consecutive time steps, at most `around` steps from the current one: the first step.
fn spend_both(
    state: &mut State,
    device: &Device,
    codes: [&str; 2],
    around: u64,
) -> Result<u64, Refusal> {
    let wrong = || {
        let text = "Authentication code for device is not valid.";
        Refusal::new(403, "InvalidAuthenticationCode", text)
    };
    let secret = device.secret.as_deref().and_then(totp::base32);
    let secret = secret.ok_or_else(wrong)?;
    let is_code = |step, text| totp::code(&secret, step, 6) == text;
    let current = state.step();
    let mut steps = current.saturating_sub(around)..=current + around;
    let first = steps.find(|step| is_code(*step, codes[0]) && is_code(step + 1, codes[1]));
    let first = first.ok_or_else(wrong)?;
    for step in [first, first + 1] {
        state.use_step(&device.serial_number, step);
    }
    Ok(first)
}

fn own(caller: &Caller) -> Result<&super::super::directory::User, Refusal> {
    match &caller.principal {
        Principal::User(user) => Ok(user),
        Principal::Role(_) => Err(Refusal::validation("Must specify userName")),
    }
}

fn position(devices: &[Device], serial: &str) -> Option<usize> {
    devices
        .iter()
        .position(|device| device.serial_number == serial)
}

fn unknown(serial: &str) -> Refusal {
    let text = format!("VirtualMFADevice with serial number {serial} does not exist.");
    Refusal::new(404, "NoSuchEntity", text)
}
