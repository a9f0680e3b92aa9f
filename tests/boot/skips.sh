# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: variables come from, and go to, the others
# The boot ROM under fault attack: one skipped instruction must not let a bad image pass. Sourced by
# tests/boot/run.sh.

# The functions that decide, and what they ask. Arithmetic and hashing are left out: a wrong number
# there does not become a right one. SKIPS=all takes the second list, too, and another image: that
# takes many minutes.
deciding='rom_main refuse rom_enter_firmware image_check_body make_checks make_check body_holds'
asked='image_check_header fuses_hold format_holds size_holds entry_holds root_holds is_signed
key_certificate_holds signature_holds security_version_holds crypto_equal crypto_rsa_pss_verify
hal_fuses_read'

# symbols FUNCTION...: prints the names under which the compiler left them, unless it inlined them.
symbols() {
    for function in "$@"; do
        "${CROSS:-arm-none-eabi-}nm" "$BUILD/board/rom.elf" |
            sed -nE "s/^.* [tT] ($function(\.[a-z0-9.]+)?)$/\1/p"
    done
}

# instructions FUNCTION...: prints address and length of each.
instructions() {
    for symbol in $(symbols "$@"); do
        "${CROSS:-arm-none-eabi-}objdump" -d --disassemble="$symbol" "$BUILD/board/rom.elf"
    done | awk '/^ *[0-9a-f]+:\t/ && $0 !~ /\.(word|short|byte)/ {
        split($0, part, "\t")
        bytes = part[2]
        gsub(/ /, "", bytes)
        sub(/:/, "", part[1])
        print part[1], length(bytes) / 2
    }'
}

rom_symbol() {
    "${CROSS:-arm-none-eabi-}nm" "$BUILD/board/rom.elf" | sed -n "s/ . $1$//p"
}

# survives NAME FUNCTIONS: skips every instruction in turn, with $flash.
survives() {
    seconds=1000
    make_files
    extra_options="-S -gdb unix:$work/gdb,server=on,wait=off"
    board &
    qemu=$!
    # shellcheck disable=SC2086 # a list of names
    instructions $2 >"$work/instructions"
    "$bin/skip_test" "$work/gdb" 0e010000 "$(rom_symbol hal_power_off)" \
        <"$work/instructions" >"$work/client.log" 2>&1
    client=$?
    wait $qemu
    cp "$work/client.log" "$work/log"
    result "$1: $(tail -n 1 "$work/client.log")" $client
    usual
}

test_skips() {
    fresh
    flip "$flash" $((body + 4096))
    survives "a damaged body, one instruction skipped" "$deciding"
    if [ "${SKIPS:-}" = all ]; then
        flash=$other
        survives "an image of another vendor, one instruction skipped" "$deciding $asked"
        fresh
        flip "$flash" $((header + signature + 256))
        survives "a damaged signature, one instruction skipped" "$deciding $asked"
    fi
}
