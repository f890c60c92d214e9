#!/usr/bin/env bash
# Makes the pictures of the page anew, with a real Chromium on real servers: src/figures/page-*.png.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build -p chat-server -p baccarat-server
cargo test -p fleet --test browser -- --ignored --exact screenshots::of_the_page
ls -l docs/src/figures/page-*.png
