#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each guest on the reference emulator, with the firmware as a Linux process and on the board, and
# then what a hypervisor does with guests: tests/emulator/*.c.
#
# usage: tests/emulator/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u

# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

if [ ! -x "$BUILD/host/virtasp-emulator" ]; then
    echo "left out: the reference emulator; Unicorn could not be had (make emulator)"
    echo "1 passed, 0 failed"
    exit 0
fi
if [ ! -f "$BUILD/guests/hello.bin" ]; then
    echo "left out: the guests; there is no compiler for x86-64 here (GUEST_CC)"
    echo "1 passed, 0 failed"
    exit 0
fi

suite_begin emulator

# guest BOARD NAME OPTION...: a guest that finds itself in order, and says so by the exit status.
guest() {
    board=$1
    shift
    output=$suite_log/emulator-guest.log
    case $board in
    hosted) set -- "$@" --hosted "$BUILD/hosted/virtasp-sp" ;;
    esac
    if "$BUILD/host/virtasp" run --chip "$work/guests" "$@" >"$output" 2>&1; then
        suite_passed=$((suite_passed + 1))
    else
        suite_failed=$((suite_failed + 1))
        echo "FAILED: virtasp run $* on $board"
        sed 's/^/    /' "$output"
    fi
}

suite_make_chip "$work/guests" >"$suite_log/emulator-chip.log" 2>&1
guest hosted hello --plain
for c_bit in 36 47; do
    guest hosted hello --c-bit "$c_bit"
done
for name in memory dma secret smp tamper; do
    guest hosted "$name"
done
for name in memory secret smp tamper es; do
    guest hosted "$name" --es
done
for name in dma smp es snp tamper; do
    guest hosted "$name" --snp
done
guest hosted hello --vcpus 8 --memory 64 --snp --tsme
for mode in '' --full --tsme; do
    # shellcheck disable=SC2086 # no option at all, in one of the modes
    guest hosted host $mode
done
for mode in --plain --es --snp; do
    guest hosted rogue "$mode"
done
for name in hello memory dma secret es snp smp tamper; do
    guest qemu "$name"
done
echo "guests: $suite_passed ran, $suite_failed failed"

# A guest that gives a bad verdict must be seen to fail: es is for SEV-ES.
if "$BUILD/host/virtasp" run --plain --chip "$work/guests" --hosted "$BUILD/hosted/virtasp-sp" es \
    >"$suite_log/emulator-guest.log" 2>&1; then
    echo "FAILED: a guest that gives a bad verdict is taken for good"
    suite_failed=$((suite_failed + 1))
else
    suite_passed=$((suite_passed + 1))
fi

# refuses STATUS REASON ARGUMENT...: the reason is on standard error, and not on standard output.
refuses() {
    wanted=$1
    reason=$2
    shift 2
    "$BUILD/host/virtasp" run --chip "$work/guests" --hosted "$BUILD/hosted/virtasp-sp" "$@" \
        >"$suite_log/emulator-output.log" 2>"$suite_log/emulator-refusal.log"
    [ $? -eq "$wanted" ] && grep -q "$reason" "$suite_log/emulator-refusal.log" &&
        ! grep -q "$reason" "$suite_log/emulator-output.log"
}

# refuses_step TEXT ARGUMENT...: the run fails, and a step that it shows says why.
refuses_step() {
    text=$1
    shift
    "$BUILD/host/virtasp" run --chip "$work/guests" --hosted "$BUILD/hosted/virtasp-sp" "$@" \
        >"$suite_log/emulator-output.log" 2>&1
    [ $? -eq 1 ] && grep -q "$text" "$suite_log/emulator-output.log"
}

# says WORD ARGUMENT...: a quiet run prints what the guest does, and nothing else.
says() {
    text=$1
    shift
    "$BUILD/host/virtasp" run --chip "$work/guests" --hosted "$BUILD/hosted/virtasp-sp" --quiet \
        "$@" >"$suite_log/emulator-output.log" 2>&1 &&
        grep -q "| $text\$" "$suite_log/emulator-output.log" &&
        ! grep -v '^    | ' "$suite_log/emulator-output.log" | grep -qv '^  guest  *ok '
}

# judge WHAT COMMAND...: one more test.
judge() {
    what=$1
    shift
    if "$@"; then
        suite_passed=$((suite_passed + 1))
    else
        suite_failed=$((suite_failed + 1))
        echo "FAILED: $what"
    fi
}

for count in 0 9 abc -1; do
    judge "$count virtual CPUs" refuses 2 "from 1 to 8, not '$count'" --vcpus "$count" hello
done
judge "no memory" refuses 2 "from 1 to 16384, not '0'" --memory 0 hello
judge "a C-bit below 32" refuses 2 "from 32 to 51, not '31'" --c-bit 31 hello
judge "a C-bit above 51" refuses 2 "from 32 to 51, not '52'" --c-bit 52 hello
judge "a policy of SEV with 33 bits" refuses 2 "from 0 to 0xffffffff" --policy 0x1ffffffff hello
judge "a policy that is no number" refuses 2 "from 0 to 0xffffffff" --policy -1 hello
judge "a policy of SEV-SNP that is refused" refuses 1 "INVALID_PARAM" --policy 0x1ffffffff --snp hello
judge "too little memory" refuses 1 "does not fit into 1 MiB" --memory 1 hello
# header FILE VCPUS MIB: an image that wants so much, as octal bytes of 32 bits.
header() {
    printf 'VAGUEST1\040\000\000\000\000\000\000\000%b%b' "$2" "$3" >"$1"
    printf '\000\000\000\000\000\000\000\000\353\376' >>"$1"
}
header "$work/memory" '\0001\0000\0000\0000' '\0000\0000\0200\0000'
judge "an image that wants 8 TiB" refuses 2 "8388608, not from 1 to 16384" "$work/memory"
header "$work/memory" '\0001\0000\0000\0000' '\0000\0000\0000\0000'
judge "an image that wants no memory" refuses 2 "0, not from 1 to 16384" "$work/memory"
header "$work/cores" '\0011\0000\0000\0000' '\0004\0000\0000\0000'
judge "an image that wants 9 virtual CPUs" refuses 2 "9, not from 1 to 8" "$work/cores"
judge "a bad verdict" refuses 1 "checks do not hold" --plain es
judge "no such guest" refuses 1 "nosuch is neither a guest nor a file; guests: .*hello, " nosuch
judge "no such file" refuses 1 "none/flat" "$work/none/flat"
judge "a quiet run with SEV-SNP" says "hello from encrypted memory" --snp hello
judge "a guest without encryption" says "hello from memory that is not encrypted" --plain hello

# An image without a header: mov $0xF4, %edx; xor %eax, %eax; out %eax, %dx; hlt.
printf '\272\364\000\000\000\061\300\357\364' >"$work/flat"
guest hosted "$work/flat"
guest hosted "$work/flat" --c-bit 43
# With SEV-ES its OUT is a #VC, for which it has no handler.
for mode in --es --snp; do
    judge "a guest that handles no exceptions, $mode" refuses_step \
        'verdict .*exit 0x7f, SHUTDOWN: the guest has no handler for the #VC of IOIO (0x7b) at RIP 0x100007' \
        "$mode" "$work/flat"
done
# unregistered REGISTERED PAGE: with SEV-SNP the GHCB's MSR registers the one and then names the other.
# mov $0xC0010130, %ecx; mov $0x...12, %eax; xor %edx, %edx; wrmsr; vmgexit; mov $0x...00, %eax; wrmsr; vmgexit
unregistered() {
    printf '\271\060\001\001\300\270\022%b\000\061\322\017\060\363\017\001\331' "$1"
    printf '\270\000%b\000\017\060\363\017\001\331' "$2"
}
unregistered '\0000\0006' '\0020\0006' >"$work/unregistered"
judge "a GHCB that is not registered" refuses_step \
    'verdict .*the GHCB at 0x61000 is not registered' --snp "$work/unregistered"
unregistered '\0000\0220' '\0000\0220' >"$work/unregistered"
judge "a GHCB that could not be registered" refuses_step \
    'verdict .*the GHCB at 0x900000 is not registered' --snp --memory 8 "$work/unregistered"
# Without: ud2.
printf '\017\013' >"$work/undefined"
judge "a guest that does what is undefined" refuses_step \
    'verdict .*SHUTDOWN: the guest has no handler for #UD, vector 6, error 0, at RIP 0x100000' \
    "$work/undefined"
for option in --report --trace; do
    judge "$option to standard output" refuses 2 "want a file, not '-'" "$option" - hello
done
judge "and no file of that name" [ ! -e ./- ]

# ends_in_time OPTION...: what never ends is ended, whatever it does.
ends_in_time() {
    output=$suite_log/emulator-endless.log
    timeout -k 5 60 "$BUILD/host/virtasp" run --seconds 1 --chip "$work/guests" \
        --hosted "$BUILD/hosted/virtasp-sp" "$@" >"$output" 2>&1
    [ $? -eq 1 ] && grep -q 'it has not ended in time' "$output"
}
judge "a guest without an instruction to execute is not ended" ends_in_time stuck --plain
# mov $0x5601, %eax; vmmcall; and again: each is a pause.
printf '\270\001\126\000\000\017\001\331\353\366' >"$work/pauses"
judge "a guest that pauses for ever is not ended" ends_in_time "$work/pauses" --plain
# A program of the host: a header, and a jump to itself.
{
    printf 'VAGUEST1\040\000\000\000\010\000\000\000\001\000\000\000\004\000\000\000'
    printf '\000\000\000\000\000\000\000\000\353\376'
} >"$work/loop"
judge "an endless program of the host is not ended" ends_in_time "$work/loop"

# Every line of a trace is an object of its own; and the same guest does the same twice.
trace=$work/trace.json
guest hosted smp --trace "$trace"
guest hosted smp --trace "$trace.2"
guest hosted memory --es --trace "$trace.3"
for kind in command exit exception fill flush; do
    judge "the trace has no $kind" \
        grep -q "^{\"us\":[0-9]*,\"event\":\"$kind\",.*}\$" "$trace.3"
done
unlike_json() { ! grep -qv '^{"us":[0-9]*,"event":"[a-z]*",.*}$' "$1"; }
judge "a line of the trace is no object" unlike_json "$trace.3"
exits() { sed -n 's/^{"us":[0-9]*,"event":"exit",//p' "$1"; }
exits "$trace" >"$work/exits.1"
exits "$trace.2" >"$work/exits.2"
judge "smp has no exits" test -s "$work/exits.1"
judge "two runs of smp differ" cmp -s "$work/exits.1" "$work/exits.2"

suite_make_chip "$work/second" >"$suite_log/emulator-chip.log" 2>&1
"$BUILD/tests/emulator" --chip "$work/guests" --second "$work/second" \
    --hosted "$BUILD/hosted/virtasp-sp" --guests "$BUILD/guests" \
    >"$suite_log/emulator-program.log" 2>&1
status=$?
good=$(suite_total "$suite_log/emulator-program.log" PASSED)
bad=$(suite_total "$suite_log/emulator-program.log" FAILED)
[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
suite_passed=$((suite_passed + good))
suite_failed=$((suite_failed + bad))
echo "hypervisor: $good tests passed, $bad failed"
[ "$bad" -eq 0 ] || sed 's/^/    /' "$suite_log/emulator-program.log"
suite_end
