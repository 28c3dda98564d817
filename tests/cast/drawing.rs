//! A terminal as an SVG that plays: commands are typed, and their output follows. A viewer without
//! animation, and a person who wants none, see everything at once.

/// Characters in a row.
const COLUMNS: usize = 84;

/// Tenths of a pixel of a character; pixels of a row, and around the text.
const WIDTH: usize = 84;
const HEIGHT: usize = 20;
const MARGIN: usize = 16;

/// Milliseconds: for a character of a command and of a code, before one is typed, before its output.
const KEY: usize = 45;
const DIGIT: usize = 150;
const THOUGHT: usize = 600;
const ANSWER: usize = 250;

const STYLE: &str = "\
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
fill:#d8dee9;white-space:pre}
.typed{fill:#a3be8c}
.awsmfa{fill:#88c0d0}
@keyframes show{from{opacity:0}}
@keyframes type{from{clip-path:inset(0 100% 0 0)}}
.shown{animation:show 1ms both}
.typed{animation:type both}
@media (prefers-reduced-motion:reduce){.shown,.typed{animation:none}}";

/// The picture of these lines of a screen.
pub fn draw(lines: &[String]) -> String {
    let (mut texts, mut time, mut row) = (String::new(), 0, 0);
    for line in lines {
        let (shown, typed, pace) = parts(line);
        let mut start = 0;
        for part in wrapped(shown) {
            texts.push_str(&text(row, 0, &part, "shown", &at(time)));
            start = part.chars().count();
            row += 1;
        }
        if let Some(typed) = typed {
            let (count, begin) = (typed.chars().count(), time + THOUGHT);
            let style = format!(
                "animation-delay:{begin}ms;animation-duration:{}ms;\
                 animation-timing-function:steps({count})",
                pace * count
            );
            texts.push_str(&text(row - 1, start, typed, "typed", &style));
            time = begin + pace * count + ANSWER;
        }
    }
    let width = COLUMNS * WIDTH / 10 + 2 * MARGIN;
    let height = row * HEIGHT + 2 * MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>A login in a terminal</title>\n<style>\n{STYLE}\n</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#242933\"/>\n{texts}</svg>\n"
    )
}

/// What the terminal shows of the line, what somebody typed after that, and how fast.
fn parts(line: &str) -> (&str, Option<&str>, usize) {
    if let Some(command) = line.strip_prefix("$ ") {
        return ("$ ", Some(command), KEY);
    }
    match line.rfind(": ") {
        Some(colon) if line.starts_with("MFA code for ") => {
            let (question, code) = line.split_at(colon + 2);
            (question, Some(code), DIGIT)
        }
        _ => (line, None, 0),
    }
}

/// A line that is too long goes on in the next row.
fn wrapped(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    let rows = characters.chunks(COLUMNS).map(|row| row.iter().collect());
    rows.collect()
}

fn at(time: usize) -> String {
    format!("animation-delay:{time}ms")
}

/// A text that begins in a column of a row. Its length is fixed, whatever font the viewer has.
fn text(row: usize, column: usize, text: &str, class: &str, style: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let ours = if text.starts_with("awsmfa: ") {
        " awsmfa"
    } else {
        ""
    };
    let (x, y) = (MARGIN * 10 + column * WIDTH, MARGIN + HEIGHT * row + 15);
    let length = text.chars().count() * WIDTH;
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!(
        "<text x=\"{}\" y=\"{y}\" textLength=\"{}\" class=\"{class}{ours}\" style=\"{style}\" \
         xml:space=\"preserve\">{escaped}</text>\n",
        tenths(x),
        tenths(length)
    )
}

/// A number of tenths, as a decimal.
fn tenths(number: usize) -> String {
    format!("{}.{}", number / 10, number % 10)
}
