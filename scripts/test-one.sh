#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one test program or suite, says how it went, and leaves its counts for scripts/test.sh.
#
# usage: scripts/test-one.sh PROGRAM|tests/NAME/run.sh [ARGUMENT...]
#
# A program's tests are counted from cmocka's summary, a suite's from its own lines
# "N passed, N failed". One that crashes, hangs or runs no test counts as one failure.
#
# Environment: BUILD, TEST_LOG (directory for output and counts); TEST_CPU (120: seconds of the
# processor's time that each process of a program may use, which do not depend on what else the machine
# does); TEST_TIMEOUT and SUITE_TIMEOUT (seconds on the clock until a program or a suite, which waits
# for more than the processor, counts as hanging).

set -u

case $1 in
tests/*/run.sh)
    name="${1#tests/}${2:+ $2}"
    seconds=${SUITE_TIMEOUT:-1200}
    set -- sh "$@"
    ;;
*)
    name=${1#"$BUILD/tests/"}
    seconds=${TEST_TIMEOUT:-1800}
    cpu_seconds=${TEST_CPU:-120}
    # shellcheck disable=SC3045 # every shell of Linux knows -S: the limit sends SIGXCPU
    ulimit -S -t "$cpu_seconds"
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
    elif [ $status -eq 152 ]; then
        note=" (stopped after $cpu_seconds seconds of the processor's time)"
    elif [ $status -ne 0 ]; then
        note=" (exit status $status)"
    elif [ $good -eq 0 ]; then
        note=" (ran no test)"
    fi
    [ -z "$note" ] || bad=1
fi

# What a suite could not try on this machine is no failure, but is said.
left_out=$(sed -n 's/^left out: /        left out: /p' "$output")

# One write, so that programs that run at the same time do not mix their lines.
if [ $bad -eq 0 ]; then
    printf '  ok    %-50s %5d %5d s\n%s' "$name" "$good" "$took" "${left_out:+$left_out
}"
else
    printf '%s\n  FAIL  %-50s %5d of %d%s\n' "$(sed 's/^/    | /' "$output")" "$name" "$bad" \
        "$((good + bad))" "$note"
fi
echo "$good $bad" >"$output.count"
