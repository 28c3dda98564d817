//! `doctor`: what is wrong, in one line each, with file, line and what to type; and nothing else.

mod output;
