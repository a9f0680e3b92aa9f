#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the boot ROM, the start code and the board's drivers in QEMU, with a firmware of their own.
#
# usage: tests/boot/run.sh         (after `make all`)
#
# QEMU, BUILD: as in the Makefile. VIRTASP: the program that signs. SKIPS: see skips.sh. The last line
# counts the tests.

set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
VIRTASP=${VIRTASP:-$BUILD/host/virtasp}
export BUILD
bin=$BUILD/tests/boot
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
scratch boot

# shellcheck disable=SC1091
. tests/boot/lib.sh
# shellcheck disable=SC1091
. tests/boot/refusals.sh
# shellcheck disable=SC1091
. tests/boot/faults.sh
# shellcheck disable=SC1091
. tests/boot/keys.sh
# shellcheck disable=SC1091
. tests/boot/skips.sh

prepare() {
    sh tests/boot/build.sh "$bin" &&
        "$VIRTASP" provision "$work/chip" --rom "$BUILD/board/rom.bin" --firmware "$bin/test.bin" \
            --security-version 2 --minimum-security-version 2 >"$work/provision.log" &&
        cp --sparse=always "$work/chip/flash.img" "$work/chip/nv.img" "$work/chip/fuses.bin" "$work"
}

# drivers CPU MEBIBYTES: the test firmware prints a line per test, and counts only if it ends.
drivers() {
    cpu=$1
    dram=$2
    name="drivers on $cpu with $dram MiB"
    boot && grep -q '^test firmware: done' "$work/log"
    result "$name: the board turns itself off" $?
    good=$(grep -c '^ok ' "$work/log")
    bad=$(grep -c '^FAIL ' "$work/log")
    passed=$((passed + good))
    failed=$((failed + bad))
    sed -n "s/^ok /ok    $name: /p; s/^FAIL /FAIL  $name: /p" "$work/log"
}

# doorbell CPU COUNT: commands in a row, each of which must be noticed on both sides.
doorbell() {
    cpu=$1
    choice=1
    seconds=300
    make_files
    board &
    qemu=$!
    "$bin/doorbell_client" "$work/doorbell" "$work/mailbox" "$2" >"$work/client.log" 2>&1
    client=$?
    wait $qemu && [ $client -eq 0 ] && grep -q "^commands answered: $(($2 + 1))$" "$work/log"
    result "doorbell on $1: $(cat "$work/client.log")" $?
    usual
}

# atomic CPU: the firmware and a program on Linux change the same words.
atomic() {
    cpu=$1
    choice=3
    seconds=300
    make_files
    board &
    qemu=$!
    "$bin/atomic_client" "$work/dram" "$work/mailbox" >"$work/client.log" 2>&1
    client=$?
    wait $qemu && [ $client -eq 0 ]
    result "atomic steps on $1: $(cat "$work/client.log")" $?
    usual
}

# missing DEVICE NAME: the start must fail, and the log must say of what.
missing() {
    boot && grep -q "^test firmware: no $1$" "$work/log"
    result "$2: the start reports: $1" $?
}

test_missing_devices() {
    rng=
    missing entropy "no virtio-rng"
    rng=/dev/zero
    missing entropy "entropy that is all zero"
    with_doorbell=no
    missing doorbell "no virtio console"
    with_fabric=no
    missing "memory nodes" "no fabric"
}

test_device_tree() {
    memory_bytes=$((dram * 1024 * 1024))
    make_files
    tree=$work/tree
    board ",dumpdtb=$tree"
    "$bin/device_tree_test" "$tree" $memory_bytes 200000 >"$work/log" 2>&1
    result "device tree: $(tail -n 1 "$work/log")" $?
}

if ! prepare; then
    echo "tests/boot: cannot build the test firmware or make a chip"
    cat "$work/provision.log"
    echo "0 passed, 1 failed"
    exit 1
fi
drivers max 64
drivers cortex-a15 64
drivers cortex-a7 6000
with_engine=no
drivers max 32
test_header_fields
test_signatures
test_bodies
test_other_vendor
test_security_version
test_fuses
test_faults
test_keys
test_missing_devices
test_device_tree
atomic max
atomic cortex-a15
doorbell max 5000
doorbell cortex-a15 2000
test_skips

choice=2
boot
sed -n 's/^test firmware: entered after /boot: firmware entered after /p; s/^speed: /speed: /p' \
    "$work/log"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
