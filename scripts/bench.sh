#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the sizes of the images and the speed of the firmware (make bench).
#
# usage: scripts/bench.sh [ARGUMENT...]      arguments for tests/bench/bench.sh

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

exec sh tests/bench/bench.sh "$@"
