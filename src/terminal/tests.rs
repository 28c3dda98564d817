//! The terminal on a pseudo-terminal: what the other end sees and types.

use std::os::fd::OwnedFd;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

use super::*;

/// A terminal and the other end, where a person would sit.
fn pair() -> (Terminal, File) {
    let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let device = File::from(
        rustix::fs::open(
            name,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            rustix::fs::Mode::empty(),
        )
        .unwrap(),
    );
    (Terminal { device }, File::from(master))
}

/// Runs `test` as the program runs: one thread.
fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}

/// All that was shown, once the terminal is closed.
fn shown(mut person: File) -> String {
    let mut text = Vec::new();
    // The other end reports the closing as an error (EIO), after the last byte.
    let _ = person.read_to_end(&mut text);
    String::from_utf8(text).unwrap()
}

/// One process asks one question at a time, and so do the tests.
static QUESTION: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn answer_to(typed: &[u8]) -> Result<String> {
    let _question = QUESTION.lock();
    let (terminal, mut person) = pair();
    person.write_all(typed).unwrap();
    block_on(terminal.ask("code: "))
}

#[test]
fn the_answer_is_the_line_without_its_end() {
    assert_eq!(answer_to(b"123456\n").unwrap(), "123456");
    assert_eq!(answer_to(b" 12\n").unwrap(), " 12");
    assert_eq!(answer_to(b"\n").unwrap(), "");
}

#[test]
fn a_carriage_return_ends_the_line() {
    assert_eq!(answer_to(b"123456\r").unwrap(), "123456");
}

#[test]
fn bytes_that_are_no_text_and_long_lines_are_answers_too() {
    assert!(answer_to(b"\xff\xfe\n").is_ok());
    let mut long = vec![b'1'; 9000];
    long.push(b'\n');
    assert_eq!(answer_to(&long).unwrap().trim_matches('1'), "");
}

#[test]
fn ctrl_d_interrupts_on_an_empty_and_on_a_half_typed_line() {
    for typed in [&b"\x04"[..], b"123\x04"] {
        let error = answer_to(typed).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Interrupted { signal: None }));
    }
}

#[test]
fn a_mistake_while_a_password_is_asked_for_leaves_the_terminal_as_it_was() {
    let _question = QUESTION.lock();
    let (terminal, _person) = pair();
    let modes = || tcgetattr(&terminal.device).unwrap().local_modes;
    let before = modes();
    let line_mode = LineMode::set(terminal.try_clone().unwrap(), Input::Password);
    assert!(!modes().contains(LocalModes::ECHO));
    // Nothing is dropped when the program ends at once.
    std::mem::forget(line_mode);
    put_back();
    assert_eq!(modes(), before);
}

#[test]
fn raw_mode_is_left_for_the_question_and_put_back_after_it() {
    let _question = QUESTION.lock();
    for typed in [&b"123456\r"[..], b"\x04"] {
        let (terminal, mut person) = pair();
        let mut raw = tcgetattr(&terminal.device).unwrap();
        raw.make_raw();
        tcsetattr(&terminal.device, OptionalActions::Now, &raw).unwrap();
        let device = terminal.device.try_clone().unwrap();
        let typing = std::thread::spawn(move || {
            let mut prompt = [0; 6];
            person.read_exact(&mut prompt).unwrap();
            assert!(
                tcgetattr(&device)
                    .unwrap()
                    .local_modes
                    .contains(LocalModes::ICANON)
            );
            person.write_all(typed).unwrap();
            person
        });
        let answer = block_on(terminal.ask("code: "));
        assert_eq!(answer.is_ok(), typed.starts_with(b"1"));
        let _person = typing.join().unwrap();
        assert_eq!(
            tcgetattr(&terminal.device).unwrap().local_modes,
            raw.local_modes
        );
    }
}

#[test]
fn a_question_without_an_answer_discards_what_was_half_typed() {
    let _question = QUESTION.lock();
    let (terminal, mut person) = pair();
    let line_mode = LineMode::set(terminal.try_clone().unwrap(), Input::Line);
    person.write_all(b"rm -rf ").unwrap();
    drop(line_mode);
    person.write_all(b"\n").unwrap();
    let line = read_line_blocking(&terminal.device, |_| false).unwrap();
    assert_eq!(line.as_deref(), Some(""));
}

#[test]
fn what_is_shown_is_harmless() {
    let (terminal, person) = pair();
    terminal.say("arn\x1b[31m").unwrap();
    drop(terminal);
    assert!(!shown(person).contains('\x1b'));
}

#[test]
fn a_choice_is_asked_again_and_not_for_ever() {
    let items = ["one".to_owned(), "two".to_owned()];
    let choose = |typed: &[u8]| {
        let _question = QUESTION.lock();
        let (terminal, mut person) = pair();
        person.write_all(typed).unwrap();
        block_on(terminal.choose("which?", &items)).map_err(|error| error.to_string())
    };
    assert_eq!(choose(b"2\n"), Ok(1));
    assert_eq!(choose(b"0\n3\n 1 \n"), Ok(0));
    assert_eq!(
        choose(b"x\n\n-1\n1\n"),
        Err("no number was chosen".to_owned())
    );
}

#[test]
fn only_y_and_n_are_answers_to_a_question_of_yes_or_no() {
    let confirm = |typed: &[u8]| {
        let _question = QUESTION.lock();
        let (terminal, mut person) = pair();
        person.write_all(typed).unwrap();
        let answer = block_on(terminal.confirm("remove it?"));
        let answer = answer.map_err(|error| error.to_string());
        drop(terminal);
        (answer, shown(person).matches("remove it? (y/n) ").count())
    };
    assert_eq!(confirm(b"y\n"), (Ok(true), 1));
    assert_eq!(confirm(b" YES \n"), (Ok(true), 1));
    assert_eq!(confirm(b"\nyellow\nn\n"), (Ok(false), 3));
    let refused = Err("3 answers were neither y nor n".to_owned());
    assert_eq!(confirm(b"\n\n\n"), (refused, 3));
    assert_eq!(confirm(b"\x04"), (Err("interrupted".to_owned()), 1));
}

#[test]
fn a_countdown_leaves_an_empty_line() {
    let (terminal, person) = pair();
    block_on(terminal.count_down("the next code comes in", 1)).unwrap();
    drop(terminal);
    let text = shown(person);
    assert!(text.contains("the next code comes in 1s"), "{text:?}");
    let last = text.trim_end_matches('\r').rsplit('\r').next().unwrap();
    assert_eq!(last.trim(), "", "{text:?}");
}

#[test]
fn a_narrow_window_cuts_the_text_and_not_the_seconds() {
    for (columns, line) in [
        (60, "the code was just used; next one in 1s"),
        (39, "the code was just used; next one in 1s"),
        (38, "the code was just used; next one.. 1s"),
        (12, "the co.. 1s"),
        (6, ".. 1s"),
        (4, " 1s"),
        (3, " 1"),
    ] {
        let (terminal, person) = pair();
        let size = Winsize {
            ws_row: 24,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&terminal.device, size).unwrap();
        let mut shown_line = Line::on(terminal);
        shown_line
            .show("the code was just used; next one in", " 1s")
            .unwrap();
        drop(shown_line);
        let text = shown(person);
        let seen = text.split('\r').next().unwrap();
        assert_eq!(seen, line, "{columns} columns");
    }
}
