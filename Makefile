# People and CI run the same: `make demo`, `make test`. Both install what they need on Debian,
# Ubuntu and macOS, where Rust 1.94.1 or newer is there.

PREFIX ?= /usr/local
DESTDIR ?=

SHARE = $(DESTDIR)$(PREFIX)/share
TARGET = $(or $(CARGO_TARGET_DIR),target)
BINARY = $(TARGET)/release/awsmfa

export PATH := $(CURDIR)/target/tools/bin:$(PATH):$(HOME)/.cargo/bin

.DELETE_ON_ERROR:
.PHONY: all demo test tools lint check completions install bench

all: $(BINARY)

# A file, so that `sudo make install` after `make` does not call cargo.
$(BINARY): Cargo.toml Cargo.lock $(shell find src shell -type f)
	@tests/setup.sh build
	cargo build --release --locked
	@touch $@

demo:
	@tests/setup.sh demo
	@tests/demo.sh

tools:
	@tests/setup.sh test

test: tools
	@before=$$(git status --porcelain 2>/dev/null); \
	$(MAKE) --no-print-directory lint check && \
	after=$$(git status --porcelain 2>/dev/null); \
	if [ "$$before" != "$$after" ]; then \
		echo "the run changed the tree:"; echo "$$after"; exit 1; \
	fi

# tests/costs.rs measures the program as it is released.
check: tools $(BINARY)
	cargo test --locked

lint: tools
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo deny --locked --log-level error check bans licenses sources
	shellcheck .ci/run tests/*.sh shell/*.bash
	shellcheck --shell dash shell/awsmfa.sh
	zsh -fn shell/awsmfa.zsh
	zsh -fn completions/_awsmfa
	fish --no-config --no-execute shell/awsmfa.fish
	fish_indent --check shell/awsmfa.fish

completions:
	cargo build --locked
	for pair in bash:awsmfa.bash zsh:_awsmfa fish:awsmfa.fish elvish:awsmfa.elv powershell:awsmfa.ps1; do \
		$(TARGET)/debug/awsmfa completions "$${pair%%:*}" >"completions/$${pair##*:}" || exit 1; \
	done

# A shell looks a completion up by the command's name: hence the links for aws-mfa-on.
install: $(BINARY)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/awsmfa" \
		"$(SHARE)/bash-completion/completions" "$(SHARE)/zsh/site-functions" \
		"$(SHARE)/fish/vendor_completions.d" "$(SHARE)/elvish/lib"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/awsmfa"
	install -m 644 shell/awsmfa.* completions/awsmfa.ps1 "$(SHARE)/awsmfa"
	install -m 644 completions/awsmfa.bash "$(SHARE)/bash-completion/completions/awsmfa"
	ln -sf awsmfa "$(SHARE)/bash-completion/completions/aws-mfa-on"
	install -m 644 completions/_awsmfa "$(SHARE)/zsh/site-functions"
	install -m 644 completions/awsmfa.fish "$(SHARE)/fish/vendor_completions.d"
	ln -sf awsmfa.fish "$(SHARE)/fish/vendor_completions.d/aws-mfa-on.fish"
	install -m 644 completions/awsmfa.elv "$(SHARE)/elvish/lib"

# Prints figures and judges none: it fails only where something does not work.
bench: $(BINARY)
	@tests/setup.sh bench
	cargo build --release --locked --example instant-sts
	python3 -B benches/speed.py $(BINARY) $(TARGET)/release/examples/instant-sts target
