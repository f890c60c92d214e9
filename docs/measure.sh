#!/bin/sh
# Measures all that the tables and figures of performance.md show, on this machine, and writes them into
# docs/src/figures and into the page. It takes about twenty minutes; what is done is not done again, so it may be
# stopped and goes on. To measure all anew, remove the *.json there.
#
# What stands behind its name goes to `loadgen compare`: `docs/measure.sh --rounds 1 -- --duration 100ms` is quick.
# Redis and NATS must be installed (Debian: redis-server, nats-server).
set -eu
cd "$(dirname "$0")/.."
bin=${CARGO_TARGET_DIR:-$PWD/target}/release
cargo build --release --workspace --bins
cc -O2 -pthread -o "$bin/echo-pthread" crates/echo-server/benches/peer/echo_pthread.c
cc -O2 -pthread -o "$bin/calc-three-calls" crates/calc-server/benches/peer/calc_three_calls.c
PATH="$bin:$PATH" loadgen compare --cells docs/cells.json --into docs/src/figures "$@"
UPDATE=1 cargo test -p loadgen --test figures
