//! Which shell will evaluate the text.
