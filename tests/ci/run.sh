#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The examples of docs/ci.md, as they stand there, but for the first: tests/vectors runs that, which needs
# test vectors.
#
# usage: tests/ci/run.sh        (after `make tests`, from the root of the tree; BUILD)

set -u
BUILD=$(realpath "${BUILD:-build}")

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC1091
. tests/common/page.sh
clean_up() {
    for chip in "${work:?}"/*/chip "$work"/*/guest-chip; do
        [ ! -d "$chip/run" ] || "$BUILD/host/virtasp" stop "$chip" >/dev/null 2>&1
    done
}
scratch ci
PATH=$BUILD/host:$PATH
export PATH

# example HEADING NAME: a directory for it, with its blocks, the built tree, and keys that are there
# already when other suites have made them.
example() {
    mkdir "$work/$2" && page_blocks docs/ci.md "$1" "$work/$2" && page_tree "$work/$2/virtasp" &&
        { [ -d "$BUILD/tests/vendor" ] || mkdir -m 700 "$BUILD/tests/vendor"; } &&
        ln -s "$BUILD/tests/vendor" "$work/$2/keys"
}
# runs NAME BLOCK: a block as commands, one after the other; the first that fails ends it.
runs() { (cd "$work/$1" && sh -eu "./block-$2" >output 2>&1) || { cat "$work/$1/output" && false; }; }
# says NAME LINE: how often that line is in what was printed.
says() { grep -cx "$2" "$work/$1/output"; }

check "a program and its commands" example "A program that speaks to the firmware" c
mv "$work/c/block-1" "$work/c/platform.c"
check "the commands of a program in C" runs c 2
twice() { [ "$(says c "$1")" -eq 2 ]; }
check "it meets the same firmware before and after the reset" twice \
    "PLATFORM_STATUS SUCCESS, API 1.58, state 1"
check "and what it answers in the wrong state" twice \
    "PDH_GEN INVALID_PLATFORM_STATE, INIT SUCCESS, PDH_GEN SUCCESS"

if virtasp help exec >/dev/null 2>&1; then
    check "a program in a guest" example "A program in a guest, or one that manages a host" guest
    check "the commands of a program in a guest" runs guest 1
    chain_is_good() { [ "$(says guest "certs/vcek.pem: OK")" -eq 1 ]; }
    check "its report leads to a chain that is good" chain_is_good
else
    echo "left out: a program in a guest: this build has no 'virtasp exec'"
fi

counted
