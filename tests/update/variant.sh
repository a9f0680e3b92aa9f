#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Links the firmware once more, with another build number, so that a test can tell which one runs.
#
# usage: tests/update/variant.sh OUTPUT-FILE       (after `make board`)
#
# Only the files that hold the number are compiled; the rest are the firmware's own objects.

set -eu

BUILD=${BUILD:-build}
CROSS=${CROSS:-arm-none-eabi-}
objects=$BUILD/obj/firmware
output=$1

changed=$(grep -rlw SEV_BUILD --include='*.c' firmware)
kept=
for source in $(find arch/arm boot/firmware hal/qemu_virt hal/shared crypto firmware -name '*.[cS]' |
    LC_ALL=C sort); do
    case " $(echo "$changed" | tr '\n' ' ') " in
    *" $source "*) ;;
    *) kept="$kept $objects/$source.o" ;;
    esac
done
# shellcheck disable=SC2086 # lists of files
"${CROSS}gcc" -std=c11 -O2 -ffreestanding -fbuiltin -mthumb -march=armv7ve+simd -mfpu=neon-vfpv4 \
    -mfloat-abi=hard -fno-delete-null-pointer-checks -fno-common -ffunction-sections \
    -fdata-sections -fstack-protector-strong -mstack-protector-guard=global -Wall -Wextra -Werror \
    -DSEV_BUILD=2u -I. -Ihal/include -nostartfiles -nostdlib -static -Wl,--build-id=none \
    -Wl,--gc-sections -Llinker -Wl,-T,linker/firmware.ld -o "$output.elf" $changed $kept \
    -Wl,--start-group "$BUILD/board/libmbedcrypto.a" -lc -lgcc -Wl,--end-group
"${CROSS}objcopy" -O binary "$output.elf" "$output"
