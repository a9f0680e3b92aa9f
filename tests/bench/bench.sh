#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmark on a throw-away chip (make bench).
#
# usage: tests/bench/bench.sh [--cpu MODEL] [--quick] [--json FILE] [--hosted FILE]
#        (after `make board host`, from the root of the tree; BUILD, QEMU)
#
# The figures also go to build/bench.json, or to the file after --json. The vendor's keys are those
# of the tests: they are made once, because RSA keys take seconds.

set -u

BUILD=${BUILD:-build}
work=
bench=

clean_up() {
    [ -z "$bench" ] || kill "$bench" 2>/dev/null
    [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A short name: a unix socket's must be.
work=$(mktemp -d /tmp/virtasp-bench.XXXXXX) || exit 1
mkdir -p "$BUILD/tests"

if ! "$BUILD/host/virtasp" provision "$work/chip" --vendor "$BUILD/tests/vendor" \
    --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    exit 1
fi

# In the background, so that a signal to this script ends the board, too. A later --json wins.
"$BUILD/tests/bench" --chip "$work/chip" --build "$BUILD" --json "$BUILD/bench.json" "$@" &
bench=$!
wait "$bench"
status=$?
bench=
(exit "$status")
