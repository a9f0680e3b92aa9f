#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of firmware updates: builds that can be repeated, and DOWNLOAD_FIRMWARE with every file that it
# must refuse or accept: the function that judges files, the firmware as a Linux process, and the
# board, where a good file replaces the firmware.
#
# usage: tests/update/run.sh       (after `make tests`; BUILD, QEMU, CC, CROSS as in the Makefile)
#
# The last line counts the tests. Boards end with the program that started them.

set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
CC=${CC:-gcc}
QEMU=${QEMU:-qemu-system-arm}
VIRTASP=$BUILD/host/virtasp
bin=$BUILD/tests/update
vendor=$BUILD/tests/vendor
firmware=$BUILD/board/firmware.bin
reproducible=
running=
export BUILD QEMU

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
clean_up() {
    for process in $running $reproducible; do
        kill "$process" 2>/dev/null && wait "$process" 2>/dev/null
    done
    if [ -d "$work" ]; then
        "$VIRTASP" stop "$work/chip" >/dev/null 2>&1
        "$VIRTASP" stop "$work/committed" >/dev/null 2>&1
    fi
}
scratch update
mkdir -p "$bin"

# cases NAME COMMAND...: a cmocka program, whose tests are counted.
cases() {
    name=$1
    shift
    "$@" >"$work/output" 2>&1 </dev/null &
    running=$!
    wait "$running"
    status=$?
    running=
    good=$(grep -c '^\[       OK \]' "$work/output")
    bad=$(grep -c '^\[  FAILED  \] [a-z_]*$' "$work/output")
    bad=$((bad / 2)) # Each is listed again at the end.
    [ $status -eq 0 ] || [ $bad -gt 0 ] || bad=1
    passed=$((passed + good))
    failed=$((failed + bad))
    echo "$name: $good tests passed, $bad failed"
    [ $bad -eq 0 ] || grep -v 'RUN\|  OK' "$work/output" | sed 's/^/    | /'
}

# compile OUTPUT SOURCE-AND-OPTION...
compile() {
    output=$1
    shift
    "$CC" -std=c11 -D_GNU_SOURCE= -g -O1 -Wall -Wextra -Werror -Wshadow -I. -Ihal/include "$@" \
        -lcmocka -lcrypto -lpthread -o "$output"
}

# The factory's objects: with sanitizers in obj/test, without in obj/host.
build_programs() {
    files="tests/update/cases.c tests/update/damage.c tests/update/material.c"
    # shellcheck disable=SC2086 # a list of files
    compile "$bin/check" -fsanitize=address,undefined -fno-sanitize-recover=all \
        tests/update/check.c $files "$BUILD"/obj/test/host/provision/*.o -Wl,--start-group \
        "$BUILD/hosted/libvirtasp_firmware.a" "$BUILD/hosted/libmbedcrypto.a" -Wl,--end-group &&
        compile "$bin/commit" -fsanitize=address,undefined -fno-sanitize-recover=all \
            tests/update/commit.c -Wl,--start-group "$BUILD/hosted/libvirtasp_firmware.a" \
            "$BUILD/hosted/libmbedcrypto.a" -Wl,--end-group &&
        compile "$bin/board" tests/update/board.c tests/update/checks.c tests/update/life.c \
            tests/update/observe.c tests/common/doorbell.c $files "$BUILD"/obj/host/host/provision/*.o \
            "$BUILD/host/libvirtasp.a" &&
        sh tests/update/variant.sh "$bin/variant.bin" && [ -s "$bin/variant.bin" ] &&
        ! cmp -s "$bin/variant.bin" "$firmware"
}

# make_chip DIRECTORY SECURITY-VERSION: makes it, or gives it that firmware.
make_chip() {
    "$VIRTASP" provision "$1" --vendor "$vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$firmware" --minimum-security-version 2 --security-version "$2"
}

# The command, as a user sees it.
load() { "$VIRTASP" load-firmware "$work/chip" "$@" >"$work/output" 2>&1; }
sign() {
    rm -f "$work/new.sbin"
    "$VIRTASP" sign --vendor "$vendor" --output "$work/new.sbin" "$@" >"$work/output" 2>&1
}
said() { grep -q -e "$1" "$work/output"; }

test_command() {
    sign --sbin --firmware "$bin/variant.bin" --security-version 4 &&
        "$VIRTASP" start "$work/chip" >"$work/output" 2>&1
    result "a board runs for virtasp load-firmware" $?
    before=$(date +%s%3N)
    load "$work/new.sbin" && said '^old firmware.* build 1$' && said '^new firmware.* build 2$'
    result "load-firmware prints both versions" $?
    # The clock of a firmware begins with itself, not when the board was switched on.
    # It says so after its first answer.
    for _ in $(seq 100); do
        ready=$(sed -n 's/.* build 2 ready after \([0-9]*\) ms.*/\1/p' "$work/chip/run/uart.log")
        [ -z "$ready" ] || break
        sleep 0.2
    done
    echo "ready after $ready ms" >"$work/output"
    [ -n "$ready" ] && [ "$ready" -le $(($(date +%s%3N) - before)) ]
    result "the new firmware logs how long its own start took" $?
    load --shutdown "$work/new.sbin" && said '^old firmware.* build 2$'
    result "load-firmware --shutdown is possible in any state" $?
    sign --image-only --firmware "$firmware" && ! load "$work/new.sbin" && said 'BAD_SVN'
    result "load-firmware says why a file is refused" $?
    load; [ $? -eq 2 ] && said 'missing'
    result "load-firmware wants a file" $?
    load "$work/none"; [ $? -eq 1 ] && said 'No such file'
    result "load-firmware wants a file that exists" $?
    "$VIRTASP" stop "$work/chip" >"$work/output" 2>&1
    load "$work/new.sbin"; [ $? -eq 6 ] && said 'no board is running'
    result "load-firmware wants a board" $?
    "$VIRTASP" load-firmware --help >"$work/output" 2>&1 && said '^OPTIONS$' && said '^SYNOPSIS$'
    result "load-firmware has a manual" $?
}

# An older firmware than was committed: the ROM enters it, and it stops by itself.
test_committed() {
    chip=$work/committed
    { make_chip "$chip" 3 && "$VIRTASP" start "$chip" && "$VIRTASP" stop "$chip" &&
        "$bin/commit" "$chip" 4; } >"$work/output" 2>&1
    result "a security version is committed" $?
    ! "$VIRTASP" start "$chip" >"$work/output" 2>&1 &&
        said 'firmware: stopped: this firmware is older than what was committed on this chip; put the newer'
    result "an older firmware says why it does not serve" $?
    { make_chip "$chip" 4 && "$VIRTASP" start "$chip"; } >"$work/output" 2>&1
    result "a firmware as new as that serves" $?
    sign --sbin --firmware "$bin/variant.bin" --security-version 3 &&
        ! "$VIRTASP" load-firmware "$chip" "$work/new.sbin" >"$work/output" 2>&1 && said 'BAD_SVN'
    result "and takes no older one" $?
    "$VIRTASP" stop "$chip" >"$work/output" 2>&1
    result "its board stops" $?
}

if ! { build_programs && make_chip "$work/chip" 3; } >"$work/output" 2>&1; then
    result "programs and chip are made" 1
    counted
    exit 1
fi
sh tests/update/reproducible.sh "$work" "$vendor" >"$work/reproducible.log" 2>&1 &
reproducible=$!

cases "judging files" "$bin/check" "$vendor" "$firmware"
cases "Linux process" "$bin/board" "$work/chip" "$vendor" "$firmware" 97 \
    --hosted "$BUILD/hosted/virtasp-sp"
cases "board, max" "$bin/board" "$work/chip" "$vendor" "$firmware" 401 --cpu max "$bin/variant.bin"
cases "board, cortex-a15" "$bin/board" "$work/chip" "$vendor" "$firmware" 0 --cpu cortex-a15 \
    "$bin/variant.bin"
test_command
test_committed

wait "$reproducible"
status=$?
reproducible=
good=$(grep -c '^ok ' "$work/reproducible.log")
bad=$(grep -c '^FAIL ' "$work/reproducible.log")
[ $status -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
passed=$((passed + good))
failed=$((failed + bad))
cat "$work/reproducible.log"

counted
