#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stock Linux as SEV guest in a stock QEMU, `virtasp run --kernel` (docs/linux-guest.md).
#
# usage: tests/linux_guest/run.sh               (after `make all`; BUILD, CC as in the Makefile)
#        tests/linux_guest/run.sh KERNEL...     6.1, 6.12, new: see tests/linux/kernels.sh
#
# Without arguments it boots one kernel that is there, and leaves out the rest: QEMU and kernels are fetched
# by scripts/test-linux.sh (make test-linux). QEMU_X86 names another QEMU. The last line counts the tests.

set -u

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/common/linux.sh
. tests/common/linux.sh
for part in linux_guest/guests report/page linux_guest/boots linux_guest/reports linux_guest/refusals \
    linux_guest/small_kernel linux_guest/digests linux_guest/lives linux_guest/machines linux_guest/prints \
    linux_guest/debian; do
    # shellcheck disable=SC1090 # checked by themselves
    . "tests/$part.sh"
done

scratch linux-guest
# For the parts.
# shellcheck disable=SC2034,SC2154
chip=$work/chip

# Why there can be no guest; nothing when there can.
obstacle() {
    if ! "$VIRTASP" run --kernel /nonexistent --qemu-x86 "$QEMU_X86" --chip "$work/none" \
        --hosted "$SP" 2>&1 | grep -q /nonexistent; then
        echo "no QEMU 11.1 ($QEMU_X86): \`make test-linux\` fetches one"
    fi
}

echo 'the owner says SECRET-4711' >"$work/secret"
echo 'CONTENT-OF-THE-DISK' >"$work/disk"
truncate -s 1M "$work/disk"
guest_programs >"$work/output" 2>&1
result 'programs for the guest are made' $?

if [ ! -x "$BUILD/host/virtasp-linux-guest" ]; then
    left_out 'Linux as a guest: what runs it is built on x86-64 only'
    counted
    exit
fi
refusals
older_trees
check 'a chip is made' make_chip
digests
machines
why=$(obstacle)
if [ -n "$why" ]; then
    left_out "Linux as a guest: $why"
elif [ $# -gt 0 ]; then
    # Each gets another number of CPUs, and another C-bit than the one before.
    c_bit=51
    cpus=4
    for kernel in "$@"; do
        boots "$kernel" $cpus $c_bit
        c_bit=$((98 - c_bit))
        cpus=$((cpus > 2 ? cpus - 1 : 4))
    done
    lives "$1"
    attacks "$1"
    deaths "$1"
    prints "$1"
    attack_report "$1"
    debian
else
    found=$(kernel_found) && boots "$found" 2 51
    left_out "Linux as a guest: other kernels than ${found:-any}, and what befalls it: \`make test-linux\`"
fi

counted
