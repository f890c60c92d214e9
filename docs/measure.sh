#!/bin/sh
# Measures all that the tables and figures of performance.md show, on this machine, and writes them into
# docs/src/figures and into the page. It takes about three quarters of an hour; what is done is not done again, so it may be
# stopped and goes on. To measure all anew, remove the *.json there.
#
# What stands behind its name goes to `loadgen compare`: `docs/measure.sh --rounds 1 -- --duration 100ms` is quick.
# Redis and NATS must be installed (Debian: redis-server, nats-server), and a C compiler.
set -eu
cd "$(dirname "$0")/.."
cargo build --release --workspace --bins

# What the suite `durable` wants to find: a folder for its file, and two Redis.
rm -rf target/durable
redis=
# shellcheck disable=SC2317 # by the trap it is called
end_redis() {
    for started in $redis; do kill "$started" || true; done
}
trap end_redis EXIT
for fsync in everysec always; do
    case $fsync in everysec) port=16379 ;; *) port=16380 ;; esac
    mkdir -p "target/durable/$fsync"
    redis-server --port "$port" --dir "target/durable/$fsync" --save '' --appendonly yes --appendfsync "$fsync" \
        > "target/durable/$fsync/log" &
    redis="$redis $!"
    until redis-cli -p "$port" ping > /dev/null 2>&1; do
        kill -0 "$!" || exit 1 # its log says why
        sleep 0.1
    done
done

failed=0
for suite in echo calc chat durable; do
    cargo run -q --release --bin loadgen -- compare --suite "$suite" --into docs/src/figures "$@" || {
        # 1: a server was too slow, or could not be measured. All else is the end: a wrong flag, Ctrl-C.
        code=$?
        [ "$code" -eq 1 ] || exit "$code"
        failed=1
    }
done
UPDATE=1 cargo test -p loadgen --test figures
exit "$failed"
