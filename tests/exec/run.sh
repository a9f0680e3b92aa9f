#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `virtasp exec` as programs and people see it: a client with the headers of Linux, dynamic and static,
# goes through every command and every error of both devices; reports are judged by the independent
# verifier (tests/snp); programs end in every way, boards stop and reset under them, and another user
# without any privilege does the same.
#
# usage: tests/exec/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u
BUILD=$(realpath "${BUILD:-build}")
virtasp=$BUILD/host/virtasp
client=$BUILD/tests/exec-client
owner=$BUILD/tests/exec-owner

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC1091
. tests/exec/ends.sh
# shellcheck disable=SC1091
. tests/exec/guests.sh
# shellcheck disable=SC1091
. tests/exec/tsm.sh

processes=
clean_up() {
    for process in $processes; do
        kill "$process" 2>/dev/null
    done
    for directory in "$work"/*/run; do
        [ ! -d "$directory" ] || "$virtasp" stop "${directory%/run}" >/dev/null 2>&1
    done
}
scratch exec

# chip DIRECTORY PRODUCT
chip() {
    "$virtasp" provision "$1" --vendor "$BUILD/tests/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" --product "$2"
}
start() { "$virtasp" start "$@" --hosted "$BUILD/hosted/virtasp-sp"; }

# within SECONDS COMMAND...: what hangs fails.
within() { timeout --kill-after=5 "$@"; }
# run ARGUMENT...: virtasp exec
run() { within 120 "$virtasp" exec "$@"; }
# gives STATUS COMMAND...: succeeds when the command has that exit status.
gives() {
    wanted=$1
    shift
    "$@"
    status=$?
    [ $status -eq "$wanted" ] || { echo "exit status $status, not $wanted" && false; }
}

# Where nobody can be answered, exec has to say so, and nothing else can be tested.
mkdir "$work/here"
cannot='cannot be answered here\|(ptrace)\|or the like, already'
if within 60 "$virtasp" exec "$work/here" -- true 2>&1 | grep -q "$cannot"; then
    within 60 "$virtasp" exec "$work/here" -- true
    echo "left out: this kernel or container has no seccomp user notification for programs"
    check "exec says that it cannot be had here" gives 125 run "$work/here" -- true
    counted
    exit
fi

# client_tests NAME OPTION...: the client's own count goes into the sum of the suite.
client_tests() {
    echo "$1"
    shift
    (cd "$work/here" && run "$@") | tee "$work/output"
    grep -q '^[1-9][0-9]* passed, 0 failed$' "$work/output"
}

# forbidden CALL TEXT: in a sandbox without that call exec says so, and runs nothing.
forbidden() {
    gives 125 within 60 "$client" forbid "$1" "$virtasp" exec "$work/milan" -- \
        touch "$work/forbidden" 2>&1 | tee "$work/forbidding"
    grep -q "$2" "$work/forbidding" && ! grep -q 'exit status' "$work/forbidding" &&
        [ ! -e "$work/forbidden" ]
}

all='device platform certificates snp process report keys'
check "a chip" chip "$work/milan" milan
check "its board" start "$work/milan"
# shellcheck disable=SC2086 # a list of words
client_tests "a dynamic program" "$work/milan" -- "$client" $all disabled
result "a dynamic program" $?
# shellcheck disable=SC2086
client_tests "a static program" "$work/milan" -- "$client-static" $all
result "a static program" $?
client_tests "without a guest" --no-guest "$work/milan" -- "$client" device platform certificates snp
result "without a guest" $?
check "a platform's owner" platform_owner
guests
tsm
ends
check "a sandbox without seccomp" forbidden seccomp 'cannot be answered here (seccomp)'
check "a sandbox without ptrace" forbidden process_vm_readv 'cannot be read here (ptrace)'
check "the board ends" "$virtasp" stop "$work/milan"

check "a chip without SEV-SNP" chip "$work/rome" rome
check "its board" start "$work/rome"
client_tests "on it" "$work/rome" -- "$client" device platform certificates
result "on it" $?
check "has no /dev/sev-guest" run "$work/rome" -- sh -c '! test -e /dev/sev-guest'
check "takes no option for a guest" gives 125 run "$work/rome" --vmpl 1 -- true

# The emulated board, whose doorbell has one client at a time.
if command -v "${QEMU:-qemu-system-arm}" >/dev/null; then
    check "a chip for the emulator" chip "$work/board" genoa
    check "its board" "$virtasp" start "$work/board"
    # shellcheck disable=SC2086
    client_tests "a program" "$work/board" -- "$client-static" $all
    result "a program" $?
    check "a report is verified" reported "$work/board" Genoa
    check "a reset under a program" survives_reset "$work/board"
else
    echo "left out: there is no qemu-system-arm for the emulated board"
fi

# Somebody else, from a copy: of this tree's directory he may see nothing.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    mkdir "$work/else"
    cp "$virtasp" "$BUILD/hosted/virtasp-sp" "$client" "$BUILD/board/rom.bin" \
        "$BUILD/board/firmware.bin" "$work/else"
    cp -r "$BUILD/tests/vendor" "$work/else/vendor"
    chown -R 65534:65534 "$work/else"
    chmod 711 "$work"
    within 120 setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
        --bounding-set=-all sh -s "$work/else" "$all" <tests/exec/nobody.sh | tee "$work/output"
    grep -q '^[1-9][0-9]* passed, 0 failed$' "$work/output"
    result "another user without privileges" $?
else
    echo "left out: only root can be another user; the tests above were without privileges"
fi

counted
