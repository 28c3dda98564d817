//! The names of the shell variables that awsmfa sets and unsets.

/// What `off` must be able to restore: every variable that `on` sets or unsets for any profile. This
/// is the only list; the snippets have none. What a profile's settings add depends on the profile:
/// [`super::Setting`].
pub const VARIABLES: [&str; 29] = [
    PROFILE_NAMES[0],
    PROFILE_NAMES[1],
    "AWS_EB_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_CREDENTIAL_FILE",
    WEB_IDENTITY,
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    CREDENTIAL_EXPIRATION,
    REGION,
    DEFAULT_REGION,
    PROFILE,
    ROLE_ARN,
    MFA_SERIAL,
    LONG_TERM_KEY_ID,
    OWN_REGION,
    EXPIRES_AT,
    OWN_KEY_ID,
    FROM_PROFILE,
    BASE_EXPIRES_AT,
    UNIVERSAL_PROFILE,
    OVERLAY,
    OWN_FILES[0],
    OWN_FILES[1],
    SESSION,
    BASES,
];

/// Those that would make an SDK use something other than the session: `on` only ever unsets them.
pub const MISLEADING: &[&str] = VARIABLES.split_at(7).0;

/// Those that hold a session and what belongs to it.
pub const OF_SESSION: &[&str] = VARIABLES.split_at(8).1;

/// Keys win over it, so it is left alone beside them. Over a profile it wins, in most SDKs.
pub const WEB_IDENTITY: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

/// The variables that name a profile for every tool, the strongest first.
pub const PROFILE_NAMES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// Other variables that would keep an SDK, or awsmfa, from using what `exec --refresh` serves. A
/// container's endpoint is among them: a relative path wins over the address that is set. And a
/// code works only once.
pub const INSTEAD_OF_ENDPOINT: [&str; 10] = [
    "AWSMFA_FORCE",
    "AWSMFA_TOKEN_CODE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

pub const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
pub const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
pub const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// What an SDK signs with.
pub const KEYS: [&str; 3] = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN];

pub const CREDENTIAL_EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// What goes with a session's keys, whatever has been set since.
pub const WITH_KEYS: [&str; 7] = [
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    CREDENTIAL_EXPIRATION,
    EXPIRES_AT,
    BASE_EXPIRES_AT,
    OWN_KEY_ID,
];

pub const REGION: &str = "AWS_REGION";
pub const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// Some tools read the one, some the other: they always say the same.
pub const REGIONS: [&str; 2] = [REGION, DEFAULT_REGION];

pub const PROFILE: &str = "AWSMFA_PROFILE";
pub const ROLE_ARN: &str = "AWSMFA_ROLE_ARN";
pub const MFA_SERIAL: &str = "AWSMFA_MFA_SERIAL";

/// The id of the long-term keys that the session was made with: another file may have a profile of the
/// same name for another user.
pub const LONG_TERM_KEY_ID: &str = "AWSMFA_LONG_TERM_KEY_ID";

/// The region that `on` itself set, from a flag or the profile. While both region variables still
/// have this value, the next `on` knows that the user did not choose it.
pub const OWN_REGION: &str = "AWSMFA_REGION";

/// The profile's settings that `on` exported, with their values: see [`super::Setting`].
pub const FROM_PROFILE: &str = "AWSMFA_FROM_PROFILE";

/// Seconds since the epoch, so that a prompt can count without parsing a date.
pub const EXPIRES_AT: &str = "AWSMFA_EXPIRES_AT";

/// The access key id of the session: whoever exports other keys does not change it.
pub const OWN_KEY_ID: &str = "AWSMFA_ACCESS_KEY_ID";

/// When the base session expires, in seconds since the epoch, for prompts and `status`: a time is no
/// secret.
pub const BASE_EXPIRES_AT: &str = "AWSMFA_BASE_EXPIRES_AT";

/// The profile in a universal variable of fish, which `on` cannot hide. While the variable still has
/// this value, nobody has set it since.
pub const UNIVERSAL_PROFILE: &str = "AWSMFA_UNIVERSAL_PROFILE";

/// The base sessions themselves. This variable stays in the shell: of all child processes, only awsmfa
/// gets it.
pub const BASE: &str = "__awsmfa_base";

/// What the role's session in this terminal was made from, so that it can be renewed. It stays in the
/// shell like [`BASE`].
pub const REQUEST: &str = "__awsmfa_request";

/// The variables that name proxies, and the one that tells that `HTTP_PROXY` cannot be trusted.
pub const PROXIES: [&str; 9] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "REQUEST_METHOD",
];

/// The directory of the overlay: see [`super::overlay`].
pub const OVERLAY: &str = "AWSMFA_OVERLAY";

/// The user's own config file and credentials file, if `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` named them before the overlay.
pub const OWN_FILES: [&str; 2] = ["AWSMFA_CONFIG_FILE", "AWSMFA_SHARED_CREDENTIALS_FILE"];

/// The key id, the secret and the token of the session, in a terminal of `--profiles`.
pub const SESSION: &str = "AWSMFA_SESSION";

/// What such a terminal exports of the base sessions: the text of [`BASE`].
pub const BASES: &str = "AWSMFA_BASE_SESSIONS";
