//! The picture at the top of the README shows what a terminal shows: a real login in a real terminal,
//! drawn again and compared. `make cast` writes it. The pace, the code and the time of day are made
//! up; everything else is what the programs print.

mod drawing;

use crate::readme::{aws, write_profiles};
use crate::support::home::Home;
use crate::support::screen::Screen;
use crate::support::stand_in::StandIn;

const PICTURE: &str = include_str!("../.github/terminal.svg");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/terminal.svg");

/// What is typed.
const COMMANDS: [&str; 6] = [
    "aws s3 ls",
    "aws-mfa-on dev",
    "aws s3 ls",
    "aws-mfa-on prod",
    "aws sts get-caller-identity --query Arn",
    "aws-mfa-off",
];

/// A user with the roles that the README shows, whose policy asks for MFA.
fn home(aws: &StandIn) -> Home {
    let home = Home::calling(aws).with_the_aws_cli();
    let home = home.with("AWSMFA_ROLE_SESSION_NAME", "alice@laptop");
    write_profiles(&home);
    home
}

/// Types the commands, and the code where one is asked for; gives the lines of the screen.
fn run() -> Vec<String> {
    let aws = aws();
    aws.wait_for_room();
    let home = home(&aws);
    let rc = "PS1='$ '\neval \"$(awsmfa init bash)\"\n";
    let rc = home.write("rc", rc);
    let rc = rc.to_str().expect("a UTF-8 path");
    let screen = Screen::start(
        &["bash", "--noprofile", "--rcfile", rc, "-i"],
        home.path(),
        &home.environment(),
    );
    screen.wait_for("a prompt", |text| text == "$");
    let code = aws.code();
    for (index, command) in COMMANDS.iter().enumerate() {
        screen.write_line(command);
        if *command == "aws-mfa-on dev" {
            screen.wait_for("a question", |text| text.contains("MFA code for "));
            screen.write_line(&code);
        }
        screen.wait_for("the next prompt", |text| {
            let prompts = text.lines().filter(|line| line.starts_with('$'));
            prompts.count() > index + 1 && text.ends_with("\n$")
        });
    }
    let text = screen.text().replace(&code, "492039");
    text.lines().map(at_a_fixed_time).collect()
}

/// The line says that the session ends at seven minutes past nine, whenever it does.
fn at_a_fixed_time(line: &str) -> String {
    match line.split_once(", until ") {
        Some((start, _)) => format!("{start}, until 21:07"),
        None => line.to_owned(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`make cast` asks for the file")]
fn the_picture_shows_what_happens() {
    let lines = run();
    let picture = drawing::draw(&lines);
    if std::env::var_os("AWSMFA_WRITE_CAST").is_some() {
        std::fs::write(PATH, picture).expect("the picture is written");
        return;
    }
    assert!(
        picture == PICTURE,
        "make cast draws another picture; the terminal shows\n{}",
        lines.join("\n")
    );
}
