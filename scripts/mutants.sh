#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes the defences listed in tests/mutants/mutants.txt away, one at a time, in a copy of the tree,
# and requires that the test named there fails.
#
# usage: scripts/mutants.sh [CLASS...]      (make mutants; all classes without an argument)
#
# Prints a line for each, and last "N passed, N failed": a mutant that its test does not notice, that
# does not build, or whose text is no longer in the file, has failed.

set -u

BUILD=${BUILD:-build}
list=tests/mutants/mutants.txt
tree=$BUILD/mutants/tree
log=$BUILD/mutants/log
passed=0
failed=0

rm -rf "$BUILD/mutants"
mkdir -p "$tree/build/obj" "$log"
git ls-files -co --exclude-standard -z | xargs -0 tar -cf - --ignore-failed-read 2>/dev/null |
    tar -xf - -C "$tree"
# What is built already is not built again: the copies keep their times.
ln -s "$(realpath "${MBEDTLS_DIR:-$BUILD/mbedtls-src}")" "$tree/build/mbedtls-src"
for made in hosted obj/hosted obj/mbedtls_hosted obj/test; do
    [ ! -d "$BUILD/$made" ] || cp -a "$BUILD/$made" "$tree/build/$made"
done

# build PROGRAM OUTPUT
build() {
    make -C "$tree" SETUP=no "build/tests/$1" >"$2" 2>&1
}

# judge CLASS PROGRAM FILE EXPRESSION
judge() {
    output=$log/$1-$(echo "$2" | tr / -).log
    cp "$tree/$3" "$BUILD/mutants/original"
    sed -i -e "$4" "$tree/$3"
    if cmp -s "$tree/$3" "$BUILD/mutants/original"; then
        verdict="the defence is not where the list says"
    elif ! build "$2" "$output"; then
        verdict="does not build ($output)"
    elif (cd "$tree" && timeout 120 "build/tests/$2") >>"$output" 2>&1 &&
        grep -q '^\[  PASSED  \]' "$output"; then
        verdict="SURVIVED"
    else
        verdict=
    fi
    cp "$BUILD/mutants/original" "$tree/$3"
    if [ -z "$verdict" ]; then
        passed=$((passed + 1))
        printf '  ok    %s: %s notices a change of %s\n' "$1" "$2" "$3"
    else
        failed=$((failed + 1))
        printf '  FAIL  %s: %s, %s: %s\n' "$1" "$2" "$3" "$verdict"
    fi
}

while IFS= read -r line; do
    case $line in
    '' | '#'*) continue ;;
    esac
    class=${line%% | *}
    rest=${line#* | }
    program=${rest%% | *}
    rest=${rest#* | }
    file=${rest%% | *}
    expression=${rest#* | }
    if [ $# -gt 0 ]; then
        case " $* " in
        *" $class "*) ;;
        *) continue ;;
        esac
    fi
    judge "$class" "$program" "$file" "$expression"
done <"$list"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
