# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Demonstrations that are ended before their time leave nothing behind.

# What a demonstration makes and must not leave, or nothing.
demo_leftovers() {
    ls "$chip"/*.new-* 2>/dev/null
    find "$chip/run" -type s
    is_free || echo "a board"
}
half_written() { ls "$chip"/guest.snapshot.new-* >/dev/null 2>&1; }
leaves_nothing() { [ -z "$(demo_leftovers)" ]; }

# demo_starts DEMO: in the background, with a board that serves commands.
demo_starts() {
    rm -f "$work/shown"
    $all_signals "$VIRTASP" demo "$1" --chip "$chip" --guest "$BUILD/board/firmware.bin" \
        --hosted "$SP" --packet 16 >"$work/shown" 2>&1 &
    demo=$!
    processes="$processes $demo"
    eventually has 'start board' "$work/shown"
}

demos() {
    for signal in INT TERM HUP; do
        demo_starts snapshot
        kill -$signal $demo
        wait $demo; [ $? -eq 1 ] && has interrupted "$work/shown" &&
            leaves_nothing
        result "a demonstration that SIG$signal interrupts leaves nothing" $?
    done
    demo_starts snapshot
    eventually half_written && kill -KILL $demo
    wait $demo 2>/dev/null
    half_written && eventually is_free && [ -z "$(find "$chip/run" -type s)" ] && [ "$(keys)" -eq 0 ]
    result "a demonstration that SIGKILL ends leaves no board, socket or key" $?
    tool demo snapshot --chip "$chip" --guest "$BUILD/board/firmware.bin" --hosted "$SP" &&
        leaves_nothing
    result "and the next one removes its half-written file" $?
}
