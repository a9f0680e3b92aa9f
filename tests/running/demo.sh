# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Demonstrations show what they should, and those that are ended before their time leave nothing behind.

# What a demonstration makes and must not leave, or nothing.
demo_leftovers() {
    ls "$chip"/*.new-* 2>/dev/null
    find "$chip/run" -type s
    is_free || echo "a board"
}
half_written() { ls "$chip"/guest.snapshot.new-* >/dev/null 2>&1; }
leaves_nothing() { [ -z "$(demo_leftovers)" ]; }

# demo_starts DEMO: in the background, with a board that serves commands, and work for some seconds.
demo_starts() {
    rm -f "$work/shown"
    head -c 1048576 /dev/zero >"$work/large-guest"
    $all_signals "$VIRTASP" demo "$1" --chip "$chip" --guest "$work/large-guest" \
        --hosted "$SP" --packet 16 >"$work/shown" 2>&1 &
    demo=$!
    processes="$processes $demo"
    eventually has 'start board' "$work/shown"
}

# demo_passes DEMO [OPTION...]: to the end, and leaves nothing.
demo_passes() {
    if tool demo "$@" --chip "$chip" --chip-b "$work/chip-b" --guest "$BUILD/board/firmware.bin" &&
        said 'checks passed'; then
        cp "$work/output" "$work/shown" && leaves_nothing
    else
        false
    fi
}
showed() { has "$1" "$work/shown"; }

# The sum is the last line, and counts the lines of steps: two spaces, a name, an outcome.
sum_is_right() {
    steps=$(tail -n 1 "$work/shown" |
        sed -n 's/^The demonstration.s checks passed: \([0-9]*\) steps in [0-9.]* s$/\1/p')
    [ -n "$steps" ] && [ "$steps" -eq "$(grep '^  [^ ]' "$work/shown" | grep -cv '^  [0-9a-f]\{4\}  ')" ]
}

# What the main job shows of SEV-SNP, with a firmware of any kind as the guest.
snp_demos() {
    demo_passes launch && showed 'SNP_SHUTDOWN_EX'
    result "the main job goes on to SEV-SNP, on the board" $?
    sum_is_right
    result "and counts the steps that it showed, at its end" $?
    demo_passes snp --hosted "$SP" && showed 'without SNP metadata' && showed 'ARK > ASK > VCEK > report' &&
        showed 'INVALID_MDATA_ENTRY: stale' && showed '#NPF'
    result "a guest with SEV-SNP is attested, swapped and attacked" $?
    demo_passes snp --hosted "$SP" --tsme --memory 16
    result "so it is with TSME, and with little memory" $?
    demo_passes snp-migrate --hosted "$SP" && showed 'EXPORT  *SUCCESS' && showed 'ABSORB  *SUCCESS'
    result "a guest with SEV-SNP moves by migration agents" $?
    sum_is_right
    result "and its sum, too, comes last" $?
    "$VIRTASP" provision "$work/rome" --product rome --vendor "$vendor" --no-flash \
        >"$work/output" 2>&1 &&
        { tool demo snp --chip "$work/rome" --guest "$BUILD/board/firmware.bin" --hosted "$SP"
          [ $? -eq 1 ]; } && said 'has no SEV-SNP' && said 'DEMONSTRATION FAILED'
    result "SEV-SNP that was asked for is not passed over" $?
    tool demo launch --chip "$work/rome" --guest "$BUILD/board/firmware.bin" --hosted "$SP" &&
        said 'has no SEV-SNP' && said 'checks passed'
    result "a chip without SEV-SNP is told" $?
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
