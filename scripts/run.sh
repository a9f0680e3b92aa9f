#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows guests' lives on the emulated board, and then guests whose code runs (make run).
#
# usage: scripts/run.sh [ARGUMENT...]      arguments for `virtasp demo`; then no guests run

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

# A new chip trusts the same keys as one that `make flash` makes (scripts/flash.sh).
[ -e "$BUILD/chip" ] || "$BUILD/host/virtasp" provision "$BUILD/chip" \
    --vendor "${KEYS:-$BUILD/keys}" --rom "$BUILD/board/rom.bin" \
    --firmware "$BUILD/board/firmware.bin"

if [ $# -gt 0 ]; then
    exec "$BUILD/host/virtasp" demo "$@"
fi
"$BUILD/host/virtasp" demo

if [ ! -x "$BUILD/host/virtasp-emulator" ] || [ ! -f "$BUILD/guests/hello.bin" ]; then
    echo
    echo "Guests' code is not run: Unicorn, or a compiler for x86-64, could not be had."
    exit 0
fi

# guest NAME WHAT-IT-PROVES
guest() {
    printf '\n%s: %s\n' "$1" "$2"
    "$BUILD/host/virtasp" run --quiet "$1"
}

printf '\n%s\n' "Guests run on the reference emulator, launched by the firmware"
guest hello "x86-64 code runs from memory that holds nothing but ciphertext"
guest secret "who has verified the launch can unlock the guest's disk, and the host cannot"
guest es "registers leave the processor encrypted; the hypervisor sees what the guest shows it"
guest snp "the guest owns its pages, and its owner verifies the firmware's report on it"
guest smp "four virtual CPUs share one key, and count exactly"

printf '\n%s\n' "All guests passed."
