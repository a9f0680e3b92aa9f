#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzzer for a short while on its known inputs and new ones (make test).
#
# usage: tests/fuzz/run.sh       after make fuzz-programs
#
# FUZZ_TEST_SECONDS: for all of them together (60). An input that fails is left in build/fuzz/crash.

set -u

BUILD=${BUILD:-build}
programs=$(find "$BUILD/fuzz" -maxdepth 1 -type f -perm -u+x -name 'fuzz_*' 2>/dev/null | sort)
count=$(echo "$programs" | wc -w)
passed=0
failed=0

if [ "$count" -eq 0 ]; then
    echo "fuzz: no fuzzer is built: make fuzz-programs (needs clang)"
    echo "0 passed, 1 failed"
    exit 1
fi
seconds=$((${FUZZ_TEST_SECONDS:-60} / count))
for program in $programs; do
    name=$(basename "$program")
    log=$BUILD/fuzz/$name.log
    if BUILD=$BUILD scripts/fuzz.sh "$seconds" "$program" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
    else
        failed=$((failed + 1))
        tail -40 "$log"
        echo "FAIL  $name"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
