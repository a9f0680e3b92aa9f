#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boards as people run and manage them: started by the tools, by hand and by a service manager; reset
# and stopped whoever uses them; ended in every way. What of it needs no QEMU runs without.
#
# usage: tests/running/run.sh       (after `make all`; BUILD, QEMU, CC as in the Makefile)
#
# The last line counts the tests.

set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}")
CC=${CC:-gcc}
QEMU=${QEMU:-qemu-system-arm}
VIRTASP=$BUILD/host/virtasp
SP=$BUILD/hosted/virtasp-sp
vendor=$BUILD/tests/vendor
processes=
export BUILD QEMU

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
for part in lifecycle service by_hand firmware demo; do
    # shellcheck disable=SC1090 # checked by themselves
    . "tests/running/$part.sh"
done

clean_up() {
    for process in $processes; do
        kill "$process" 2>/dev/null
    done
    if [ -d "$work" ]; then
        "$VIRTASP" stop "$work/chip" >/dev/null 2>&1
    fi
}
scratch run
chip=$work/chip

# A shell without job control has what runs in its background ignore SIGINT.
# shellcheck disable=SC2034 # for the parts
all_signals='env --default-signal=INT,TERM,HUP'

# tool COMMAND ARGUMENT...: with a limit, so that what hangs fails.
tool() { timeout -k 5 120 "$VIRTASP" "$@" >"$work/output" 2>&1; }
said() { grep -q -e "$1" "$work/output"; }

# eventually COMMAND...: within a minute.
eventually() {
    tries=600
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

is_free() { ! tool status "$chip" && said 'no board is running'; }
is_taken() { ! is_free; }
is_serving() { tool status "$chip"; }
has() { grep -q -e "$1" "$2" 2>/dev/null; }

# Bytes of the memory-controller area that are not 0.
keys() { dd if="$chip/run/fabric" bs=4096 skip=32 count=17 2>/dev/null | tr -d '\0' | wc -c; }

# hold_mailbox: as another program does, until release_mailbox.
hold_mailbox() {
    flock "$chip/run/mailbox" sleep 600 &
    holder=$!
    processes="$processes $holder"
    eventually sh -c "! flock -n '$chip/run/mailbox' true"
}
release_mailbox() {
    pkill -P "$holder" 2>/dev/null # the sleep, which has the lock as well
    kill "$holder" 2>/dev/null
    wait "$holder" 2>/dev/null
}

{
    "$CC" -std=c11 -D_GNU_SOURCE= -O1 -Wall -Wextra -Werror tests/running/manager.c \
        -o "$work/manager" &&
        "$VIRTASP" provision "$chip" --vendor "$vendor" --rom "$BUILD/board/rom.bin" \
            --firmware "$BUILD/board/firmware.bin" &&
        "$VIRTASP" sign --vendor "$vendor" --sbin --firmware "$BUILD/board/firmware.bin" \
            --output "$work/new.sbin"
} >"$work/output" 2>&1
status=$?
result "the chip is made" $status
if [ $status -eq 0 ]; then
    managed "Linux process" --hosted "$SP"
    managed "board"
    leaves_a_file_alone --hosted "$SP"
    service "Linux process" --hosted "$SP"
    service "board"
    crashed "Linux process" --hosted "$SP"
    crashed "board"
    logs
    by_hand
    quoted
    shut_down
    numbers
    replaced
    unknown
    memory_is_kept
    interrupted
    stopped
    open_files
    demos
    snp_demos
fi

counted
