#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Times the board's primitives with a firmware of its own, tests/bench/device, and prints the figures
# as lines "KEY NUMBER".
#
# usage: tests/bench/primitives.sh VENDOR-DIRECTORY [CPU [count]]
#        (after `make board host`, from the root of the tree; BUILD, CROSS, QEMU)
#
# Nothing else is timed with it: no mailbox, no client, no waiting. With "count" the board's clock is
# a count of instructions, a nanosecond for each (-icount), and the figures are thousands of
# instructions, for SHA-384 for each KiB: the same in every run, whatever else the machine does.

set -u

BUILD=${BUILD:-build}
CROSS=${CROSS:-arm-none-eabi-}
QEMU=${QEMU:-qemu-system-arm}
vendor=$1
model=${2:-max}
count=${3:-}
objects=$BUILD/obj/firmware
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
scratch primitives

# shellcheck disable=SC1091
. tests/boot/lib.sh

# By the sources there are: an object whose source is gone may still lie in the build directory.
board_objects=$(find arch/arm boot/firmware hal/qemu_virt hal/shared crypto -name '*.[cS]' \
    ! -name 'fault_config.*' | LC_ALL=C sort | sed "s|.*|$objects/&.o|")

# shellcheck disable=SC2086 # the list is split into words on purpose
"${CROSS}gcc" -std=c11 -g -O1 -ffreestanding -mthumb -march=armv7ve+simd -mfpu=neon-vfpv4 \
    -mfloat-abi=hard -fno-delete-null-pointer-checks -fno-common -fstack-protector-strong \
    -mstack-protector-guard=global -Wall -Wextra -Werror -Wshadow -I. -Ihal/include \
    -nostartfiles -nostdlib -static -Wl,--build-id=none -Llinker -Wl,-T,linker/firmware.ld \
    -Wl,--wrap=hal_entropy_read \
    -o "$work/primitives.elf" tests/bench/device/*.c $board_objects \
    -Wl,--start-group "$BUILD/board/libmbedcrypto.a" -lc -lgcc -Wl,--end-group \
    -Wl,--gc-sections || exit 1
"${CROSS}objcopy" -O binary "$work/primitives.elf" "$work/primitives.bin" || exit 1

if ! "$BUILD/host/virtasp" provision "$work/chip" --vendor "$vendor" \
    --rom "$BUILD/board/rom.bin" --firmware "$work/primitives.bin" >"$work/provision" 2>&1; then
    cat "$work/provision" >&2
    exit 1
fi
mv "$work/chip/flash.img" "$work/chip/nv.img" "$work/chip/fuses.bin" "$work"
# shellcheck disable=SC2034 # boot uses them
cpu=$model
# shellcheck disable=SC2034
seconds=120
# shellcheck disable=SC2034
[ -z "$count" ] || extra_options='-icount shift=0,sleep=off'
if ! boot || ! grep -q '^primitives: done' "$work/log"; then
    echo "tests/bench/primitives.sh: the board did not measure its primitives" >&2
    cat "$work/log" "$work/qemu.err" >&2
    exit 1
fi
if [ -n "$count" ]; then
    awk '$1 == "primitive" { printf "%s_kinstructions %.6g\n", $2, $4 / ($3 == 1 ? 1 : $3 / 1024) }' \
        "$work/log"
    exit
fi
awk '$1 == "primitive" && $2 == "sha384" { printf "sha384_mib_s %.6g\n", $3 / 1048576 / ($4 / 1000000) }
     $1 == "primitive" && $2 != "sha384" { printf "%s_ms %.6g\n", $2, $4 / 1000 / $3 }' "$work/log"
