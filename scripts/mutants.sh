#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes the defences listed in tests/mutants/mutants.txt away, one at a time, in copies of the tree,
# and requires that the test named there fails, which passes without the change.
#
# usage: scripts/mutants.sh [CLASS...]      (make mutants; all classes without an argument)
#
# MUTANTS_JOBS copies are worked on at once; as many as there are cores without it.
#
# Prints a line for each, and last "N passed, N failed": a mutant that its test does not notice, that
# does not build, or whose text is no longer in the file, has failed.

set -u

BUILD=${BUILD:-build}
JOBS=${MUTANTS_JOBS:-$(nproc)}
list=tests/mutants/mutants.txt
work=$BUILD/mutants
log=$work/log

# for_each_line FUNCTION ARGUMENT: calls FUNCTION ARGUMENT CLASS PROGRAM FILE EXPRESSION
for_each_line() {
    while IFS= read -r line; do
        case $line in
        '' | '#'*) continue ;;
        esac
        class=${line%% | *}
        rest=${line#* | }
        program=${rest%% | *}
        rest=${rest#* | }
        case " ${classes:-$class} " in
        *" $class "*) "$1" "$2" "$class" "$program" "${rest%% | *}" "${rest#* | }" ;;
        esac
    done <"$list"
}

# make_copy TREE. What is built already is not built again: the copies keep their times.
make_copy() {
    mkdir -p "$1/build/obj"
    git ls-files -co --exclude-standard -z |
        xargs -0 tar -cf - --ignore-failed-read 2>/dev/null | tar -xf - -C "$1"
    ln -s "$(realpath "${MBEDTLS_DIR:-$BUILD/mbedtls-src}")" "$1/build/mbedtls-src"
    for made in hosted obj/hosted obj/mbedtls_hosted obj/test; do
        for part in "$made" "$made.flags"; do
            [ ! -e "$BUILD/$part" ] || cp -a "$BUILD/$part" "$1/build/$part"
        done
    done
}

# build TREE PROGRAM OUTPUT
build() {
    make -C "$1" SETUP=no "build/tests/$2" </dev/null >"$3" 2>&1
}

# passes TREE PROGRAM OUTPUT
passes() {
    # shellcheck disable=SC3045 # every shell of Linux knows -S, without which SIGKILL comes at once
    (cd "$1" && ulimit -S -t 120 && timeout 1800 "build/tests/$2") </dev/null >>"$3" 2>&1 &&
        grep -q '^\[  PASSED  \]' "$3"
}

# say VERDICT TEXT: a line that other copies' lines do not break; "ok" or "FAIL"
say() {
    echo "$1" >>"$tree.verdicts"
    printf '  %-5s %s\n' "$1" "$2"
}

# judge PROGRAM-IN-TURN CLASS PROGRAM FILE EXPRESSION
judge() {
    [ "$1" = "$3" ] || return 0
    lines=$((lines + 1))
    output=$log/$2-$(echo "$3" | tr / -)-$lines.log
    cp "$tree/$4" "$tree.original"
    sed -i -e "$5" "$tree/$4"
    if cmp -s "$tree/$4" "$tree.original"; then
        say FAIL "$2: $3, $4: the defence is not where the list says: $5"
    elif ! build "$tree" "$3" "$output"; then
        say FAIL "$2: $3, $4: does not build ($output): $5"
    elif passes "$tree" "$3" "$output"; then
        say FAIL "$2: $3, $4: SURVIVED: $5"
    else
        say ok "$2: $3 notices a change of $4"
    fi
    cp "$tree.original" "$tree/$4"
}

# judge_program TREE CLASS PROGRAM FILE EXPRESSION: all lines of the program, if nobody has yet
judge_program() {
    name=$(echo "$3" | tr / -)
    mkdir "$work/taken/$name" 2>/dev/null || return 0
    lines=0
    if build "$tree" "$3" "$log/$name.log" && passes "$tree" "$3" "$log/$name.log"; then
        for_each_line judge "$3"
    else
        say FAIL "$3: fails without a change ($log/$name.log)"
    fi
}

# work_on TREE
work_on() {
    tree=$1
    make_copy "$tree"
    : >"$tree.verdicts"
    for_each_line judge_program "$tree"
}

classes=$*
rm -rf "$work"
mkdir -p "$log" "$work/taken"
job=0
while [ $job -lt "$JOBS" ]; do
    job=$((job + 1))
    work_on "$work/tree$job" &
done
wait

passed=$(cat "$work"/*.verdicts | grep -c '^ok$')
failed=$(cat "$work"/*.verdicts | grep -vc '^ok$')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
