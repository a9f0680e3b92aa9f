# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # work comes from the scripts
# Counts the tests of a shell script; read by tests/*/run.sh, with $work a directory.
#
# usage: . tests/common/counting.sh; check ...; result ...; counted

passed=0
failed=0

# Files that tell why a test failed.
shown=output

# result NAME STATUS: counts one test.
result() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $1"
        return
    fi
    failed=$((failed + 1))
    echo "FAIL $1"
    for file in $shown; do
        [ ! -f "$work/$file" ] || sed 's/^/    | /' "$work/$file"
    done
}

# check NAME COMMAND...: one test; it passes when the command succeeds.
check() {
    test_name=$1
    shift
    "$@" >"$work/output" 2>&1
    result "$test_name" $?
}

# counted: prints the sums; succeeds when something ran and nothing failed.
counted() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# stand_still PROCESS: stops it, and waits until it has stopped: what happens before that it still sees.
stand_still() {
    kill -STOP "$1" || return
    still_tries=0
    until grep -q '^State:[^a-zA-Z]*[Tt]' "/proc/$1/status" || [ $still_tries -ge 600 ]; do
        sleep 0.1
        still_tries=$((still_tries + 1))
    done
}
