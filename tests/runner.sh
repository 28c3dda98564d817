#!/usr/bin/env bash
# Cargo starts every program through this (.cargo/config.toml). It leaves out the tests whose tools
# this machine lacks, and says which and why. `make test` installs the tools and sets
# AWSMFA_EVERY_TEST: then a missing tool is an error.
set -euo pipefail

program=$1
shift
case $program in
*/deps/*) ;;
*) exec "$program" "$@" ;; # `cargo run`
esac

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/target/venv/bin
release=${program%/*/deps/*}/release/awsmfa
shells="zsh fish dash ksh93 mksh"
[ "$(uname)" = Darwin ] || shells="$shells busybox"
sshd=$(PATH=$PATH:/usr/sbin command -v sshd || echo "$root/target/tools/sshd/usr/sbin/sshd")
card="pcscd setpriv cc $venv/python"
sdks="$root/target/tools/javascript/node"
[ "$(uname)" = Darwin ] || sdks="$sdks $root/target/tools/go/ask"

nu=$root/target/tools/nu/nu
[ -e "$nu" ] || nu=nu
nowhere=()
if [[ $(uname -sm) == "Linux a"* ]]; then
    echo "left out: the tests of nushell (npm has none for Linux on ARM)" >&2
    nowhere=(--skip json_shells::nu:: --skip nushell::)
fi

tests=
left_out=()

# needs PATTERN TOOL...: the tests whose names match need all these commands or files.
needs() {
    local pattern=$1 tool names missing=""
    shift
    for tool; do
        PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || missing="$missing ${tool#"$root"/}"
    done
    [ -n "$missing" ] || return 0
    tests=${tests:-$("$program" --list --format terse | sed -n 's/: test$//p')}
    names=$(grep -E "$pattern" <<<"$tests") || return 0 # in the other test binary
    echo "left out: $(grep -c . <<<"$names") of the tests of $(cut -d: -f1 <<<"$names" | sort -u |
        paste -sd, -) (missing:$missing)" >&2
    for name in $names; do left_out+=(--skip "$name"); done
}

# shellcheck disable=SC2086 # lists of words
{
    needs '^shell::tests::' $shells
    needs '^(shells|bases|held|compatible|given|logged_in|tool_settings|prompt|fresh_account)::' $shells
    needs '^(roles|secrets)::.*(shell|eval|base_session)' $shells
    needs '^doctor::(environments|shells)::' zsh fish python3
    needs '^directories::' zsh fish direnv "$root/target/tools/mise/mise"
    [ "${nowhere[*]-}" ] || needs '^(json_shells::nu|nushell)::' "$nu"
    needs '^(json_shells::)?elvish::' elvish
    needs '^(json_shells::)?xonsh::' "$root/target/tools/xonsh/bin/xonsh"
    needs '^json_shells::.*::a_directorys' direnv "$root/target/tools/mise/mise"
    needs '^json_shells::.*::every_profile' "$venv/aws"
    needs '^json_shells::.*::no_other_process' ps
    needs '^foreign_shells::' dash python3
    needs '^completions::' zsh fish elvish tmux
    needs '^completions::xonsh' "$root/target/tools/xonsh/bin/xonsh"
    needs '^packages::(plugins|install|manual|debian|rpm|wheel)::' zsh fish elvish tmux mandoc \
        "$root/target/tools/xonsh/bin/xonsh"
    needs '^ssh::' ssh ssh-keygen python3 "$sshd"
    needs '^ssh::remote_shell::' $shells
    needs '^packages::templates::the_formula' ruby
    needs '^packages::units::the_unit_starts' systemd-analyze
    needs '^packages::units::the_property' python3
    needs '^packages::wheel::' python3 "$root/target/tools/maturin/bin/maturin" "$release"
    needs '^packages::rpm::' cargo-generate-rpm rpm rpm2cpio cpio "$release"
    needs '^enroll::places::oathtool' oathtool
    needs '^packages::debian::' dpkg-deb dpkg-shlibdeps cargo-deb "$release"
    needs '^(cast|clients|readme|recipes)::|aws_cli|botocore|^each::an_interrupt' "$venv/aws" "$venv/python"
    needs '^scrub::tools::' "$venv/aws"
    needs '^clients::moto' "$venv/moto_server"
    needs '^clients::(outages|process|profiles|refresh|terraform)::' $sdks
    needs '^clients::profiles::' zsh fish
    needs '^(cast|fresh_account|readme)::|^recipes::a_server_of_tmux' tmux
    needs '^recipes::prompts' zsh
    needs '^yubikey::|^doctor::card::|^(fallback|ledger|network|programs|proof|system_calls)::.*(yubikey|touch)' $card
    needs '^yubikey::faithful::' "$venv/ykman"
    # What needs it is compiled for Linux only; other tests have such names too.
    [ "$(uname)" != Linux ] || needs '^(secrets|system_calls|scrub::crashes|enroll::crashes)::|^rotate::crashes::(killed_(at|while)|a_directory)|^agent::memory::no_secret|connects_to_nobody|no_other_address' strace
    needs '^(each|prompt|refresh|secrets)::' ps
    needs '^sources::managers::(pass|gpg|oathtool)' gpg gpgconf pass oathtool \
        /usr/lib/password-store/extensions/otp.bash
    needs '^sources::managers::age' age
    needs '^sources::managers::keepassxc' keepassxc-cli
    needs '^sources::managers::the_secret_service' dbus-run-session gnome-keyring-daemon secret-tool
    needs '^agent::users::' setpriv perl
    needs '^agent::suspended::' cc
    needs '^network::(addresses::|connections::resolving)' cc
    needs '^costs::' valgrind strace readelf "$release"
    needs '^console::browser::|curl|a_proxy_sees' curl
}

if [ ${#left_out[@]} -gt 0 ]; then
    [ -z "${AWSMFA_EVERY_TEST-}" ] || exit 1
    echo "'make test' installs what is missing and runs every test" >&2
fi
exec "$program" "$@" ${left_out[@]+"${left_out[@]}"} ${nowhere[@]+"${nowhere[@]}"}
