# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# virtasp load-firmware: what it loses, and what it borrows.

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

memory() { sha256sum <"$chip/run/dram"; }
memory_differs() { [ "$before" != "$(memory)" ]; }

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
        stand_still "$board"
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

