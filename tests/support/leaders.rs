//! The words that start a program in a kernel's session of its own. Rust would need `unsafe` for it
//! between fork and exec.

/// The program has no terminal to ask on. Of the two that do the same, Linux's is the quicker one;
/// there are thousands of starts.
pub const DETACHED: &[&str] = if cfg!(target_os = "linux") {
    &["setsid"]
} else {
    &perl("POSIX::setsid() > 0 or die $!; exec { $ARGV[0] } @ARGV or die $!")
};

/// The terminal that is its standard input is the program's own: `/dev/tty`, job control and Ctrl-C
/// are the real ones. (macOS has no `setsid --ctty`.)
pub const ON_TERMINAL: &[&str] = &perl(
    "POSIX::setsid() > 0 or die $!; \
     ioctl STDIN, $^O eq 'linux' ? 0x540e : 0x20007461, 0 or die $!; # TIOCSCTTY\n\
     exec { $ARGV[0] } @ARGV or die $!",
);

/// perl, without its warning of a locale that is not there.
const fn perl(script: &'static str) -> [&'static str; 6] {
    ["env", "PERL_BADLANG=0", "perl", "-MPOSIX=", "-e", script]
}
