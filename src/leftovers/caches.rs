//! Where tools keep files of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Content, Found, Leftover, Remains, exports, file, json, sealed, sections};
use crate::environment::{Environment, shown};

/// Bytes. No session and no token is half as large.
const LARGEST: u64 = 1 << 20;

/// Recognises a file by its name, its contents and its status.
type Reader = fn(&str, &[u8], &file::Status) -> Option<Content>;

pub fn search(environment: &Environment, found: &mut Found) {
    let Some(home) = environment.home() else {
        return;
    };
    for (directory, read) in caches(environment, &home) {
        let paths = file::entries(&directory).into_iter();
        for path in paths.filter(|path| !is_own(name_of(path))) {
            let read_file = file::read(&path, LARGEST);
            let new = read_file.filter(|(_, status)| !found.is_profile_file(status));
            let Some((bytes, status)) = new else {
                continue;
            };
            let shown = shown(&path, Some(&home));
            match read(name_of(&path), &bytes, &status) {
                Some(Content::Leftover(recognised)) => found.leftovers.push(Leftover {
                    kept: why_kept(&path, &status, recognised.is_of_tool),
                    shown,
                    path,
                    section: None,
                    recognised,
                    file: status,
                }),
                Some(Content::LongTerm(id)) => {
                    let remains = Remains::copy(shown, status, &id, &found.long_term);
                    found.remains.push(remains);
                }
                None => {}
            }
        }
    }
}

/// What awsmfa itself puts beside a file that it changes, such as the state of a rotation.
fn is_own(name: &str) -> bool {
    name.contains(".awsmfa-")
}

fn why_kept(path: &Path, status: &file::Status, is_of_tool: bool) -> Option<String> {
    if is_of_tool {
        return Some("the file is for its tool to change".to_owned());
    }
    // botocore writes a file of this name and renames it.
    let is_unfinished = path.extension().is_some_and(|ending| ending == "tmp");
    let unfinished = || "a program may be writing this file".to_owned();
    status
        .why_not_removed(path)
        .or_else(|| is_unfinished.then(unfinished))
}

/// Below the home directory.
const DIRECTORIES: [(&str, Reader); 9] = [
    (".aws", of_any),
    (".aws/cli/cache", of_cli),
    (".aws/boto/cache", of_boto),
    (".aws/sso/cache", of_cli),
    (".aws/login/cache", of_cli),
    (".awsume/cache", of_awsume),
    (".awsvault/keys", of_vault),
    (".config/aws-sso", of_cli),
    (".aws-sso", of_cli),
];

/// Named by variables, and what is below them.
const VARIABLES: [(&str, &str, Reader); 4] = [
    ("AWS_LOGIN_CACHE_DIRECTORY", "", of_cli),
    ("AWS_VAULT_FILE_DIR", "", of_vault),
    ("XDG_CACHE_HOME", "awsume", of_awsume),
    ("XDG_CONFIG_HOME", "aws-sso", of_cli),
];

/// Below granted's own directory. Its store of long-term keys is not among them.
const OF_GRANTED: [(&str, Reader); 3] = [
    ("secure-storage-aws-session-credentials", of_granted_session),
    ("secure-storage-aws-sso-tokens", of_granted_sign_in),
    ("secure-storage-cf", of_granted_token),
];

/// The directories, and what recognises their files. Each is looked at once.
fn caches(environment: &Environment, home: &Path) -> BTreeMap<PathBuf, Reader> {
    let at_home = DIRECTORIES.into_iter();
    let at_home = at_home.map(|(name, read)| (home.join(name), read));
    let of_config = environment.path("XDG_CONFIG_HOME");
    let of_granted = [
        Some(home.join(".granted")),
        of_config.map(|path| path.join("granted")),
    ];
    let of_granted = of_granted.into_iter().flatten().flat_map(|directory| {
        OF_GRANTED.map(|(name, read)| (directory.join(name).components().collect(), read))
    });
    let named = VARIABLES.into_iter().filter_map(|(variable, name, read)| {
        let directory = environment.path(variable)?;
        Some((directory.join(name).components().collect(), read))
    });
    at_home.chain(of_granted).chain(named).collect()
}

/// A file of a script or an older tool: JSON, sections or shell code.
fn of_any(_: &str, bytes: &[u8], status: &file::Status) -> Option<Content> {
    let what = "session of a script";
    let of_shell = || exports::recognise(std::str::from_utf8(bytes).ok()?, what);
    json::recognise(bytes, what, status.modified)
        .or_else(|| sections::whole_file(bytes))
        .or_else(of_shell)
}

fn of_cli(_: &str, bytes: &[u8], status: &file::Status) -> Option<Content> {
    json::recognise(bytes, "cached session of the AWS CLI", status.modified)
}

fn of_boto(_: &str, bytes: &[u8], status: &file::Status) -> Option<Content> {
    json::recognise(bytes, "cached session of boto3", status.modified)
}

fn of_awsume(_: &str, bytes: &[u8], status: &file::Status) -> Option<Content> {
    json::recognise(bytes, "cached session of awsume", status.modified)
}

fn of_vault(name: &str, bytes: &[u8], _: &file::Status) -> Option<Content> {
    sealed::of_aws_vault(name, bytes).map(Content::Leftover)
}

// Not `granted cache clear --all`: that deletes the long-term keys that granted keeps, too.
fn of_granted_session(_: &str, bytes: &[u8], _: &file::Status) -> Option<Content> {
    let better = "granted cache clear --storage session-credentials";
    sealed::of_granted(bytes, Some(better)).map(Content::Leftover)
}

fn of_granted_sign_in(_: &str, bytes: &[u8], _: &file::Status) -> Option<Content> {
    let better = "granted cache clear --storage sso-token";
    sealed::of_granted(bytes, Some(better)).map(Content::Leftover)
}

fn of_granted_token(_: &str, bytes: &[u8], _: &file::Status) -> Option<Content> {
    sealed::of_granted(bytes, None).map(Content::Leftover)
}

/// A path's last part; empty if it is not UTF-8.
fn name_of(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    name.unwrap_or_default()
}
