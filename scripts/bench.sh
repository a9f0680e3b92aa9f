#!/bin/sh
# Prints the sizes of the images and the speed of the firmware (make bench).
#
# usage: scripts/bench.sh [ARGUMENT...]      arguments for the benchmark program

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
SIZE=${SIZE:-arm-none-eabi-size}
export BUILD QEMU

for image in rom firmware; do
    [ ! -f "$BUILD/board/$image.elf" ] || "$SIZE" "$BUILD/board/$image.elf"
done
if [ -f tests/bench/run.sh ]; then
    exec sh tests/bench/run.sh "$@"
elif [ -x "$BUILD/tests/bench" ]; then
    exec "$BUILD/tests/bench" "$@"
fi
