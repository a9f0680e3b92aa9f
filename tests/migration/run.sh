#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests of migration: between firmware processes with sanitizers, in two shares side by
# side, and between two emulated boards.
#
# usage: tests/migration/run.sh [OPTION...]
#        (after `make tests`, from the root of the tree; BUILD, QEMU)
#
# With --all every single byte is flipped, which takes minutes.
#
# Each share has throw-away chips of its own. The keys of the vendors are made once and kept, because
# RSA keys take seconds. Boards end with their program, so that none stays behind.

set -u

BUILD=${BUILD:-build}
log=$BUILD/tests/log
running=
passed=0
failed=0

# shellcheck disable=SC1091 # checked by itself
. tests/common/scratch.sh
clean_up() {
    for program in $running; do
        kill "$program" 2>/dev/null
    done
}
scratch migration
mkdir -p "$log"

# chip NAME VENDOR
chip() {
    "$BUILD/host/virtasp" provision "$work/$1" --vendor "$2" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" >"$work/output" 2>&1 || {
        sed 's/^/    /' "$work/output"
        echo "0 passed, 1 failed"
        exit 1
    }
}

# begin NAME OPTION...: starts the program in the background with two chips of its own.
begin() {
    name=$1
    shift
    chip "$name-a" "$BUILD/tests/vendor"
    chip "$name-b" "$BUILD/tests/vendor"
    mkdir -p "$work/$name"
    timeout --kill-after=10 600 "$BUILD/tests/migration" --chip "$work/$name-a" \
        --chip-b "$work/$name-b" --foreign "$work/foreign" --work "$work/$name" "$@" \
        >"$log/migration-$name.log" 2>&1 &
    running="$running $!"
}

# finish NAME PROCESS: waits for it and adds up.
finish() {
    output=$log/migration-$1.log
    wait "$2"
    status=$?
    sums=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' "$output")
    good=${sums% *}
    bad=${sums#* }
    if [ -z "$sums" ]; then
        good=0
        bad=0
    fi
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        echo "migration $1: exit status $status"
    fi
    grep -v 'passed,' "$output" | sed "s/^/    $1: /"
    passed=$((passed + good))
    failed=$((failed + bad))
}

start=$(date +%s)
chip foreign "$BUILD/tests/vendor-foreign"
begin hosted-1 --hosted "$BUILD/hosted/virtasp-sp" --share 1 "$@"
first=${running##* }
begin hosted-2 --hosted "$BUILD/hosted/virtasp-sp" --share 2 "$@"
second=${running##* }
finish hosted-1 "$first"
finish hosted-2 "$second"
running=
begin boards --quick
boards=${running##* }
finish boards "$boards"
running=

echo "$(($(date +%s) - start)) seconds"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
