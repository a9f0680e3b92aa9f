#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes what is flashed (make flash), in build/:
#
#   flash.img               flash bank 0: the boot ROM and the signed firmware
#   amd_sev_virtasp.sbin    the same firmware as a file for DOWNLOAD_FIRMWARE
#   rom.bin, firmware.bin   links to what they were made of
#   chip                    a chip that boots it, unless there is one
#
# and prints the command line that boots it. The same sources, tools and keys give the same bytes.
#
# usage: scripts/flash.sh
#
# KEYS: directory with the vendor's keys, made when there are none. Without it, those are used that
# the chip trusts; a new chip's are in build/keys, which `make clean` keeps.

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
KEYS=${KEYS:-}
export BUILD QEMU

virtasp=$BUILD/host/virtasp
chip=$BUILD/chip
if [ -z "$KEYS" ]; then
    KEYS=$BUILD/keys
    [ ! -d "$chip/vendor" ] || KEYS=$chip/vendor
fi
# A chip trusts its own vendor's keys alone: others are told before anything is made with them.
if [ -e "$chip/fuses.bin" ] &&
    ! "$virtasp" provision "$chip" --vendor "$KEYS" --no-flash >/dev/null; then
    echo "Nothing was made. If $chip has other keys than those in $KEYS, remove it or leave out" \
        "KEYS." >&2
    exit 1
fi
ln -sfn board/rom.bin "$BUILD/rom.bin"
ln -sfn board/firmware.bin "$BUILD/firmware.bin"

"$virtasp" sign --vendor "$KEYS" --rom "$BUILD/board/rom.bin" \
    --firmware "$BUILD/board/firmware.bin" --output "$BUILD/flash.img"
"$virtasp" sign --vendor "$KEYS" --sbin --firmware "$BUILD/board/firmware.bin" \
    --output "$BUILD/amd_sev_virtasp.sbin"
"$virtasp" provision "$chip" --vendor "$KEYS" --flash "$BUILD/flash.img"
echo
if "$virtasp" status "$chip" >/dev/null 2>&1; then
    echo "The board of $chip is running; once it has stopped, this prints how to boot the new flash:"
    echo "    $virtasp start $chip --flash $BUILD/flash.img --print"
    exit 0
fi
"$virtasp" start "$chip" --flash "$BUILD/flash.img" --print
