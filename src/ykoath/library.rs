//! Finds the PC/SC library when it is first needed.
//!
//! The crate `pcsc` links libpcsclite, and a program that links it does not even start if it is not
//! installed. So this module defines the functions that `pcsc` imports: each looks up its
//! namesake in libpcsclite when it is called. Without the library, every call answers
//! `SCARD_E_NO_SERVICE`, and [`is_there`] tells the two cases apart.
//!
//! macOS has PC/SC in the system; there this module does nothing.

#[cfg(not(target_os = "macos"))]
#[expect(
    unsafe_code,
    reason = "the C interface of libpcsclite, under the names that the crate pcsc links to"
)]
mod pcsclite {
    use std::ffi::{CStr, c_char, c_void};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicPtr, Ordering};

    use pcsc::ffi::{
        DWORD, LONG, SCARD_E_NO_SERVICE, SCARD_IO_REQUEST, SCARD_PROTOCOL_RAW, SCARD_PROTOCOL_T0,
        SCARD_PROTOCOL_T1, SCARD_READERSTATE, SCARDCONTEXT, SCARDHANDLE,
    };

    /// The name with the version of the interface: the one without it is in -dev packages only.
    const NAME: &CStr = c"libpcsclite.so.1";

    /// The program itself may export the names below; the library must see its own first.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    const BINDING: i32 = libc::RTLD_DEEPBIND;
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    const BINDING: i32 = 0;

    /// What `dlopen` answered, kept for the life of the process; null if there is no library.
    fn library() -> *mut c_void {
        static LIBRARY: OnceLock<AtomicPtr<c_void>> = OnceLock::new();
        let open = || {
            let flags = libc::RTLD_NOW | libc::RTLD_LOCAL | BINDING;
            // SAFETY: the name is a C string; the library's initialisers are libpcsclite's own.
            AtomicPtr::new(unsafe { libc::dlopen(NAME.as_ptr(), flags) })
        };
        LIBRARY.get_or_init(open).load(Ordering::Relaxed)
    }

    pub fn is_there() -> bool {
        !library().is_null()
    }

    fn address_of(function: &CStr) -> Option<*mut c_void> {
        if !is_there() {
            return None;
        }
        // SAFETY: the handle is live, the name a C string.
        let address = unsafe { libc::dlsym(library(), function.as_ptr()) };
        (!address.is_null()).then_some(address)
    }

    /// One function per line, as `winscard.h` declares it.
    macro_rules! forward {
        ($($function:ident($($argument:ident: $type:ty),*);)*) => {$(
            // SAFETY: no other library of this program defines the name.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $function($($argument: $type),*) -> LONG {
                const NAME: &CStr =
                    match CStr::from_bytes_with_nul(concat!(stringify!($function), "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => c"",
                    };
                let Some(address) = address_of(NAME) else { return SCARD_E_NO_SERVICE };
                // SAFETY: libpcsclite's function of this name has this type (winscard.h); the
                // arguments are the caller's, passed on unchanged.
                unsafe {
                    let function: unsafe extern "C" fn($($type),*) -> LONG =
                        std::mem::transmute(address);
                    function($($argument),*)
                }
            }
        )*};
    }

    forward! {
        SCardEstablishContext(scope: DWORD, one: *const c_void, two: *const c_void, context: *mut SCARDCONTEXT);
        SCardReleaseContext(context: SCARDCONTEXT);
        SCardIsValidContext(context: SCARDCONTEXT);
        SCardCancel(context: SCARDCONTEXT);
        SCardConnect(context: SCARDCONTEXT, reader: *const c_char, share: DWORD, protocols: DWORD, card: *mut SCARDHANDLE, protocol: *mut DWORD);
        SCardReconnect(card: SCARDHANDLE, share: DWORD, protocols: DWORD, initialization: DWORD, protocol: *mut DWORD);
        SCardDisconnect(card: SCARDHANDLE, disposition: DWORD);
        SCardGetStatusChange(context: SCARDCONTEXT, timeout: DWORD, states: *mut SCARD_READERSTATE, count: DWORD);
        SCardListReaders(context: SCARDCONTEXT, groups: *const c_char, readers: *mut c_char, length: *mut DWORD);
        SCardBeginTransaction(card: SCARDHANDLE);
        SCardEndTransaction(card: SCARDHANDLE, disposition: DWORD);
        SCardStatus(card: SCARDHANDLE, reader: *mut c_char, reader_length: *mut DWORD, state: *mut DWORD, protocol: *mut DWORD, atr: *mut u8, atr_length: *mut DWORD);
        SCardGetAttrib(card: SCARDHANDLE, attribute: DWORD, value: *mut u8, length: *mut DWORD);
        SCardSetAttrib(card: SCARDHANDLE, attribute: DWORD, value: *const u8, length: DWORD);
        SCardTransmit(card: SCARDHANDLE, send: *const SCARD_IO_REQUEST, command: *const u8, command_length: DWORD, receive: *mut SCARD_IO_REQUEST, answer: *mut u8, answer_length: *mut DWORD);
        SCardControl(card: SCARDHANDLE, code: DWORD, input: *const u8, input_length: DWORD, output: *mut u8, output_length: DWORD, returned: *mut DWORD);
    }

    /// The protocol headers, which libpcsclite exports as data and reads by value.
    macro_rules! protocol_header {
        ($($name:ident: $protocol:expr;)*) => {$(
            // SAFETY: no other library of this program defines the name.
            #[unsafe(no_mangle)]
            static $name: SCARD_IO_REQUEST = SCARD_IO_REQUEST {
                dwProtocol: $protocol,
                cbPciLength: size_of::<SCARD_IO_REQUEST>() as DWORD,
            };
        )*};
    }

    protocol_header! {
        g_rgSCardT0Pci: SCARD_PROTOCOL_T0;
        g_rgSCardT1Pci: SCARD_PROTOCOL_T1;
        g_rgSCardRawPci: SCARD_PROTOCOL_RAW;
    }
}

/// Whether the PC/SC library can be loaded.
#[cfg(not(target_os = "macos"))]
pub fn is_there() -> bool {
    pcsclite::is_there()
}

/// The system has it.
#[cfg(target_os = "macos")]
pub fn is_there() -> bool {
    true
}
