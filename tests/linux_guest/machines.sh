# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# What is around a guest, in whose machine nothing runs (machine.pl): launched by digests(), on the same chip;
# read by run.sh. It takes no QEMU for x86, and no kernel.

# At which command the machine hangs.
hangs=

# machine_start NAME OPTION...: its console, and what is printed, are in $work/NAME.run.
machine_start() {
    guest_name=$work/$1
    shift
    rm -f "$guest_name.control"
    # A shell lets what it starts in the background ignore SIGINT.
    # shellcheck disable=SC2016 # for perl
    MACHINE_HANGS=$hangs MACHINE_HUNG=$work/hung perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$VIRTASP" run --kernel "$work/small" --memory 256 --chip "$chip" --hosted "$SP" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" \
        --qemu-x86 tests/linux_guest/machine.pl --control "$guest_name.control" "$@" \
        >"$guest_name.run" 2>&1 </dev/null 9>&- &
    guest_process=$!
    processes="$processes $guest_process"
}

# machine_run STATUS OPTION...: until it ends.
machine_run() {
    machine_run_status=$1
    shift
    machine_start machine "$@"
    guest_ends "$machine_run_status"
}

prints_only() { [ "$(cat "$guest_name.run")" = "$1" ]; }
prints_lines() { [ "$(wc -l <"$guest_name.run")" -eq "$1" ]; }

# same_time STEP FACT: printed in milliseconds, on the page in seconds; either may have been rounded.
same_time() {
    awk -v printed="$(sed -n "s/^  $1 *ok *\([0-9.]*\) ms.*/\1/p" "$guest_name.run")" \
        -v shown="$(sed -n "s/.*<dt>$2<.dt><dd>\([0-9.]*\) s<.*/\1/p" "$work/time.html")" \
        'BEGIN { exit !(shown > 0 && printed / 1000 - shown < 0.02 && shown - printed / 1000 < 0.02) }'
}

has_whole_id() {
    has_id=$(sed -n 's/.*"chip_id": *"\([0-9a-f]*\)".*/\1/p' "$chip/chip.json")
    [ ${#has_id} -eq 128 ] && sed 's/<wbr>//g' "$work/time.html" | grep -q "ID of the chip.*$has_id"
}

# interrupted SIGNAL: it ends with the status of what failed.
interrupted() { kill "-$1" "$guest_process" && guest_ends 1; }

# All machines and boards that it has had.
nothing_is_left() {
    for machine in $(sed -n 's/^  start machine *ok .*process \([0-9]*\).*/\1/p' "$guest_name.run") \
        $(cat "$work/hung" 2>/dev/null); do
        is_gone "$machine" || return 1
    done
    for board in "$chip" "$work/chip-m"; do
        [ ! -e "$board" ] || is_off "$board" || return 1
    done
    [ ! -e "$guest_name.control" ] && [ -z "$(find "$work" -name '*.new-*' -o -name 'nap*')" ]
}

# request_begins LINE TEXT: in the background, until what is printed has the text.
request_begins() {
    "$VIRTASP" run --control "$guest_name.control" --request "$1" >"$work/request" 2>&1 9>&- &
    request_process=$!
    guest_eventually shown_by_run "$2"
}

request_fails() {
    wait "$request_process"
    [ $? -eq 1 ] && grep -q '^error: ' "$work/request"
}

# interrupts SIGNAL REQUEST TEXT NAME: while the request is being done.
interrupts() {
    machine_start machine --report "$work/cut.html"
    check "interrupted: $2: a guest runs" guest_eventually shown_by_run 'the machine goes on'
    check "interrupted: $2: it is being done" request_begins "$2 $work/$4" "$3"
    check "interrupted: $2: it ends" interrupted "$1"
    check "interrupted: $2: nothing is left" nothing_is_left
    check "interrupted: $2: the guest is gone" shown_by_run 'DECOMMISSION *SUCCESS'
    check "interrupted: $2: who has asked is told" request_fails
    check "interrupted: $2: the page says why it ended" has cut 'It cannot go on: it was interrupted'
}

has_ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:[^a-zA-Z]*Z' "/proc/$1/status"; }

# takes_no_more PIPE: nobody reads it, and it is full.
takes_no_more() { ! dd if=/dev/zero of="$1" oflag=nonblock bs=4096 count=1000 2>/dev/null; }

# unread: what is printed goes to somebody who does not read it.
unread() {
    guest_name=$work/unread
    check 'unread: there is a pipe' mkfifo "$guest_name.run"
    exec 7<>"$guest_name.run"
    machine_start unread --report "$work/cut.html"
    check 'unread: a guest runs' guest_eventually request status
    machine=$(machine_of)
    check 'unread: nobody reads what it prints' takes_no_more "$guest_name.run"
    kill "$guest_process"
    check 'unread: it ends all the same' guest_eventually has_ended "$guest_process"
    kill -KILL "$guest_process" 2>/dev/null # else it is not waited for
    exec 7<&-
    check 'unread: with its status' guest_ends 1
    check 'unread: no machine is left' is_gone "$machine"
    check 'unread: and no board' is_off "$chip"
    check 'unread: the page is written' has cut 'It cannot go on: it was interrupted'
}

interruptions() {
    shown='output machine.run request'
    hangs=start
    machine_start machine
    hangs=
    check 'interrupted: a machine does not answer' guest_eventually [ -s "$work/hung" ]
    check 'interrupted: nobody waits for it' interrupted TERM
    check 'interrupted: it is said why' shown_by_run 'start machine *FAILED .*was interrupted'
    check 'interrupted: nothing is left' nothing_is_left
    rm -f "$work/hung"
    interrupts INT migrate 'migrate *ready' chip-m
    interrupts HUP snapshot 'snapshot *begins' nap
    interrupts TERM migrate 'migrate *ready' chip-m
    shown=output
    unread
}

machines() {
    shown='output machine.run'
    check 'time: it ends with a status of its own' machine_run 124 --seconds 1 --report "$work/time.html"
    check 'time: it says why' shown_by_run 'time *is up'
    check 'time: the guest is gone' shown_by_run 'DECOMMISSION *SUCCESS'
    check 'time: the board is off' is_off "$chip"
    check 'time: so is the socket' [ ! -e "$guest_name.control" ]
    check 'time: the page says how it ended' has time 'class="verdict good">Its time was up'
    check 'time: what is printed and what the page says is the same' same_time run 'Entry to end'
    check 'time: the page has the whole ID of its chip' has_whole_id
    check 'quiet: a guest runs' machine_run 124 --seconds 1 --quiet
    check 'quiet: nothing is printed but its console' prints_only 'the machine goes on'
    check 'quiet: a launch fails' machine_run 1 --quiet --attack load
    check 'quiet: that is printed' shown_by_run 'check measurement *FAILED'
    check 'quiet: and nothing else' prints_lines 1
    interruptions
}
