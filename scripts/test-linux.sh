#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches what tests/linux and tests/linux_guest need, Debian's QEMU, kernels and a root, and runs all of both
# (make test-linux).
#
# usage: scripts/test-linux.sh       after `make all`, from the root of the tree; BUILD, QEMU, QEMU_X86
#
# What cannot be fetched is left out, and said. LINUX_KERNELS: the kernels (6.1 6.12 new). LINUX_TIMEOUT:
# seconds until a suite counts as hanging (2100). The last line counts the tests. Exit status: 0 if something
# ran and nothing failed.

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

# Debian's own root, as a guest. mmdebstrap is this machine's, or comes from this machine's release.
debian_fetch() {
    guest=$BUILD/debian-guest
    [ ! -s "$guest/disk.img" ] || return 0
    if ! command -v mmdebstrap >/dev/null; then
        scripts/fetch-packages.sh --only '*/bin/mm*' "$BUILD" mmdebstrap \
            "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" mmdebstrap || return 1
        MMDEBSTRAP=$BUILD/mmdebstrap/usr/bin/mmdebstrap
        export MMDEBSTRAP
    fi
    mkdir -p "$guest"
    rm -f "$guest/key" "$guest/key.pub"
    if command -v ssh-keygen >/dev/null; then
        ssh-keygen -q -t ed25519 -N '' -f "$guest/key" </dev/null || return 1
        scripts/debian-guest.sh --key "$guest/key.pub" "$guest"
    else
        scripts/debian-guest.sh "$guest"
    fi
}
debian_fetch || echo "left out: Debian's own root could not be made"

# run SUITE: adds to the sums.
passed=0
failed=0
run() {
    # shellcheck disable=SC2086 # the list is split on purpose
    timeout --kill-after=30 "${LINUX_TIMEOUT:-2100}" sh "tests/$1/run.sh" $kernels </dev/null |
        tee "$BUILD/tests/$1.log"
    sums=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$BUILD/tests/$1.log" | tail -n 1)
    sums=${sums:-0 1} # a suite that does not say so has failed
    passed=$((passed + ${sums% *}))
    failed=$((failed + ${sums#* }))
}
mkdir -p "$BUILD/tests"
run linux
run linux_guest
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
