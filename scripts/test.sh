#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every test: the programs listed in build/tests/programs and the suites tests/*/run.sh, as
# many at a time as there are cores; then, alone, what measures time.
#
# usage: scripts/test.sh                 (make test)
#        scripts/test.sh TEST...         (make check)
#
# TEST: a program or a suite to run instead of them, with its arguments as one word.
#
# The last line tells the sums. Exit status: 0 if something ran and nothing failed.
# TEST_JOBS: how many run at a time. TEST_TIMEOUT, SUITE_TIMEOUT: see scripts/test-one.sh.

set -u

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
TEST_LOG=$BUILD/tests/log
export BUILD QEMU TEST_LOG
jobs=${TEST_JOBS:-$(nproc)}

# Suites of which something is measured against the clock.
alone=tests/bench/run.sh

rm -rf "$TEST_LOG"
mkdir -p "$TEST_LOG"

# suites: the suites, the ones that take longest first.
suites() {
    for name in conformance boot migration update persistence load fuzz provision attached packages \
        hypervisor debug memory; do
        [ ! -f "tests/$name/run.sh" ] || echo "tests/$name/run.sh"
    done
    for suite in tests/*/run.sh; do
        case $suite in
        tests/conformance/* | tests/boot/* | tests/migration/* | tests/update/* | \
            tests/persistence/* | tests/load/* | tests/fuzz/* | tests/provision/* | \
            tests/attached/* | tests/packages/* | tests/hypervisor/* | tests/debug/* | tests/memory/* | "$alone") ;;
        *) [ ! -f "$suite" ] || echo "$suite" ;;
        esac
    done
}

if [ $# -gt 0 ]; then
    printf '%s\n' "$@"
else
    suites
    [ ! -f "$BUILD/tests/programs" ] || cat "$BUILD/tests/programs"
fi | grep . | xargs -P "$jobs" -L 1 sh scripts/test-one.sh
if [ $# -eq 0 ] && [ -f "$alone" ]; then
    sh scripts/test-one.sh "$alone"
fi

echo
cat "$TEST_LOG"/*.count 2>/dev/null | awk '
    { passed += $1; failed += $2 }
    END {
        printf "%d passed, %d failed\n", passed, failed
        exit (failed > 0 || passed == 0)
    }'
