#!/bin/sh
# Makes a chip in build/chip if there is none, and build/flash.img: flash bank 0 with the boot ROM
# and the signed firmware. Prints the command line that boots it (make flash).
#
# usage: scripts/flash.sh

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

chip=$BUILD/chip
"$BUILD/host/virtasp" provision "$chip" --rom "$BUILD/board/rom.bin" \
    --firmware "$BUILD/board/firmware.bin"
cp --sparse=always "$chip/flash.img" "$BUILD/flash.img"
echo "flash bank 0: $BUILD/flash.img"
echo
"$BUILD/host/virtasp" start "$chip" --print
