#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzzer for a while (make fuzz).
#
# usage: scripts/fuzz.sh SECONDS PROGRAM...
#
# New inputs go to build/fuzz/corpus/NAME; those of tests/fuzz/corpus/NAME, if any, are read first.
# Exit status: 0 if no fuzzer found anything.

set -eu

BUILD=${BUILD:-build}
seconds=$1
shift
status=0

for program in "$@"; do
    name=$(basename "$program")
    found=$BUILD/fuzz/corpus/${name#fuzz_}
    known=tests/fuzz/corpus/${name#fuzz_}
    mkdir -p "$found" "$BUILD/fuzz/crash"
    set -- -max_total_time="$seconds" -len_control=0 -print_final_stats=1 \
        -artifact_prefix="$BUILD/fuzz/crash/$name-" "$found"
    [ ! -d "$known" ] || set -- "$@" "$known"
    [ ! -f tests/fuzz/dictionary ] || set -- -dict=tests/fuzz/dictionary "$@"
    echo "fuzz: $name"
    "$program" "$@" || status=1
done
exit $status
