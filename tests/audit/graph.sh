#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stack by the call graph, of a small firmware whose stack is known (tests/audit/fixture).
#
# usage: sh tests/audit/graph.sh DIRECTORY CROSS
#
# Prints a line "ok" or "FAIL" for each test. Exit status: 0 if all passed.

set -u

tree=$(pwd)
work=${1:?}
cross=$2
# shellcheck disable=SC1091 # checked by itself
. tests/common/counting.sh

# Where calls go, as the fixture declares it.
good="firmware/dispatch.c:* | row"
declared=$good

# measure [OPTION...]: builds the fixture and looks at it; the stack is in $work/fixture/stack then.
measure() {
    rm -rf "$work/fixture"
    cp -r tests/audit/fixture "$work/fixture"
    (
        cd "$work/fixture" || exit 1
        objects=
        for source in firmware/start.c firmware/dispatch.c firmware/sev/nop.c; do
            object=build/obj/firmware/$source.o
            mkdir -p "$(dirname "$object")"
            "${cross}gcc" -std=c11 -O1 -mthumb -march=armv7-a -ffreestanding -ffunction-sections \
                -fdata-sections -fno-optimize-sibling-calls -fstack-usage "$@" -c "$source" \
                -o "$object" || exit 1
            objects="$objects $object"
        done
        # shellcheck disable=SC2086 # a list
        "${cross}gcc" -mthumb -march=armv7-a -nostdlib -nostartfiles -Wl,-e,firmware_entry \
            -Wl,-Map,map -o image.elf $objects || exit 1
        "${cross}nm" -S -n image.elf >names
        "${cross}objdump" -d image.elf >disassembly
        # shellcheck disable=SC2086 # a list
        "${cross}objdump" -r $objects | awk -f "$tree/tools/audit/hex.awk" \
            -f "$tree/tools/audit/takers.awk" >takers
        find build -name "*.su" | sort | xargs grep -H . | sed "s|:|$(printf "\t")|" >su
        printf 'NOP\t4.13\tfirmware/sev/nop.c\tsev_nop_row\n' >commands
        echo "$declared" >indirect
        awk -v functions=functions -v calls=calls -f "$tree/tools/audit/hex.awk" \
            -f "$tree/tools/audit/graph.awk" map names su disassembly &&
            awk -v stack=stack -v reach=reach -f "$tree/tools/audit/stack.awk" functions calls \
                takers indirect commands
    )
}

# The way is the one in the sources, its sum that of the compiler's list, and 3000 bytes are in it.
known_stack() {
    measure || return 1
    cat "$work"/fixture/build/obj/firmware/firmware/*.su \
        "$work"/fixture/build/obj/firmware/firmware/sev/*.su >"$work/listed"
    sum=$(awk '{ sum += $2 } END { print sum }' "$work/listed")
    grep "^NOP" "$work/fixture/stack" | tee "$work/found"
    [ "$(cut -f 2 "$work/found")" = "$sum" ] && [ "$sum" -ge 3000 ] &&
        [ "$(cut -f 4 "$work/found" | sed 's/:[0-9]*//g')" = \
            "firmware_entry > dispatch_command > handle > deep" ]
}

# refused PATTERN [OPTION...]: the look must fail, and say why.
refused() {
    pattern=$1
    shift
    ! measure "$@" >"$work/message" 2>&1 && grep "$pattern" "$work/message"
}

undeclared() {
    declared="# nothing"
    refused "dispatch_command: calls what indirect.txt does not say"
    result=$?
    declared=$good
    return "$result"
}

check 'a stack that is known is found' known_stack
check 'a call whose target nobody has declared is noticed' undeclared
check 'an address that nobody calls is noticed' refused 'takes a function.s address' -DTAKES_AN_ADDRESS
check 'recursion is noticed' refused 'deep: recursion' -DRECURSION
check 'a frame of no constant size is noticed' refused 'no constant size' -DLENGTH_AT_RUN_TIME
# shellcheck disable=SC2154 # counting.sh sets it
[ "$failed" -eq 0 ]
