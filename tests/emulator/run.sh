#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each guest on the reference emulator, with the firmware as a Linux process and on the board, and
# then what a hypervisor does with guests: tests/emulator/*.c.
#
# usage: tests/emulator/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u

# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

if [ ! -x "$BUILD/host/virtasp-emulator" ]; then
    echo "left out: the reference emulator; Unicorn could not be had (make emulator)"
    echo "1 passed, 0 failed"
    exit 0
fi
if [ ! -f "$BUILD/guests/hello.bin" ]; then
    echo "left out: the guests; there is no compiler for x86-64 here (GUEST_CC)"
    echo "1 passed, 0 failed"
    exit 0
fi

suite_begin emulator

# guest BOARD NAME OPTION...: a guest that finds itself in order, and says so by the exit status.
guest() {
    board=$1
    shift
    output=$suite_log/emulator-guest.log
    case $board in
    hosted) set -- "$@" --hosted "$BUILD/hosted/virtasp-sp" ;;
    esac
    if "$BUILD/host/virtasp" run --chip "$work/guests" "$@" >"$output" 2>&1; then
        suite_passed=$((suite_passed + 1))
    else
        suite_failed=$((suite_failed + 1))
        echo "FAILED: virtasp run $* on $board"
        sed 's/^/    /' "$output"
    fi
}

suite_make_chip "$work/guests" >"$suite_log/emulator-chip.log" 2>&1
guest hosted hello --plain
for c_bit in 36 39 43 47 51; do
    guest hosted hello --c-bit "$c_bit"
done
for name in hello memory dma secret smp tamper; do
    guest hosted "$name"
    guest hosted "$name" --es
done
guest hosted es
for name in hello dma smp es snp tamper; do
    guest hosted "$name" --snp
done
guest hosted hello --vcpus 8 --memory 64 --snp
for name in hello memory dma secret es snp smp tamper; do
    guest qemu "$name"
done
guest qemu tamper --snp
echo "guests: $suite_passed ran, $suite_failed failed"

# A guest that fails must be seen to fail: there is no GHCB where this one looks for it.
if "$BUILD/host/virtasp" run --plain --chip "$work/guests" --hosted "$BUILD/hosted/virtasp-sp" es \
    >"$suite_log/emulator-guest.log" 2>&1; then
    echo "FAILED: a guest that gives a bad verdict is taken for good"
    suite_failed=$((suite_failed + 1))
else
    suite_passed=$((suite_passed + 1))
fi

# Every line of a trace is JSON of its own, and the same guest does the same twice.
trace=$work/trace.json
guest hosted smp --trace "$trace"
guest hosted smp --trace "$trace.2"
for kind in command exit exception fill; do
    case $kind in
    exception) continue ;;
    esac
    if grep -q "^{\"us\":[0-9]*,\"event\":\"$kind\",.*}\$" "$trace"; then
        suite_passed=$((suite_passed + 1))
    else
        echo "FAILED: the trace has no $kind"
        suite_failed=$((suite_failed + 1))
    fi
done
strip() { sed 's/^{"us":[0-9]*,//' "$1" | grep '"event":"exit"'; }
strip "$trace" >"$work/exits.1"
strip "$trace.2" >"$work/exits.2"
if [ -s "$work/exits.1" ] && cmp -s "$work/exits.1" "$work/exits.2"; then
    suite_passed=$((suite_passed + 1))
else
    echo "FAILED: two runs of smp differ"
    suite_failed=$((suite_failed + 1))
fi

suite_make_chip "$work/second" >"$suite_log/emulator-chip.log" 2>&1
"$BUILD/tests/emulator" --chip "$work/guests" --second "$work/second" \
    --hosted "$BUILD/hosted/virtasp-sp" --guests "$BUILD/guests" \
    >"$suite_log/emulator-program.log" 2>&1
status=$?
good=$(suite_total "$suite_log/emulator-program.log" PASSED)
bad=$(suite_total "$suite_log/emulator-program.log" FAILED)
[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
suite_passed=$((suite_passed + good))
suite_failed=$((suite_failed + bad))
echo "hypervisor: $good tests passed, $bad failed"
[ "$bad" -eq 0 ] || sed 's/^/    /' "$suite_log/emulator-program.log"
suite_end
