#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the test firmware, from the board's own objects and tests/boot/device, and the programs
# that run on Linux beside it.
#
# usage: tests/boot/build.sh OUTPUT-DIRECTORY       (after `make board`)

set -eu

BUILD=${BUILD:-build}
CROSS=${CROSS:-arm-none-eabi-}
CC=${CC:-gcc}
output=$1
objects=$BUILD/obj/firmware
mkdir -p "$output"

# By the sources there are: an object whose source is gone may still lie in the build directory.
board_objects=$(find arch/arm boot/firmware hal/qemu_virt hal/shared -name '*.[cS]' ! -name 'fault_config.*' |
    LC_ALL=C sort | sed "s|.*|$objects/&.o|")
crypto_objects=
for source in secret.c sha512.c sha512_neon.S sha512_portable.c; do
    crypto_objects="$crypto_objects $objects/crypto/$source.o"
done
# shellcheck disable=SC2086 # the list is split into words on purpose
"${CROSS}gcc" -std=c11 -g -O1 -ffreestanding -mthumb -march=armv7ve+simd -mfpu=neon-vfpv4 \
    -mfloat-abi=hard -fno-delete-null-pointer-checks -fno-common -fstack-protector-strong \
    -mstack-protector-guard=global -Wall -Wextra -Werror -Wshadow -I. -Ihal/include \
    -nostartfiles -nostdlib -static -Wl,--build-id=none -Llinker -Wl,-T,linker/firmware.ld \
    -o "$output/test.elf" tests/boot/device/*.c $board_objects $crypto_objects \
    -Wl,--start-group "$BUILD/board/libmbedcrypto.a" -lc -lgcc -Wl,--end-group -Wl,--gc-sections
"${CROSS}objcopy" -O binary "$output/test.elf" "$output/test.bin"

"$CC" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. -o "$output/doorbell_client" \
    tests/boot/doorbell_client.c
"$CC" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. -o "$output/atomic_client" \
    tests/boot/atomic_client.c
"$CC" -std=c11 -D_GNU_SOURCE -O1 -fsanitize=undefined -fno-sanitize-recover=all -Wall -Wextra -Werror \
    -I. -Ihal/include -o "$output/device_tree_test" tests/boot/device_tree_test.c \
    hal/qemu_virt/device_tree.c
"$CC" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. -o "$output/skip_test" \
    tests/boot/skip_test.c tests/boot/gdb_remote.c
