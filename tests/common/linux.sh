# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # the scripts that read this share the names
# What suites begin with that run Debian's kernels in QEMU, tests/linux and tests/linux_guest: programs, what
# is left out, and an end of the processes that they have noted in $processes. In the root of the tree.
#
# usage: . tests/common/linux.sh; scratch NAME; chip=$work/chip; ...; make_chip

BUILD=$(realpath "${BUILD:-build}")
CC=${CC:-gcc}
QEMU_X86=${QEMU_X86:-$BUILD/qemu-x86/qemu-system-x86_64}
VIRTASP=$BUILD/host/virtasp
SP=$BUILD/hosted/virtasp-sp
processes=
export BUILD

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC1091
. tests/linux/kernels.sh

end_processes() {
    for process in $processes; do
        kill -KILL "$process" 2>/dev/null
    done
}
clean_up() { end_processes; }

# left_out REASON: what scripts/test-one.sh shows.
left_out() { echo "left out: $*"; }

# The vendor's keys are made once and kept, because RSA keys take seconds.
make_chip() {
    "$VIRTASP" provision "$chip" --vendor "$BUILD/tests/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin"
}
