//! Who may change what is on a key.

/// Leave to change what is on a key. Without one, no instruction that writes can be made, and a card
/// takes nothing but instructions.
#[derive(Clone, Copy)]
pub struct WriteAccess(());

impl WriteAccess {
    /// For `awsmfa enroll`, once it has said what it will write. `tests/effects.rs` lets nobody else
    /// call this.
    pub fn for_enroll() -> Self {
        Self(())
    }
}
