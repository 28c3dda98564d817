use super::*;

#[test]
fn values_are_replaced_where_they_stand() {
    for (before, line, after) in [
        ("[dev]\nk = old\n", 2, "[dev]\nk = NEW\n"),
        (
            "\u{feff}[dev]\r\nk=old\r\n",
            2,
            "\u{feff}[dev]\r\nk=NEW\r\n",
        ),
        (
            "\u{feff}k=x\n[dev]\rk\t:\told  ",
            3,
            "\u{feff}k=x\n[dev]\rk\t:\tNEW  ",
        ),
        (
            "[dev]\nk = old\n  \n  # c\n[x]",
            2,
            "[dev]\nk = NEW\n  \n  # c\n[x]",
        ),
        ("[dev]\nk =  \nregion = x", 2, "[dev]\nk =  NEW\nregion = x"),
        (
            "[dev]\n# k = old\n k = old\n",
            3,
            "[dev]\n# k = old\n k = NEW\n",
        ),
    ] {
        let edited = with_values(Kind::Credentials, before.as_bytes(), &[(line, "NEW")]).unwrap();
        assert_eq!(String::from_utf8(edited).unwrap(), after);
    }
}

#[test]
fn what_is_no_setting_of_one_line_is_refused() {
    let file = "[dev]\nk = a\n  b\n# c = d\n\ns3 =\n  nested = e\nt = u\n";
    for (line, value) in [
        (0, "x"),
        (1, "x"),
        (2, "x"),
        (4, "x"),
        (5, "x"),
        (9, "x"),
        (8, " x"),
        (8, "x\n[y]"),
    ] {
        let edited = with_values(Kind::Credentials, file.as_bytes(), &[(line, value)]);
        assert!(
            edited.is_err(),
            "{line}: {:?}",
            edited.map(String::from_utf8)
        );
    }
    for continued in [
        "[dev]\ns3 =\n \u{feff}\n",
        "[dev]\nk = old\nexport a=b\n k\n",
    ] {
        assert!(with_values(Kind::Config, continued.as_bytes(), &[(2, "0")]).is_err());
    }
    let twice = [(8, "x"), (8, "y")];
    assert!(with_values(Kind::Credentials, file.as_bytes(), &twice).is_err());
    assert!(without(file.as_bytes(), &[Removal::Section(2)]).is_err());
    assert!(without(file.as_bytes(), &[Removal::Setting(1)]).is_err());
}

#[test]
fn sections_and_settings_go_with_what_belongs_to_them() {
    let file = "[a]\nk = v\n\n[tmp]\r\n# mine\nid = x\n  more\njunk\n\n\n# about b\n[b]\nk = v";
    for (removals, after) in [
        (
            &[Removal::Section(4)][..],
            "[a]\nk = v\n\n# mine\n# about b\n[b]\nk = v",
        ),
        (
            &[Removal::Setting(6), Removal::Section(12)],
            "[a]\nk = v\n\n[tmp]\r\n# mine\njunk\n\n\n# about b\n",
        ),
        (
            &[
                Removal::Setting(6),
                Removal::Section(4),
                Removal::Section(1),
            ],
            "# mine\n# about b\n[b]\nk = v",
        ),
    ] {
        let shorter = without(file.as_bytes(), removals).unwrap();
        assert_eq!(String::from_utf8(shorter).unwrap(), after);
    }
    let glued = without(
        b"[a]\nk = v\n[tmp]\nid = x\n\n[b]\n",
        &[Removal::Section(3)],
    )
    .unwrap();
    assert_eq!(glued, b"[a]\nk = v\n\n[b]\n");
}
