#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds boot ROM and firmware from a copy of the sources in another place, and compares them, and
# what is made of them with the same keys, with what is in the build directory.
#
# usage: tests/update/reproducible.sh DIRECTORY VENDOR-DIRECTORY      (after `make board host`)
#
# Prints a line "ok" or "FAIL" for each file. CROSS, MBEDTLS_DIR: as in the Makefile.

set -u

BUILD=${BUILD:-build}
work=${1:?}
vendor=$(realpath "$2")
sources=$work/elsewhere
mkdir -p "$sources"

# A make of its own: settings of a make that called us are in the environment too.
unset MAKEFLAGS MFLAGS MAKELEVEL
mbedtls=$(realpath "${MBEDTLS_DIR:-$BUILD/mbedtls-src}")
cp -R Makefile mk scripts abi arch boot crypto firmware hal linker "$sources"
make -s -C "$sources" board BUILD=out MBEDTLS_DIR="$mbedtls" SETUP=no >"$work/make.log" 2>&1 &
make=$!
trap 'kill $make 2>/dev/null; exit 143' HUP INT TERM
if ! wait $make; then
    echo "FAIL the sources build elsewhere"
    sed 's/^/    | /' "$work/make.log"
    exit 1
fi

# flash NAME BOARD-DIRECTORY: what `make flash` makes, in $work/NAME.
flash() {
    mkdir -p "$work/$1"
    ln -s "$(realpath "$2")" "$work/$1/board"
    ln -s "$(realpath "$BUILD/host")" "$work/$1/host"
    if ! BUILD=$work/$1 KEYS=$vendor scripts/flash.sh >"$work/$1.log" 2>&1; then
        echo "FAIL make flash in $1"
        sed 's/^/    | /' "$work/$1.log"
        exit 1
    fi
}
flash here "$BUILD/board"
flash there "$sources/out/board"

status=0
for file in board/rom.bin board/firmware.bin flash.img amd_sev_virtasp.sbin; do
    if cmp "$work/here/$file" "$work/there/$file" 2>&1; then
        echo "ok   two builds give the same ${file##*/}"
    else
        echo "FAIL two builds give the same ${file##*/}"
        status=1
    fi
done
exit $status
