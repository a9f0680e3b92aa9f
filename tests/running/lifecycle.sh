# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Boards of the tools: started, reset, stopped, interrupted, replaced; options that make no sense.

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
    tool reset "$chip" && said '^the board of .* was reset: ' && is_serving
    result "$name: serves after a reset, and says so" $?
    for signal in TERM KILL; do
        [ "$(keys)" -gt 0 ] && kill -$signal "$(cat "$chip/run/pid")" && eventually is_free &&
            [ "$(keys)" -eq 0 ]
        result "$name: leaves no keys after SIG$signal" $?
        tool start "$chip" "$@"
    done
    tool stop "$chip" && is_free && [ "$(keys)" -eq 0 ] && [ ! -s "$chip/run/pid" ]
    result "$name: stops and leaves no keys and no number of a process" $?
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

# The same start, ended by another program.
stopped() {
    "$VIRTASP" start "$chip" --hosted "$work/never" >"$work/started" 2>&1 &
    starter=$!
    processes="$processes $starter"
    eventually is_taken
    tool stop "$chip" && said 'has ended (process [0-9]*): it got SIGTERM'
    result "stop says which process has ended, and how" $?
    wait $starter; [ $? -eq 1 ] && is_free &&
        has 'was stopped before its firmware served commands: virtasp stop: process' "$work/started"
    result "a start whose board is stopped says so" $?
    tool stop "$chip"; [ $? -eq 6 ] && said 'no board is running'
    result "stop says that there is nothing to stop" $?
}

# Files of the user's that others may open.
open_files() {
    head -c 2097152 /dev/zero >"$work/own.fabric"
    chmod 644 "$work/own.fabric"
    tool start "$chip" --hosted "$SP" --fabric "$work/own.fabric" &&
        said "warning: $work/own.fabric has mode 0644: others may read it, and the memory keys"
    result "start warns of a fabric that others may read" $?
    tool stop "$chip"
    chmod 600 "$work/own.fabric"
    tool start "$chip" --hosted "$SP" --fabric "$work/own.fabric" && ! said warning
    result "it does not of one that they may not" $?
    tool stop "$chip"
    tool start "$chip" --hosted "$SP" --fabric "$work/own.fabric" --memory 128; [ $? -eq 1 ] &&
        said 'describes a machine that cannot be, with 128 MiB' && is_free
    result "start refuses a fabric with more memory than there is" $?
    rm -f "$work/own.fabric"
}
