#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stock Linux drives the board through `virtasp bridge` (docs/linux.md): Debian's kernels, unchanged, in
# Debian's QEMU, unchanged.
#
# usage: tests/linux/run.sh               (after `make all`; BUILD, QEMU, CC as in the Makefile)
#        tests/linux/run.sh KERNEL...     6.1, 6.12, new: see kernels.sh
#
# Without arguments it is short, and leaves out what is not there: QEMU and kernels are fetched by
# scripts/test-linux.sh (make test-linux). QEMU_X86 names another QEMU. The last line counts the tests.

set -u

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/common/linux.sh
. tests/common/linux.sh
for part in machine bridge driver crashes; do
    # shellcheck disable=SC1090 # checked by themselves
    . "tests/linux/$part.sh"
done

clean_up() {
    end_processes
    [ ! -d "$work" ] || "$VIRTASP" stop "$work/chip" >/dev/null 2>&1
}
scratch linux
chip=$work/chip

# For the parts.
# shellcheck disable=SC2034
cpu='EPYC-Milan,vendor=HygonGenuine' socket=$work/sp.sock

# tool COMMAND ARGUMENT...: with a limit, so that what hangs fails.
tool() { timeout -k 5 120 "$VIRTASP" "$@" >"$work/output" 2>&1; }
said() { grep -q -e "$1" "$work/output"; }

# Why there can be no machine; nothing when there can.
obstacle() {
    if [ "$(uname -m)" != x86_64 ]; then
        echo 'kernels for x86 are fetched on x86 only'
    elif ! "$QEMU_X86" -device vfio-user-pci,help 2>/dev/null | grep -q socket=; then
        echo "no QEMU with vfio-user-pci ($QEMU_X86): \`make test-linux\` fetches one"
    fi
}

{
    make_chip &&
        "$CC" -std=c11 -D_GNU_SOURCE= -O1 -Wall -Wextra -Werror tests/linux/cpu_bit.c \
            -o "$work/cpu-bit" &&
        "$CC" -std=c11 -D_GNU_SOURCE= -O2 -static -Wall -Wextra -Werror tests/linux/guest/sev.c \
            -o "$work/sev"
} >"$work/output" 2>&1
status=$?
result "a chip and programs are made" $status
[ $status -eq 0 ] || { counted; exit 1; }

tool_alone
why=$(obstacle)
if [ -n "$why" ]; then
    left_out "Linux in a machine: $why"
elif [ $# -gt 0 ]; then
    layouts
    for kernel in "$@"; do
        driven "$kernel" 100 20
    done
    crashes "$1"
else
    found=$(kernel_found) && driven "$found" 5 3
    left_out "Linux: other kernels than ${found:-any}, and what crashes: \`make test-linux\`"
fi

counted
