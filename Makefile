# People and CI run the same: `make demo`, `make test`. Both install what they need on Debian,
# Ubuntu and macOS, if Rust 1.94.1 or newer is installed.

PREFIX ?= /usr/local
DESTDIR ?=

# Not every shell expands the `~` of `PREFIX=~/.local`.
ROOT = $(DESTDIR)$(patsubst ~/%,$(HOME)/%,$(PREFIX))
SHARE = $(ROOT)/share
TARGET = $(or $(CARGO_TARGET_DIR),target)
BINARY = $(TARGET)/release/awsmfa

export PATH := $(CURDIR)/target/tools/bin:$(PATH):$(HOME)/.cargo/bin

# The oldest macOS that it is built for. maturin names it to cargo: so must every other build, or
# cargo builds again what it has.
export MACOSX_DEPLOYMENT_TARGET ?= 11.0

# Keeps the paths of this machine out of the binary, so that another machine makes the same bytes.
# Flags of your own in RUSTFLAGS take their place.
CARGO_HOME ?= $(HOME)/.cargo
REPRODUCIBLE = --config 'build.rustflags=["--remap-path-prefix=$(CARGO_HOME)=cargo", "--remap-path-prefix=$(CURDIR)=awsmfa"]'

# How many cases `make fuzz` tries of each property, and which of them: all, or those whose name
# holds the text.
CASES ?= 1000000
PROPERTY ?=

.DELETE_ON_ERROR:
.PHONY: all cast demo test tools lint portability check advisories fuzz man install install-share \
	uninstall deb rpm wheel dist bench

all: $(BINARY)

# A file, so that `sudo make install` after `make` does not call cargo.
$(BINARY): Cargo.toml Cargo.lock $(shell find src shell completions -type f)
	@script/setup.sh build
	cargo build --release --locked $(REPRODUCIBLE)
	@touch $@

demo:
	@script/setup.sh demo
	@tests/demo/demo.sh

tools:
	@script/setup.sh test

test: tools
	@before=$$(git status --porcelain 2>/dev/null); \
	$(MAKE) --no-print-directory lint portability check || exit; \
	after=$$(git status --porcelain 2>/dev/null); \
	if [ "$$before" != "$$after" ]; then \
		echo "the run changed the tree:"; echo "$$after"; exit 1; \
	fi

# Most tests wait: for a shell, a prompt, a program. So more of them run at once than there are cores.
export RUST_TEST_THREADS ?= $(shell echo $$((3 * $$(getconf _NPROCESSORS_ONLN))))

# tests/costs.rs measures the program as it is released, tests/packages packs it.
# AWSMFA_EVERY_TEST makes a missing tool an error; without it, its tests are left out.
check: tools
	cargo build --release --locked $(REPRODUCIBLE)
	AWSMFA_EVERY_TEST=1 cargo test --locked

lint: tools
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo deny --locked --log-level error check bans licenses sources
	shellcheck .ci/run script/*.sh tests/*.sh tests/*/*.sh packaging/*.sh shell/*.bash completions/*.bash
	shellcheck --shell dash shell/*.sh
	for file in shell/*.zsh; do zsh -fn $$file || exit; done
	if [ -x target/tools/nu/nu ]; then target/tools/nu/nu --no-config-file -c 'nu-check --debug shell/awsmfa.nu; nu-check --debug completions/awsmfa.nu'; fi
	cat shell/awsmfa.elv completions/awsmfa.elv shell/renew.elv | elvish -compileonly /dev/stdin
	zsh -fn completions/_awsmfa
	fish --no-config --no-execute completions/awsmfa.fish
	zsh -fn awsmfa.plugin.zsh
	for file in shell/*.fish; do fish --no-config --no-execute $$file || exit; done
	fish_indent --check shell/*.fish
	for file in shell/*.xsh completions/*.py; do \
		python3 -c "import ast, sys; ast.parse(open(sys.argv[1]).read())" $$file || exit; \
	done
	mandoc -T lint -W error man/*.1
	mandoc -T lint -W warning man/*.7

# Lints for macOS, FreeBSD and musl too, as far as their standard libraries can be had.
portability:
	@script/setup.sh portability
	script/portability.sh

# Not a part of `make test`: the list of advisories is fetched from github.com/RustSec, and the
# tests do without network. A workflow runs it for every change and every week.
advisories:
	@script/setup.sh lint
	cargo deny --locked check advisories

# The property tests for as long as you like; `make test` tries a few hundred cases of each. The
# other unit tests run along.
fuzz: tools
	PROPTEST_CASES=$(CASES) cargo test --locked --profile fuzz --bin awsmfa -- $(PROPERTY)

# The pages of section 1 are made from the command line's definition; awsmfa.7 is written by hand.
man:
	AWSMFA_WRITE_MAN_PAGES=1 cargo test --locked --quiet --bin awsmfa man_pages

# The picture in the README, drawn from a login in a terminal.
cast: tools
	AWSMFA_WRITE_CAST=1 cargo test --locked --quiet --test awsmfa the_picture_shows

install: $(BINARY) install-share
	install -d "$(ROOT)/bin"
	install -m 755 $(BINARY) "$(ROOT)/bin/awsmfa"

# A shell looks a completion up by the command's name: hence the links for aws-mfa-on. The agent's
# unit lies where systemd finds it, launchd's beside the snippets: a user enables either, or neither.
install-share:
	install -d "$(SHARE)/awsmfa" "$(SHARE)/man/man1" "$(SHARE)/man/man7" \
		"$(SHARE)/bash-completion/completions" "$(SHARE)/zsh/site-functions" \
		"$(SHARE)/fish/vendor_completions.d" "$(SHARE)/elvish/lib" \
		"$(SHARE)/nushell/vendor/autoload" "$(SHARE)/xonsh/vendor_completions" "$(SHARE)/systemd/user"
	install -m 644 shell/awsmfa.* completions/awsmfa.ps1 packaging/awsmfa-agent.plist "$(SHARE)/awsmfa"
	install -m 644 man/*.1 "$(SHARE)/man/man1"
	install -m 644 man/*.7 "$(SHARE)/man/man7"
	install -m 644 completions/awsmfa.bash "$(SHARE)/bash-completion/completions/awsmfa"
	ln -sf awsmfa "$(SHARE)/bash-completion/completions/aws-mfa-on"
	install -m 644 completions/_awsmfa "$(SHARE)/zsh/site-functions"
	install -m 644 completions/awsmfa.fish "$(SHARE)/fish/vendor_completions.d"
	ln -sf awsmfa.fish "$(SHARE)/fish/vendor_completions.d/aws-mfa-on.fish"
	install -m 644 completions/awsmfa.nu "$(SHARE)/nushell/vendor/autoload/awsmfa-completions.nu"
	install -m 644 completions/awsmfa.elv "$(SHARE)/elvish/lib"
	install -m 644 completions/awsmfa.py "$(SHARE)/xonsh/vendor_completions"
	ln -sf awsmfa.py "$(SHARE)/xonsh/vendor_completions/aws-mfa-on.py"
	install -m 644 packaging/awsmfa-agent.service "$(SHARE)/systemd/user"

# Takes away what `install` put there, and the one directory that is awsmfa's own.
uninstall:
	for file in bin/awsmfa $(patsubst man/%,share/man/man1/%,$(wildcard man/*.1)) \
		$(patsubst man/%,share/man/man7/%,$(wildcard man/*.7)) \
		$(patsubst shell/%,share/awsmfa/%,$(wildcard shell/awsmfa.*)) share/awsmfa/awsmfa.ps1 \
		share/awsmfa/awsmfa-agent.plist share/systemd/user/awsmfa-agent.service \
		share/bash-completion/completions/awsmfa share/bash-completion/completions/aws-mfa-on \
		share/zsh/site-functions/_awsmfa share/fish/vendor_completions.d/awsmfa.fish \
		share/fish/vendor_completions.d/aws-mfa-on.fish share/elvish/lib/awsmfa.elv \
		share/nushell/vendor/autoload/awsmfa-completions.nu \
		share/xonsh/vendor_completions/awsmfa.py share/xonsh/vendor_completions/aws-mfa-on.py; \
	do rm -f "$(ROOT)/$$file" || exit 1; done
	rmdir "$(SHARE)/awsmfa" 2>/dev/null || true

# The Debian package of the release binary: target/debian/awsmfa_VERSION_ARCHITECTURE.deb, and no other
# version's, so that a pattern means one file.
deb: $(BINARY)
	@script/setup.sh deb
	rm -f $(TARGET)/debian/awsmfa_*.deb
	cargo deb --quiet --locked --no-build --no-strip

# The rpm package of the release binary: target/generate-rpm/awsmfa-VERSION-1.ARCHITECTURE.rpm
rpm: $(BINARY)
	@script/setup.sh rpm
	rm -f $(TARGET)/generate-rpm/awsmfa-*.rpm
	cargo generate-rpm

# The wheel of the release binary: target/wheels/awsmfa_cli-VERSION-py3-none-PLATFORM.whl
wheel: $(BINARY)
	@script/setup.sh wheel
	rm -f $(TARGET)/wheels/awsmfa_cli-*.whl
	packaging/wheel.sh $(TARGET)/wheels $(REPRODUCIBLE)

# What a release carries for this machine, in target/dist.
dist:
	@script/setup.sh dist
	packaging/dist.sh $(REPRODUCIBLE)

# Prints figures and judges none: it fails only if something does not work.
bench: $(BINARY)
	@script/setup.sh bench
	cargo build --release --locked $(REPRODUCIBLE) --example instant-sts
	python3 -B tests/bench/speed.py $(BINARY) $(TARGET)/release/examples/instant-sts target
