#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one test program or suite, says how it went, and leaves its counts for scripts/test.sh.
#
# usage: scripts/test-one.sh PROGRAM|tests/NAME/run.sh [ARGUMENT...]
#
# A program's tests are counted from cmocka's summary, a suite's from its own lines
# "N passed, N failed". One that crashes, hangs or runs no test counts as one failure.
#
# Environment: BUILD, TEST_LOG (directory for output and counts), TEST_TIMEOUT and SUITE_TIMEOUT
# (seconds that one program or one suite may take).

set -u

case $1 in
tests/*/run.sh)
    name="${1#tests/}${2:+ $2}"
    seconds=${SUITE_TIMEOUT:-1200}
    set -- sh "$@"
    ;;
*)
    name=${1#"$BUILD/tests/"}
    seconds=${TEST_TIMEOUT:-300}
    ;;
esac
output=$TEST_LOG/$(echo "$name" | tr '/ ' '--').log

# counts PATTERN: the sum of the numbers that PATTERN's first group matches in the output.
counts() {
    sed -n "s/$1/\1/p" "$output" | awk '{ sum += $1 } END { print sum + 0 }'
}

start=$(date +%s)
timeout --kill-after=10 "$seconds" "$@" >"$output" 2>&1 </dev/null
status=$?
took=$(($(date +%s) - start))

good=$(counts '^\[  PASSED  \] .*\b\([0-9][0-9]*\) test(s).*')
bad=$(counts '^\[  FAILED  \] .*\b\([0-9][0-9]*\) test(s).*')
good=$((good + $(counts '^\([0-9][0-9]*\) passed, [0-9][0-9]* failed$')))
bad=$((bad + $(counts '^[0-9][0-9]* passed, \([0-9][0-9]*\) failed$')))
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

# One write, so that programs that run at the same time do not mix their lines.
if [ $bad -eq 0 ]; then
    printf '  ok    %-50s %5d %5d s\n' "$name" "$good" "$took"
else
    printf '%s\n  FAIL  %-50s %5d of %d%s\n' "$(sed 's/^/    | /' "$output")" "$name" "$bad" \
        "$((good + bad))" "$note"
fi
echo "$good $bad" >"$output.count"
