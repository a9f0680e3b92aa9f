#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows guests' lives on the emulated board (make run).
#
# usage: scripts/run.sh [ARGUMENT...]      arguments for `virtasp demo`

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

# A new chip trusts the same keys as one that `make flash` makes (scripts/flash.sh).
[ -e "$BUILD/chip" ] || "$BUILD/host/virtasp" provision "$BUILD/chip" \
    --vendor "${KEYS:-$BUILD/keys}" --rom "$BUILD/board/rom.bin" \
    --firmware "$BUILD/board/firmware.bin"

exec "$BUILD/host/virtasp" demo "$@"
