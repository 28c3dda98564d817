//! An awsmfa that pip has put into a Python environment: a new terminal has it on the PATH only if a
//! start-up file says so. Shells run the files beside doctor, and the two must agree.

use std::fs;

use super::machine::{complains_only_of, complaints, good_home};
use crate::support::home::{AWSMFA, Home, Run, copy_program};
use crate::support::shells::{BASH, FISH, ZSH};

const SYSTEM: &str = "/usr/local/bin:/usr/bin:/bin";

/// A home with an environment in `~/env` that has the program, and this start-up file.
fn home(rc: &str, text: &str) -> Home {
    let home = good_home();
    let environment = home.path().join("env");
    let python = home.program("python3", ["-m", "venv", "--without-pip"]);
    python.arguments([&environment]).run().success();
    copy_program(AWSMFA, &environment.join("bin/awsmfa"));
    home.write(rc, text);
    home.write(".profile", ". ~/.bashrc\n");
    home
}

/// Doctor where the environment is active, typed into this shell.
fn doctor(home: &Home, shell: &str) -> Run {
    let environment = home.path().join("env");
    let path = format!("{}:{SYSTEM}", environment.join("bin").display());
    let run = home.program(environment.join("bin/awsmfa"), ["doctor"]);
    run.env("SHELL", format!("/bin/{shell}"))
        .env("PATH", path)
        .env("VIRTUAL_ENV", environment)
        .run()
}

#[test]
fn doctor_and_shells_agree_on_an_active_environment() {
    for (shell, rc) in [
        (BASH, ".bashrc"),
        (ZSH, ".zshrc"),
        (FISH, ".config/fish/config.fish"),
    ] {
        let name = shell.words[0];
        let line = format!("{}\n", shell.load());
        let full = line.replace("awsmfa init", "~/env/bin/awsmfa init");
        let [activate, append] = if shell.is_fish() {
            [
                "source ~/env/bin/activate.fish\n",
                "fish_add_path --append ~/env/bin\n",
            ]
        } else {
            [
                "source \"$HOME/env/bin/activate\"\n",
                "PATH=$PATH:~/env/bin\n",
            ]
        };
        for text in [
            line.clone(),
            full.clone(),
            format!("{activate}{line}"),
            format!("{append}{line}"),
            format!("{append}{full}"),
        ] {
            let home = home(rc, &text);
            let new = home.program(name, ["-ic", "command -v awsmfa"]);
            let works = new.env("PATH", SYSTEM).run().status.success();
            let run = doctor(&home, name);
            let warns = run
                .stdout
                .contains("only while the virtual environment is active");
            assert_eq!(warns, !works, "{name} {text}{}", run.story());
            assert_eq!(
                complaints(&run).is_empty(),
                works,
                "{name} {text}{}",
                run.story()
            );
        }
    }
}

/// pipx and uv link the program in `~/.local/bin`; its own directory has a Python, too.
#[test]
fn the_directory_of_the_link_is_what_the_path_lacks() {
    let home = good_home();
    let directory = home.path().join("tools/awsmfa-cli/bin");
    fs::create_dir_all(&directory).expect("a directory");
    let program = directory.join("awsmfa");
    copy_program(AWSMFA, &program);
    let doctor = |program| home.program(program, ["doctor"]).env("PATH", SYSTEM).run();
    complains_only_of(
        &doctor(program.clone()),
        "PATH=$PATH:~/tools/awsmfa-cli/bin",
    );
    let link = home.path().join(".local/bin/awsmfa");
    fs::create_dir_all(link.parent().expect("a directory")).expect("a directory");
    std::os::unix::fs::symlink(&program, &link).expect("a link");
    for program in [program, link] {
        complains_only_of(&doctor(program), "PATH=$PATH:~/.local/bin");
    }
}
