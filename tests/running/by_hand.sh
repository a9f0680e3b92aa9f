# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Boards that something else than the tools has started.

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
    ! timeout -k 5 120 sh "$work/line" >"$work/output" 2>&1 && said 'pid'
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

