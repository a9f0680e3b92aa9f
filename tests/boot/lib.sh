# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: variables come from, and go to, the others
# Helpers of tests/boot: a board with files of its own, changes to binary files, and counting.
# Sourced; needs work (a directory), bin (built programs) and QEMU.

# shellcheck disable=SC1091 # checked by itself
. tests/common/counting.sh
shown="log qemu.err"

# poke FILE OFFSET BYTE...: writes bytes, given as two hexadecimal digits each.
poke() {
    poke_file=$1
    poke_at=$(($2))
    shift 2
    for byte in "$@"; do
        # shellcheck disable=SC2059 # the format is the byte
        printf "\\$(printf %o "0x$byte")" |
            dd of="$poke_file" bs=1 seek=$poke_at conv=notrunc 2>/dev/null
        poke_at=$((poke_at + 1))
    done
}

# flip FILE OFFSET: inverts the lowest bit of a byte.
flip() {
    old=$(od -An -tu1 -j$(($2)) -N1 "$1" | tr -d ' ')
    poke "$1" "$2" "$(printf %02x $((old ^ 1)))"
}

# cut_out FILE OFFSET LENGTH: prints bytes of a file.
cut_out() {
    tail -c +$(($2 + 1)) "$1" | head -c $(($3))
}

# paste_in FILE OFFSET: writes standard input into a file.
paste_in() {
    dd of="$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null
}

# Settings of the next boot, back to what is usual after it.
usual() {
    cpu=max
    dram=64
    choice=0
    flash=$work/flash.img
    fuses=$work/fuses.bin
    with_fuses=yes
    rng=/dev/urandom
    with_fabric=yes
    with_doorbell=yes
    with_engine=yes
    seconds=120 # Far longer than a board runs; a busy machine makes it long.
    extra_options=
}
usual

# make_files: makes the shared files anew.
make_files() {
    rm -f "$work/mailbox" "$work/fabric" "$work/dram" "$work/doorbell"
    truncate -s 2M "$work/mailbox" "$work/fabric"
    truncate -s "${dram}M" "$work/dram"
    poke "$work/mailbox" 0x109E0 "$(printf %02x "$choice")"
}

# board [MACHINE-OPTIONS]: runs QEMU until the board turns itself off; the log goes to $work/log.
# Returns QEMU's exit status, 124 if it had to be stopped.
board() {
    memory_file="memory-backend-file,share=on"
    set -- -machine "virt,secure=on,gic-version=2${1-}" -cpu "$cpu" -smp 1,maxcpus=2 \
        -nodefaults -display none -object memory-backend-ram,id=private,size=16M \
        -numa node,nodeid=0,cpus=0-1,memdev=private \
        -object "$memory_file,id=mailbox,mem-path=$work/mailbox,size=2M" \
        -numa node,nodeid=1,memdev=mailbox \
        -object "$memory_file,id=dram,mem-path=$work/dram,size=${dram}M" \
        -drive "if=pflash,format=raw,unit=0,file=$flash,readonly=on" \
        -drive "if=pflash,format=raw,unit=1,file=$work/nv.img" \
        -serial "file:$work/log" \
        -chardev "socket,id=doorbell,path=$work/doorbell,server=on,wait=off" \
        -global virtio-mmio.force-legacy=false
    if [ $with_doorbell = yes ]; then
        set -- "$@" -device virtio-serial-device,bus=virtio-mmio-bus.1 \
            -device virtconsole,chardev=doorbell
    fi
    if [ $with_engine = yes ]; then
        set -- "$@" -object cryptodev-backend-builtin,id=cipher \
            -device virtio-crypto-device,cryptodev=cipher,bus=virtio-mmio-bus.2
    fi
    if [ $with_fabric = yes ]; then
        set -- "$@" -m $((16 + 2 + 2 + dram))M \
            -object "$memory_file,id=fabric,mem-path=$work/fabric,size=2M" \
            -numa node,nodeid=2,memdev=fabric -numa node,nodeid=3,memdev=dram
    else
        set -- "$@" -m $((16 + 2 + dram))M -numa node,nodeid=2,memdev=dram
    fi
    if [ -n "$rng" ]; then
        set -- "$@" -object "rng-random,id=rng,filename=$rng" \
            -device virtio-rng-device,rng=rng,bus=virtio-mmio-bus.0
    fi
    if [ $with_fuses = yes ]; then
        set -- "$@" -fw_cfg "name=opt/org.virtasp/fuses,file=$fuses"
    fi
    # shellcheck disable=SC2086 # a list of options
    timeout --kill-after=5 "$seconds" "$QEMU" "$@" $extra_options >"$work/qemu.err" 2>&1 </dev/null
}

# boot: one whole run with the settings, which are then back to what is usual.
boot() {
    make_files
    board
    boot_status=$?
    usual
    return $boot_status
}
