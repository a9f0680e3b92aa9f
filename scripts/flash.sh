#!/bin/sh
# Makes a chip with its flash image (make flash): build/chip, and build/flash.img for any chip of
# the same vendor.
#
# usage: scripts/flash.sh

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

"$BUILD/host/virtasp" sign --vendor "$BUILD/vendor" --rom "$BUILD/board/rom.bin" \
    --firmware "$BUILD/board/firmware.bin" --output "$BUILD/flash.img"
"$BUILD/host/virtasp" provision "$BUILD/chip" --vendor "$BUILD/vendor" --flash "$BUILD/flash.img"
