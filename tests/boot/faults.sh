# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: variables come from, and go to, the others
# What memory protection must stop, and how the report reads. Sourced by tests/boot/run.sh. The
# choices are the places in the table of tests/boot/device/fault_test.c, from 16 on.

# stops CHOICE PATTERN NAME: runs test_fault and looks for a line; registers must be told, too, when
# it is a fault.
stops() {
    choice=$1
    pattern=$2
    boot && grep -qE "$pattern" "$work/log" && ! grep -q '^FAIL' "$work/log" &&
        ! grep -q '^test firmware: done' "$work/log"
    result "$3" $?
}

# aborts CHOICE KIND STATUS ADDRESS NAME
aborts() {
    choice=$1
    boot && grep -q "^fault: $2 in mode SVC$" "$work/log" &&
        grep -qE "^fault: status [0-9a-f]{8} \($3\) address $4$" "$work/log" &&
        grep -qE '^fault: pc [0-9a-f]{8} lr [0-9a-f]{8} sp [0-9a-f]{8} spsr [0-9a-f]{8}$' "$work/log" &&
        grep -qE '^fault: r0 [0-9a-f]{8} r1 .* r6 [0-9a-f]{8}$' "$work/log"
    result "$5" $?
}

symbol() {
    "${CROSS:-arm-none-eabi-}nm" "$bin/test.elf" | sed -n "s/ . $1$//p"
}

test_faults() {
    permission='permission fault'
    translation='translation fault'
    aborts 16 'data abort' "$permission" "$(symbol __text_start)" "text cannot be written"
    aborts 17 'data abort' "$permission" "$(symbol __rodata_start)" "rodata cannot be written"
    aborts 18 'prefetch abort' "$permission" "$(symbol code_as_data)" "data cannot be executed"
    aborts 19 'prefetch abort' "$permission" "$(symbol __rodata_start)" "rodata cannot be executed"
    aborts 20 'data abort' "$translation" 00000000 "NULL cannot be read"
    aborts 21 'prefetch abort' "$translation" 00000000 "NULL cannot be executed"
    aborts 22 'data abort' "$translation" 0e00fffc "the page below the image is not there"
    aborts 23 'data abort' "$translation" 0ef00000 "the boot ROM's RAM is not there"
    aborts 24 'prefetch abort' "$permission" '8[0-9a-f]{7}' "x86 DRAM cannot be executed"
    aborts 25 'data abort' "$translation" '0e[0-9a-f]{3}ffc' "the page below the stack is not there"
    aborts 26 'data abort' "$translation" '0e[0-9a-f]{6}' "a stack overflow is reported"
    aborts 35 'data abort' "$translation" 60000000 "what no region names is not there"
    stops 27 '^fault: undefined instruction in mode SVC$' "an undefined instruction is reported"
    stops 28 '^fault: unexpected call .* in mode SVC$' "SVC is reported"
    stops 29 '^fault: unexpected call .* in mode SVC$' "SMC is reported"
    stops 30 '^panic: stack overrun$' "an array overrun is noticed"
    stops 31 '^panic: as asked$' "a panic is reported"
    stops 32 '^panic: DRAM access out of range$' "DRAM ends where it ends"
    stops 33 '^panic: fabric access out of range$' "the fabric ends where it ends"
    stops 34 '^panic: no such mailbox register$' "the mailbox ends where it ends"
}
