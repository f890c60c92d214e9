#!/usr/bin/env bash
# Runs every fuzz target for a few seconds, 10 unless told: finds what breaks at once, and targets that do not build.
#
#     fuzz/smoke.sh [SECONDS]
#
# These are the flags of cargo-fuzz without its address sanitizer, which only a nightly compiler has. There is no
# unsafe code in what is fuzzed, so it would hardly find more.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-10}
host=$(rustc -vV | sed -n 's/^host: //p')
flags=(
    --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
)
# With --target the flags are for the targets alone, and not for what runs while they are built.
RUSTFLAGS="${flags[*]}" cargo build --quiet --release --locked --target "$host"

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

run() {
    "target/$host/release/$1" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="artifacts/$1-" "$logs/$1-corpus" 2>"$logs/$1"
}

mkdir -p artifacts
targets=(fuzz_targets/*.rs)
processes=()
for target in "${targets[@]}"; do
    name=$(basename "$target" .rs)
    mkdir "$logs/$name-corpus"
    run "$name" &
    processes+=($!)
done

failed=0
for index in "${!targets[@]}"; do
    name=$(basename "${targets[index]}" .rs)
    if wait "${processes[index]}"; then
        printf '%-14s %s inputs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$name")"
    else
        failed=1
        printf '%s has found something:\n' "$name"
        tail -n 30 "$logs/$name"
    fi
done
exit "$failed"
