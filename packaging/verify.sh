#!/usr/bin/env bash
# packaging/verify.sh
#
# Prints, for a release's notes, how to verify that the release workflow built a file.
set -euo pipefail
cd "$(dirname "$0")/.."

repository=$(sed -n 's|^repository = "https://github.com/\(.*\)"$|\1|p' Cargo.toml)
cat <<END

To verify that this repository's release workflow built a file (the archives, packages and wheels):

\`\`\`sh
gh attestation verify FILE --repo $repository \\
    --signer-workflow $repository/.github/workflows/release.yml
\`\`\`
END
