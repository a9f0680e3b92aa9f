#!/bin/sh
# Shows a guest's life on the emulated board (make run).
#
# usage: scripts/run.sh [ARGUMENT...]      arguments for `virtasp demo`

set -eu

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU

exec "$BUILD/host/virtasp" demo "$@"
