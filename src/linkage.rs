//! What the binary is linked with besides what its crates ask for. On Linux a start is mostly the
//! loader's work, and each shared library costs it about as much as a sixth of `/bin/true`. With
//! these two inside, the program needs nothing but the C library (`make bench`; `tests/costs.rs`).

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod gnu {
    // GCC's unwinder. The standard library asks for the shared one, libgcc_s, and the linker leaves
    // that out when everything is found here first.
    #[expect(unsafe_code, reason = "declares nothing; only the attribute counts")]
    #[link(name = "gcc_eh", kind = "static", modifiers = "-bundle")]
    unsafe extern "C" {}

    /// All that is asked of the shared libm: a cube root in the SDK's adaptive retries, which are
    /// never switched on here. The static libm cannot take its place: it needs a static C library.
    #[expect(unsafe_code, reason = "C's own function, under its own name")]
    #[unsafe(no_mangle)]
    extern "C" fn pow(base: f64, exponent: f64) -> f64 {
        libm::pow(base, exponent)
    }
}
