# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: variables come from, and go to, the others
# No key stays in the fabric when the board turns itself off, in whatever way. Sourced by
# tests/boot/run.sh. Offsets are those of abi/fabric.h.

status=0x1000
memctl=0x20000
memctl_bytes=0x11000
slot_cores=0x40000
slot_cores_bytes=0x10000

# plant_keys FILE: a fabric as a board that was killed in the middle of a change leaves it.
plant_keys() {
    head -c $((memctl_bytes)) /dev/urandom | paste_in "$1" $memctl
    head -c $((slot_cores_bytes)) /dev/urandom | paste_in "$1" $slot_cores
    printf 'VASTATUS\5\0\0\0\0\0\0\0' | paste_in "$1" $status
    printf 'VAMEMCTL\5\0\0\0\0\0\0\0' | paste_in "$1" $memctl
}

# bytes_left FILE OFFSET LENGTH: counts bytes that are not 0.
bytes_left() {
    cut_out "$1" "$2" "$3" | tr -d '\0' | wc -c
}

# keys_gone FILE: of what was planted only the generations are left, even.
keys_gone() {
    [ "$(bytes_left "$1" $memctl $memctl_bytes)" -eq 1 ] &&
        [ "$(cut_out "$1" $((memctl + 8)) 1 | od -An -tu1)" -eq 6 ] &&
        [ "$(bytes_left "$1" $slot_cores $slot_cores_bytes)" -eq 0 ] &&
        [ "$(bytes_left "$1" $status 8)" -eq 0 ] &&
        [ "$(cut_out "$1" $((status + 8)) 1 | od -An -tu1)" -eq 6 ]
}

# leaves_no_key PATTERN NAME: boots with keys planted; the log must have the line.
leaves_no_key() {
    make_files
    plant_keys "$work/fabric"
    board
    grep -qE "$1" "$work/log" && keys_gone "$work/fabric"
    result "no key stays: $2" $?
    usual
}

# ends_process STATUS SIGNAL...: the same for the firmware as a Linux process that gets the signals,
# all of them before it runs again.
ends_process() {
    expected=$1
    shift
    make_files
    rm -f "$work/fabric" "$work/log" "$work/pid"
    # shellcheck disable=SC2016 # for the inner shell
    timeout --foreground --signal=KILL 120 sh -c 'echo $$ >"$0" && exec "$@"' "$work/pid" \
        "$BUILD/hosted/virtasp-sp" --mailbox "$work/mailbox" --fabric "$work/fabric" \
        --dram "$work/dram" --doorbell "$work/doorbell" --fuses "$work/fuses.bin" \
        --nv "$work/nv.img" --log "$work/log" >"$work/qemu.err" 2>&1 &
    waiting=$!
    tries=0
    until grep -q ' ready after ' "$work/log" 2>/dev/null || [ $tries -ge 600 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ "$(cut_out "$work/fabric" $memctl 8)" = VAMEMCTL ]
    ready=$?
    process=$(cat "$work/pid")
    stand_still "$process"
    for signal in "$@"; do
        kill "-$signal" "$process"
    done
    kill -CONT "$process"
    wait $waiting
    [ $? -eq "$expected" ] && [ $ready -eq 0 ] &&
        [ "$(bytes_left "$work/fabric" $memctl $memctl_bytes)" -le 1 ]
    result "no key stays: the Linux process ends by $*" $?
}

test_keys() {
    leaves_no_key '^test firmware: done' "the firmware turns the board off"
    choice=20
    leaves_no_key '^fault: data abort' "a fault"
    choice=26
    leaves_no_key '^fault: data abort' "a stack overflow"
    choice=31
    leaves_no_key '^panic: as asked$' "a panic"
    rng=/dev/zero
    leaves_no_key '^test firmware: no entropy$' "a device that does not start"
    fresh
    flip "$flash" "$body"
    leaves_no_key '^boot ROM: image refused: ' "the boot ROM refuses the image"
    with_fuses=no
    leaves_no_key '^boot ROM: image refused: ' "the boot ROM finds no fuses"
    ends_process 0 TERM
    ends_process 0 INT
    ends_process 130 TERM INT

    # Where there should be a fabric is something else.
    make_files
    head -c $((memctl_bytes)) /dev/urandom | tee "$work/stays" | paste_in "$work/dram" $memctl
    with_fabric=no
    board
    cut_out "$work/dram" $memctl $memctl_bytes | cmp -s - "$work/stays"
    result "memory that is no fabric stays" $?
    usual
}
