#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the smallest emulator (host/examples) as somebody would who has the library installed, with
# its headers and pkg-config file and nothing else of this tree, and runs it on a board.
#
# usage: tests/example/run.sh       (after `make tests`, from the root of the tree; BUILD, CC)

set -u

BUILD=${BUILD:-build}
CC=${CC:-cc}
board=

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC2154 # work
clean_up() { [ -z "$board" ] || "$BUILD/host/virtasp" stop "$work/chip" >"$work/stop" 2>&1; }
scratch example

# stage: what is installed, below $work/usr.
stage() {
    while read -r header; do
        mkdir -p "$work/usr/include/virtasp/$(dirname "$header")" &&
            cp "$header" "$work/usr/include/virtasp/$header" || return 1
    done <"$BUILD/tests/headers"
    mkdir -p "$work/usr/lib/pkgconfig" && cp "$BUILD/host/libvirtasp.a" "$work/usr/lib/" &&
        sed "s|@PREFIX@|$work/usr|; s|@VERSION@|1|" host/install/virtasp.pc.in \
            >"$work/usr/lib/pkgconfig/virtasp.pc"
}

# flags OPTION...: what pkg-config says of the library.
flags() {
    PKG_CONFIG_PATH=$work/usr/lib/pkgconfig pkg-config --static "$@" virtasp
}

# Each header needs no other one before it.
headers_stand_alone() {
    while read -r header; do
        printf '#include "%s"\n' "$header" >"$work/header.c"
        "$CC" -Wall -Wextra -Werror -I"$work/usr/include/virtasp" -fsyntax-only "$work/header.c" ||
            return 1
    done <"$BUILD/tests/headers"
}

# shellcheck disable=SC2086 # lists of words
compiles() {
    compile=-I$work/usr/include/virtasp
    link="-L$work/usr/lib -lvirtasp -lcrypto -lpthread -lm"
    if command -v pkg-config >/dev/null; then
        compile=$(flags --cflags) && link=$(flags --libs) || return 1
    fi
    cp host/examples/emulator.c "$work/" && cd "$work" &&
        "$CC" -Wall -Wextra -Werror -O2 $compile emulator.c -o emulator $link
}

starts_board() {
    "$BUILD/host/virtasp" provision "$work/chip" --vendor "$BUILD/tests/vendor" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" &&
        "$BUILD/host/virtasp" start "$work/chip" --hosted "$BUILD/hosted/virtasp-sp"
}

# The secret has come through the guest, and is nowhere else to be seen.
runs() {
    "$work/emulator" "$work/chip" >"$work/seen" && cat "$work/seen" &&
        grep -qx 'shared page: 5ec2e75ec2e75ec2' "$work/seen" &&
        grep -qx 'private page: [0-9a-f]*' "$work/seen" &&
        ! grep -q 'private page: 5ec2e75ec2e75ec2' "$work/seen"
}

needs_board() {
    ! "$work/emulator" "$work" 2>"$work/seen" && grep -q '^emulator: ' "$work/seen"
}

command -v pkg-config >/dev/null ||
    echo "note: pkg-config is not here: the library's flags were written by hand"
check "what is installed is there" stage
check "each header stands alone" headers_stand_alone
(compiles) >"$work/output" 2>&1
result "the example compiles with what is installed" $?
check "without a board it says so" needs_board
check "a board starts" starts_board
board=$work/chip
check "the guest runs" runs
check "and once more" runs
counted
