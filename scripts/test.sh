#!/bin/sh
# Runs every test: the unit programs, then the conformance program and the suites tests/*/run.sh.
#
# usage: scripts/test.sh       (make test; the programs are listed in build/tests/programs)
#
# A program's tests are counted from cmocka's summary, a suite's from its own lines
# "N passed, N failed". A program that crashes, hangs or runs no test counts as one failure. The
# last line tells the sums. Exit status: 0 if something ran and nothing failed.
#
# TEST_TIMEOUT and SUITE_TIMEOUT: seconds that one program or one suite may take.

set -u

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU
log=$BUILD/tests/log
passed=0
failed=0

# counts FILE PATTERN: the sum of the numbers that PATTERN's first group matches.
counts() {
    sed -n "s/$2/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

# run NAME SECONDS COMMAND...
run() {
    name=$1
    seconds=$2
    shift 2
    output=$log/$(echo "$name" | tr / -).log
    timeout --kill-after=10 "$seconds" "$@" >"$output" 2>&1 </dev/null
    status=$?

    good=$(counts "$output" '^\[  PASSED  \] .*\b\([0-9][0-9]*\) test(s).*')
    bad=$(counts "$output" '^\[  FAILED  \] .*\b\([0-9][0-9]*\) test(s).*')
    good=$((good + $(counts "$output" '^\([0-9][0-9]*\) passed, [0-9][0-9]* failed$')))
    bad=$((bad + $(counts "$output" '^[0-9][0-9]* passed, \([0-9][0-9]*\) failed$')))
    note=
    if [ $bad -eq 0 ]; then
        if [ $status -eq 124 ] || [ $status -eq 137 ]; then
            note=" (stopped after $seconds seconds)"
        elif [ $status -ne 0 ]; then
            note=" (exit status $status)"
        elif [ $good -eq 0 ]; then
            note=" (ran no test)"
        fi
        [ -z "$note" ] || bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    if [ $bad -eq 0 ]; then
        printf '  ok    %-50s %5d\n' "$name" "$good"
    else
        sed 's/^/    | /' "$output"
        printf '  FAIL  %-50s %5d of %d%s\n' "$name" "$bad" "$((good + bad))" "$note"
    fi
}

rm -rf "$log"
mkdir -p "$log"

if [ -f "$BUILD/tests/programs" ]; then
    while read -r program; do
        [ -z "$program" ] || run "${program#"$BUILD/tests/"}" "${TEST_TIMEOUT:-120}" "$program"
    done <"$BUILD/tests/programs"
fi

# A suite that needs a board around its program brings it up in its run.sh.
if [ -x "$BUILD/tests/conformance" ] && [ ! -f tests/conformance/run.sh ]; then
    run conformance "${SUITE_TIMEOUT:-1200}" "$BUILD/tests/conformance"
fi
for suite in tests/*/run.sh; do
    [ ! -f "$suite" ] || run "${suite#tests/}" "${SUITE_TIMEOUT:-1200}" sh "$suite"
done

echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
