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
work=
processes=
passed=0
failed=0
export BUILD QEMU

clean_up() {
    for process in $processes; do
        kill "$process" 2>/dev/null
    done
    if [ -n "$work" ]; then
        "$VIRTASP" stop "$work/chip" >/dev/null 2>&1
        rm -rf "$work"
    fi
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# A short name: a unix socket's must be.
work=$(mktemp -d /tmp/virtasp-run.XXXXXX) || exit 1
chip=$work/chip

# result NAME STATUS: counts one test; what it printed is in $work/output.
result() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $1"
    else
        failed=$((failed + 1))
        echo "FAIL $1"
        sed 's/^/    | /' "$work/output"
    fi
}

# A shell without job control has what runs in its background ignore SIGINT.
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
memory_differs() { [ "$before" != "$(memory)" ]; }
memory() { sha256sum <"$chip/run/dram"; }

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

# managed NAME OPTION...: what every board must let happen to it.
managed() {
    name=$1
    shift
    tool start "$chip" "$@" && is_serving
    result "$name: starts" $?
    hold_mailbox
    tool reset "$chip"
    result "$name: is reset while another program holds the mailbox" $?
    tool load-firmware "$chip" "$work/new.sbin"; [ $? -eq 6 ] && said 'another program'
    result "$name: load-firmware leaves the mailbox to who holds it" $?
    release_mailbox
    tool reset "$chip" && is_serving
    result "$name: serves after a reset" $?
    for signal in TERM KILL; do
        [ "$(keys)" -gt 0 ] && kill -$signal "$(cat "$chip/run/pid")" && eventually is_free &&
            [ "$(keys)" -eq 0 ]
        result "$name: leaves no keys after SIG$signal" $?
        tool start "$chip" "$@"
    done
    tool stop "$chip" && is_free && [ "$(keys)" -eq 0 ] && [ ! -s "$chip/run/pid" ]
    result "$name: stops and leaves no keys and no number of a process" $?
}

# service NAME OPTION...: under a service manager.
service() {
    name=$1
    shift
    "$work/manager" "$work/bell" "$work/notify" "$VIRTASP" start "$chip" --foreground \
        --log "$work/log" "$@" >"$work/told" 2>&1 &
    manager=$!
    processes="$processes $manager"
    eventually has '^READY=1$' "$work/told" && is_serving &&
        [ "$(readlink "$chip/run/doorbell")" = "$work/bell" ]
    result "$name: a service is ready at the socket that was passed on" $?
    tool reset "$chip" && is_serving
    result "$name: a service is reset and keeps its socket" $?
    kill -TERM $manager
    wait $manager && has '^STOPPING=1$' "$work/told" && is_free
    result "$name: a service stops when it is told to" $?
    [ -S "$work/bell" ] && [ ! -e "$work/bell.kept" ]
    result "$name: the socket that was passed on outlives the board" $?
    cp "$work/log" "$work/output"
    said ' info: board: firmware: .* ready after ' && said ' info: signal 15'
    result "$name: the log has what board and tool say" $?
    rm -f "$work/log"
}

# log_refused NAME FILE WORDS: --log that would spoil a file is refused, and the file stays as it is.
log_refused() {
    before=$(cksum <"$2" 2>/dev/null)
    ! timeout 20 "$VIRTASP" start "$chip" --foreground --dram "$work/own.ram" --log "$2" \
        >"$work/output" 2>&1 && said "$3" && [ "$(cksum <"$2" 2>/dev/null)" = "$before" ] && is_free
    result "--log $1 is refused" $?
}

logs() {
    head -c 67108864 /dev/zero >"$work/own.ram"
    head -c 4096 /dev/zero >"$work/own.bin"
    log_refused "nv.img" "$chip/nv.img" "own files"
    log_refused "fuses.bin" "$chip/fuses.bin" "own files"
    log_refused "the x86 memory" "$work/own.ram" "two purposes"
    log_refused "something that is no text" "$work/own.bin" "something else than a log"
    mkfifo "$work/pipe"
    ! timeout 20 "$VIRTASP" start "$chip" --foreground --log "$work/pipe" >"$work/output" 2>&1 </dev/null &&
        said "pipe: "
    result "--log into a pipe that nobody reads is refused" $?
    rm -f "$work/own.ram" "$work/own.bin" "$work/pipe"
}

# crashed NAME OPTION...: a service whose board ends by itself has failed, and one that is stopped not.
crashed() {
    name=$1
    shift
    for signal in KILL SEGV ABRT; do
        $all_signals "$VIRTASP" start "$chip" --foreground "$@" >"$work/started" 2>&1 &
        starter=$!
        processes="$processes $starter"
        eventually is_serving && kill -$signal "$(cat "$chip/run/pid")"
        wait $starter; [ $? -eq 5 ] && is_free
        result "$name: a service fails when its board dies by SIG$signal" $?
    done
    $all_signals "$VIRTASP" start "$chip" --foreground "$@" >"$work/started" 2>&1 &
    starter=$!
    processes="$processes $starter"
    eventually is_serving && tool stop "$chip"
    wait $starter
    result "$name: a service does not fail when its board is stopped" $?
}

# by_hand: the board runs as the line of start --print says.
by_hand() {
    tool start "$chip" --print && cp "$work/output" "$work/line" && is_free
    result "by hand: --print prints a line and starts nothing" $?
    sh "$work/line" >"$work/hand" 2>&1 &
    processes="$processes $!"
    eventually is_serving
    result "by hand: the board is visible to status" $?
    tool start "$chip"; [ $? -eq 1 ] && said 'already running'
    result "by hand: start refuses a second board of the chip" $?
    ! timeout -k 5 60 sh "$work/line" >"$work/output" 2>&1 && said 'pid'
    result "by hand: the same line refuses a second board, too" $?
    tool start "$chip" --print; [ $? -eq 1 ] && said 'already running'
    result "by hand: no line is printed for files that a board uses" $?
    tool reset "$chip" --socket "$chip/run/qmp.sock" && is_serving
    result "by hand: the board is reset" $?
    [ "$(keys)" -gt 0 ] && kill -KILL "$(cat "$chip/run/pid")" && eventually is_free &&
        [ "$(keys)" -eq 0 ]
    result "by hand: who finds the board dead takes its keys away" $?
    sh "$work/line" >"$work/hand" 2>&1 &
    processes="$processes $!"
    eventually is_serving && tool stop "$chip" && is_free && [ "$(keys)" -eq 0 ]
    result "by hand: the board is stopped" $?
}

# What a shell would take apart is one word of the line; a board that does nothing runs.
quoted() {
    odd="$work/it's \$(a) \"b\""
    cp -r "$chip" "$odd" && rm -rf "$odd/run" && printf '#!/bin/sh\npwd\n' >"$odd/true" &&
        chmod +x "$odd/true" && tool start "$odd" --hosted "$odd/true" --print &&
        sh "$work/output" >"$work/hand" 2>&1 && [ "$(cat "$work/hand")" = "$odd/run" ]
    result "by hand: the line fits a directory of any name" $?
    rm -rf "$odd"
}

# loses_nothing NAME REASON FILE: --shutdown with a file that cannot be loaded issues no command.
loses_nothing() {
    before=$("$VIRTASP" status "$chip")
    tool load-firmware "$chip" "$3" --shutdown; [ $? -eq 1 ] && said "$2" && said 'no SHUTDOWN' &&
        [ "$before" = "$("$VIRTASP" status "$chip")" ]
    result "load-firmware --shutdown: $1 costs no guest" $?
}

# flipped FILE OFFSET: prints the name of a copy with one byte changed.
flipped() {
    cp "$1" "$work/flipped.sbin"
    byte=$(dd if="$1" bs=1 skip="$2" count=1 2>/dev/null | od -An -tu1)
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %o $((byte ^ 1)))" |
        dd of="$work/flipped.sbin" bs=1 seek="$2" conv=notrunc 2>/dev/null
    echo "$work/flipped.sbin"
}

sign_file() { "$VIRTASP" sign --sbin --firmware "$BUILD/board/firmware.bin" "$@"; }

shut_down() {
    cp -r "$vendor/" "$work/other" && rm "$work/other/firmware-root.pem" &&
        cp "$vendor/ark.pem" "$work/other/firmware-root.pem" &&
        sign_file --vendor "$work/other" --output "$work/foreign.sbin" >"$work/output" 2>&1 &&
        sign_file --vendor "$vendor" --security-version 0 --output "$work/old.sbin" \
            >"$work/output" 2>&1 && tool start "$chip"
    result "load-firmware --shutdown: a board runs" $?
    size=$(wc -c <"$work/new.sbin")
    loses_nothing "another vendor's file" "not of this chip's vendor" "$work/foreign.sbin"
    loses_nothing "an older file" "security version is too low" "$work/old.sbin"
    loses_nothing "a damaged file" "body was changed" "$(flipped "$work/new.sbin" 8192)"
    loses_nothing "a damaged signature" "signature is wrong" \
        "$(flipped "$work/new.sbin" $((size - 1)))"
    tool load-firmware "$chip" "$work/foreign.sbin"; [ $? -eq 1 ] && said 'BAD_SIGNATURE.*vendor'
    result "load-firmware: a bad signature may be another vendor's" $?
    tool load-firmware "$chip" "$work/new.sbin" --shutdown && said '^new.* security version 1, '
    result "load-firmware --shutdown: a good file is loaded, and its version named" $?
    tool stop "$chip"
    tool start "$chip" --hosted "$SP"
    loses_nothing "a board that cannot" "cannot replace itself" "$work/new.sbin"
    tool stop "$chip"
}

# Numbers that make no sense cost nobody a wait.
numbers() {
    tool start "$chip" --hosted "$SP" --memory 0; [ $? -eq 2 ] && said 'even number' && is_free
    result "start refuses no memory" $?
    tool start "$chip" --hosted "$SP" --timeout 0; [ $? -eq 2 ] && said 'second or more' && is_free
    result "start refuses no time" $?
    tool reset "$chip" --timeout 0; [ $? -eq 2 ] && said 'second or more'
    result "reset refuses no time" $?
    tool demo --chip "$chip" --memory 0; [ $? -eq 2 ] && said 'even number'
    result "the demonstration refuses no memory" $?
    tool start "$chip" --memory 4 --memory 8; [ $? -eq 2 ] && said '--memory is given twice'
    result "start refuses an option that is given twice" $?
}

# provision --force, while a board of the chip that it would replace runs.
replaced() {
    tool start "$chip" --hosted "$SP"
    before=$(sha256sum <"$chip/fuses.bin")
    tool provision "$chip" --vendor "$vendor" --no-flash --force; [ $? -eq 1 ] &&
        said 'a board is running' && [ "$before" = "$(sha256sum <"$chip/fuses.bin")" ] &&
        [ -e "$chip/nv.img" ] && is_serving
    result "a chip whose board runs is not replaced" $?
    tool stop "$chip" && cp -r "$chip" "$work/next" &&
        tool provision "$work/next" --vendor "$vendor" --no-flash --force && said '^made chip'
    result "it is once the board has ended" $?
    rm -rf "$work/next"
}

# A board that knows nothing of the tools but uses the chip's flash.
unknown() {
    (cd "$chip/run" && exec "$SP" --mailbox mailbox --fabric fabric --dram dram \
        --doorbell doorbell --fuses ../fuses.bin --nv ../nv.img --log uart.log) \
        >"$work/hand" 2>&1 &
    processes="$processes $!"
    eventually is_serving
    result "without the lock: the board is visible to status" $?
    tool start "$chip" --hosted "$SP"; [ $? -eq 1 ] && said 'already running'
    result "without the lock: start refuses a second board of the chip" $?
    tool reset "$chip" && is_serving
    result "without the lock: the board is reset" $?
    tool stop "$chip" && is_free
    result "without the lock: the board is stopped" $?
}

# Memory that somebody uses: its beginning is random, the rest 0.
memory_is_kept() {
    tool start "$chip" --hosted "$SP" --memory 16
    dd if=/dev/urandom of="$chip/run/dram" bs=1M count=8 conv=notrunc 2>/dev/null
    before=$(memory)
    tool load-firmware "$chip" "$work/new.sbin"; [ "$before" = "$(memory)" ]
    result "load-firmware: memory is as before when the firmware refuses" $?
    tool load-firmware "$chip" "$work/new.sbin" --at 0x100000; [ "$before" = "$(memory)" ]
    result "load-firmware: memory that is used is as before" $?
    tool load-firmware "$chip" "$work/new.sbin" --at 0; [ $? -eq 1 ] && said 'UNSUPPORTED' &&
        [ "$before" = "$(memory)" ]
    result "load-firmware: 0 is an address like any other" $?
    tool load-firmware "$chip" "$work/new.sbin" --at 0x100800; [ $? -eq 2 ]
    result "load-firmware: memory is borrowed in whole pages" $?
    tool load-firmware "$chip" "$work/new.sbin" --at 0x40000000000; [ $? -eq 1 ] &&
        said 'no DRAM'
    result "load-firmware: memory that does not exist is not borrowed" $?
    board=$(cat "$chip/run/pid")
    for signal in TERM INT HUP; do
        kill -STOP "$board"
        before=$(memory)
        $all_signals "$VIRTASP" load-firmware "$chip" "$work/new.sbin" --at 0x200000 \
            >"$work/output" 2>&1 &
        loader=$!
        processes="$processes $loader"
        eventually memory_differs
        changed=$?
        kill -$signal $loader
        wait $loader; [ $? -eq 6 ] && [ $changed -eq 0 ] && said interrupted &&
            [ "$before" = "$(memory)" ]
        result "load-firmware: memory is as before after SIG$signal" $?
        kill -CONT "$board"
        tool reset "$chip"
    done
    dd if=/dev/urandom of="$chip/run/dram" bs=1M count=16 conv=notrunc 2>/dev/null
    before=$(memory)
    tool load-firmware "$chip" "$work/new.sbin"; [ $? -eq 1 ] && said '--at' &&
        [ "$before" = "$(memory)" ]
    result "load-firmware: memory that is all used is not borrowed unasked" $?
    tool stop "$chip"
}

# A start that takes long enough, because the board never gets ready.
interrupted() {
    printf '#!/bin/sh\nexec sleep 600\n' >"$work/never" && chmod +x "$work/never"
    for signal in INT TERM HUP; do
        $all_signals "$VIRTASP" start "$chip" --hosted "$work/never" >"$work/started" 2>&1 &
        starter=$!
        processes="$processes $starter"
        eventually is_taken
        kill -$signal $starter
        wait $starter; [ $? -eq 1 ] && is_free && has interrupted "$work/started"
        result "a start that SIG$signal interrupts leaves no board" $?
    done
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
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
