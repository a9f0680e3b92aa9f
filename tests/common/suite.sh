# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Runs a test program that drives a board (tests/common/program.h); read by tests/*/run.sh.
#
# usage: . tests/common/suite.sh; suite_begin NAME; suite_run RUN OPTION...; ...; suite_end
#
# Each run has a throw-away chip of its own. The vendor's keys are made once and kept, because RSA
# keys take seconds. Boards end with the program, so that none stays behind.

BUILD=${BUILD:-build}
suite_log=$BUILD/tests/log
suite_process=
suite_passed=0
suite_failed=0

# shellcheck disable=SC1091 # checked by itself
. tests/common/scratch.sh
clean_up() { [ -z "$suite_process" ] || kill "$suite_process" 2>/dev/null; }

# suite_begin NAME: the program is $BUILD/tests/NAME.
suite_begin() {
    suite_name=$1
    scratch "$suite_name"
    mkdir -p "$suite_log"
}

# suite_total FILE WORD: sum of cmocka's counts of passed or failed tests.
suite_total() {
    sed -n "s/^\[  $2  \] .*\b\([0-9][0-9]*\) test(s).*/\1/p" "$1" |
        awk '{ n += $1 } END { print n + 0 }'
}

# suite_make_chip DIR: a chip that runs the firmware of $BUILD. A suite that needs more of its chips
# defines the function anew.
suite_make_chip() {
    "$BUILD/host/virtasp" provision "$1" --vendor "$BUILD/tests/vendor" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin"
}

# suite_run RUN OPTION...: one chip, one run of the program.
suite_run() {
    run=$1
    shift
    output=$suite_log/$suite_name-$run.log
    if ! suite_make_chip "$work/$run" >"$output" 2>&1; then
        sed 's/^/    /' "$output"
        suite_failed=$((suite_failed + 1))
        return
    fi
    start=$(date +%s)
    "$BUILD/tests/$suite_name" --chip "$work/$run" --hosted "$BUILD/hosted/virtasp-sp" \
        --table "$BUILD/command-table.tsv" "$@" >"$output" 2>&1 &
    suite_process=$!
    wait "$suite_process"
    status=$?
    suite_process=
    good=$(suite_total "$output" PASSED)
    bad=$(suite_total "$output" FAILED)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    suite_passed=$((suite_passed + good))
    suite_failed=$((suite_failed + bad))
    echo "$suite_name on $run: $good tests passed, $bad failed, $(($(date +%s) - start)) seconds"
    sed -n 's/^note: /    /p' "$output"
    if [ "$bad" -ne 0 ]; then
        grep -v '^\[ RUN\|^\[       OK' "$output" | sed 's/^/    /'
        cp "$work/$run/run/uart.log" "$suite_log/$suite_name-$run-uart.log" 2>/dev/null
    fi
}

# same_cases RUN CATALOGUE RECORDED: one more test, if the run was asked for: the catalogue of cases
# (tests/conformance/catalogue.h) is what they turned out to be.
same_cases() {
    # shellcheck disable=SC2154 # of the suite that reads this
    case " $runs " in
    *" $1 "*) ;;
    *) return ;;
    esac
    if diff "$2" "$3" >"$work/cases"; then
        suite_passed=$((suite_passed + 1))
    else
        suite_failed=$((suite_failed + 1))
        echo "$2 is not what the cases do; $3 is"
        head -n 20 "$work/cases" | sed 's/^/    /'
    fi
}

# suite_end: prints the sums; exit status 0 when something ran and nothing failed.
suite_end() {
    echo "$suite_passed passed, $suite_failed failed"
    [ "$suite_failed" -eq 0 ] && [ "$suite_passed" -gt 0 ]
}
