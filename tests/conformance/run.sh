#!/bin/sh
# Runs the conformance suite: on the firmware as a Linux process with sanitizers, and on the board
# with each CPU it supports.
#
# usage: tests/conformance/run.sh        (after `make all`, from the root of the tree; BUILD, QEMU)
#
# Each run has a throw-away chip of its own. The vendor's keys are made once and kept, because RSA
# keys take seconds. Boards end with the suite's process, so that none stays behind.

set -u

BUILD=${BUILD:-build}
log=$BUILD/tests/log
work=
suite=
passed=0
failed=0

clean_up() {
    [ -z "$suite" ] || kill "$suite" 2>/dev/null
    [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A short name: a unix socket's must be.
work=$(mktemp -d /tmp/virtasp-conformance.XXXXXX) || exit 1
mkdir -p "$log"

# total FILE WORD: sum of cmocka's counts of passed or failed tests.
total() {
    sed -n "s/^\[  $2  \] .*\b\([0-9][0-9]*\) test(s).*/\1/p" "$1" | awk '{ n += $1 } END { print n + 0 }'
}

# run NAME OPTION...: one chip, one run of the suite.
run() {
    name=$1
    shift
    output=$log/conformance-$name.log
    if ! "$BUILD/host/virtasp" provision "$work/$name" --vendor "$BUILD/tests/vendor" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" >"$output" 2>&1; then
        sed 's/^/    /' "$output"
        failed=$((failed + 1))
        return
    fi
    start=$(date +%s)
    "$BUILD/tests/conformance" --chip "$work/$name" --table "$BUILD/command-table.tsv" \
        --hosted "$BUILD/hosted/virtasp-sp" "$@" >"$output" 2>&1 &
    suite=$!
    wait "$suite"
    status=$?
    suite=
    good=$(total "$output" PASSED)
    bad=$(total "$output" FAILED)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    echo "conformance on $name: $good tests passed, $bad failed, $(($(date +%s) - start)) seconds"
    if [ "$bad" -ne 0 ]; then
        grep -v '^\[ RUN\|^\[       OK' "$output" | sed 's/^/    /'
        cp "$work/$name/run/uart.log" "$log/conformance-$name-uart.log" 2>/dev/null
    fi
}

run hosted --board hosted
run max --board qemu --cpu max
run cortex-a15 --board qemu --cpu cortex-a15 --quick
run cortex-a7 --board qemu --cpu cortex-a7 --quick

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
