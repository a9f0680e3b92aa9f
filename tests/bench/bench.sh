#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmark on a throw-away chip (make bench).
#
# usage: tests/bench/bench.sh [--vs FILE] [--rounds N] [--cpu MODEL] [--no-engine] [--quick]
#                             [--json FILE] [--hosted FILE]
#        (after `make board host`, from the root of the tree; BUILD, QEMU)
#
# The figures also go to build/bench.json, or to the file after --json. When that file is there
# already, what has changed since is printed, too. With --vs, FILE is another firmware.bin, and the
# two are measured in turns, N times each (3): their quotients tell more than figures of two days. It
# writes no JSON, and there are no figures of what needs more of the other build than its firmware:
# primitives, and the sizes of code.
#
# The vendor's keys are those of the tests: they are made once, because RSA keys take seconds.

set -u

BUILD=${BUILD:-build}
bench=

# shellcheck disable=SC1091 # checked by itself
. tests/common/scratch.sh
clean_up() { [ -z "$bench" ] || kill "$bench" 2>/dev/null; }

# The options that are this script's; the others are the program's.
json=
other=
rounds=3
cpu=max
hosted=
quick=
engine=
while [ $# -gt 0 ]; do
    case $1 in
    --vs | --rounds | --cpu | --json | --hosted)
        [ $# -ge 2 ] || {
            echo "tests/bench/bench.sh: $1 wants a value" >&2
            exit 2
        }
        case $1 in
        --vs) other=$2 ;;
        --rounds) rounds=$2 ;;
        --cpu) cpu=$2 ;;
        --json) json=$2 ;;
        --hosted) hosted=$2 ;;
        esac
        shift 2
        ;;
    --no-engine)
        engine=--no-engine
        shift
        ;;
    --quick)
        quick=--quick
        shift
        ;;
    *)
        echo "tests/bench/bench.sh: unknown option: $1" >&2
        exit 2
        ;;
    esac
done
case $rounds in
[1-9] | [12][0-9] | 3[0-2]) ;;
*)
    echo "tests/bench/bench.sh: --rounds wants a number from 1 to 32" >&2
    exit 2
    ;;
esac

if [ -n "$other" ] && [ -n "$json$hosted" ]; then
    echo "tests/bench/bench.sh: --vs goes neither with --json nor with --hosted" >&2
    exit 2
fi
json=${json:-$BUILD/bench.json}

scratch bench
mkdir -p "$BUILD/tests"

# run COMMAND...: in the background, so that a signal to this script ends the board, too.
run() {
    "$@" &
    bench=$!
    wait "$bench"
    run_status=$?
    bench=
    return $run_status
}

# provision CHIP FIRMWARE
provision() {
    if ! "$BUILD/host/virtasp" provision "$work/$1" --vendor "$BUILD/tests/vendor" \
        --rom "$BUILD/board/rom.bin" --firmware "$2" >"$work/log" 2>&1; then
        cat "$work/log" >&2
        return 1
    fi
}

# measure CHIP ARGUMENT...
measure() {
    chip=$1
    shift
    run "$BUILD/tests/bench" --chip "$work/$chip" --cpu "$cpu" ${hosted:+--hosted "$hosted"} \
        ${quick:+"$quick"} ${engine:+"$engine"} "$@"
}

provision chip "$BUILD/board/firmware.bin" || exit 1
if [ -n "$other" ]; then
    provision other "$other" || exit 1
    round=1
    set --
    while [ "$round" -le "$rounds" ]; do
        measure other --json "$work/other$round.json" >"$work/log" &&
            measure chip --json "$work/chip$round.json" >"$work/log" || exit 1
        set -- "$@" "$work/other$round.json" "$work/chip$round.json"
        round=$((round + 1))
    done
    run "$BUILD/tests/bench" --pairs "$@"
    exit
fi

# The firmware as a Linux process has no board whose primitives could be timed.
primitives=
if [ -z "$hosted" ]; then
    primitives=$work/primitives
    run sh tests/bench/primitives.sh "$BUILD/tests/vendor" "$cpu" >"$primitives" || exit 1
fi

# The reference emulator is there only where Unicorn could be had.
if [ -n "$primitives" ] && [ -x "$BUILD/tests/emulator-bench" ] && [ -f "$BUILD/guests/work.bin" ]; then
    provision second "$BUILD/board/firmware.bin" || exit 1
    run "$BUILD/tests/emulator-bench" "$work/chip" "$work/second" "$BUILD/guests" \
        >>"$primitives" || exit 1
fi

# Linux as a guest, where QEMU 11.1 and a kernel are.
if [ -n "$primitives" ]; then
    run sh tests/bench/linux_guest.sh "$BUILD/tests/vendor" ${quick:+quick} >>"$primitives" || exit 1
fi
before=
if [ -s "$json" ] && cp "$json" "$work/before.json"; then
    before=$work/before.json
fi
measure chip --build "$BUILD" --json "$json" ${primitives:+--primitives "$primitives"} ${before:+--before "$before"}
