#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches what tests/linux needs, Debian's QEMU and kernels, and runs all of it (make test-linux).
#
# usage: scripts/test-linux.sh       after `make all`, from the root of the tree; BUILD, QEMU, QEMU_X86
#
# What cannot be fetched is left out, and said. LINUX_KERNELS: the kernels (6.1 6.12 new). The last line
# counts the tests. Exit status: 0 if something ran and nothing failed.

set -u

BUILD=${BUILD:-build}
export BUILD
# shellcheck disable=SC1091 # checked by itself
. tests/linux/kernels.sh

[ -n "${QEMU_X86:-}" ] || scripts/fetch-qemu.sh "$BUILD" || echo "left out: QEMU could not be fetched"
snphost_fetch || echo "left out: snphost could not be fetched"
kernels=
for kernel in ${LINUX_KERNELS:-6.1 6.12 new}; do
    if kernel_fetch "$kernel"; then
        kernels="$kernels $kernel"
    else
        echo "left out: the kernel $kernel could not be fetched"
    fi
done
# shellcheck disable=SC2086 # the list is split on purpose
exec sh tests/linux/run.sh $kernels
