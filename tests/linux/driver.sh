# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# Linux's driver, from its first look at the function to its last; read by run.sh.

# boot NAME KERNEL TYPE: a machine of that type with what the bridge says that it needs, whose kernel knows
# that its CPU has SEV.
boot() {
    boot_name=$1
    boot_kernel=$2
    boot_type=$3
    initramfs "$2" "$work/$2.initrd" "$work/sev" && eval "set -- $(cat "$work/bridge.out")" &&
        machine_start "$boot_name" "$(kernel_image "$boot_kernel")" "$work/$boot_kernel.initrd" \
            "$(kernel_is_told "$boot_kernel" && echo setcpuid=sev,sev_es)" \
            -machine "$boot_type" -cpu "$cpu" "$@" && tell_of_sev "$boot_kernel"
}

# tell_of_sev KERNEL: what older kernels do not take from their command line.
tell_of_sev() {
    kernel_is_told "$1" || "$work/cpu-bit" "$chip/run/dram" HygonGenuine || return 1
    guest has_bit
}

# machine_of KERNEL: each type of machine gets its turn.
machine_of() { case $1 in 6.1) echo pc ;; *) echo q35 ;; esac; }

# looked_at KERNEL: `virtasp` looks at the board, again and again, while Linux gives commands.
looked_at() {
    guest_begin sev cycle 10
    looks=0
    while ! grep -q "^end $machine_number " "$machine.said" && [ $looks -lt 1000 ]; do
        if ! "$VIRTASP" status "$chip" >/dev/null || ! "$VIRTASP" info "$chip" >/dev/null; then
            looks=0
            break
        fi
        looks=$((looks + 1))
    done
    guest_finish && [ $looks -gt 1 ]
}

board_reset() {
    guest sev status 1 && "$VIRTASP" reset "$chip" && guest sev status 1 && guest sev cycle 1
}
drives_again() { tell_of_sev "$1" && guest load && guest has_device && guest sev cycle 1; }

# has_snp KERNEL: whether it knows the ioctls of SEV-SNP.
has_snp() { [ "$1" != 6.1 ]; }

# snphost_shows KERNEL: what Debian's snphost does that wants neither a processor with SEV-SNP, as `ok` and
# `config` do, nor AMD's key server.
snphost_shows() {
    if [ ! -d "$BUILD/snphost" ]; then
        left_out "snphost: it was not fetched"
        return
    fi
    for what in version guests identifier tcb; do
        check "$1: snphost show $what" guest snphost show $what
    done
    check "$1: snphost tells the API version" snphost_agrees
    check "$1: snphost commit" guest snphost commit
}
snphost_agrees() {
    guest sev status 1 && version=$(sed -n 's/^API \([0-9.]*\) .*/\1/p' "$work/heard") &&
        guest snphost show version && grep -qx -e "$version" "$work/heard"
}

# quick_enough: the median of 200 PLATFORM_STATUS by ioctl is under a millisecond; other work on the computer
# makes one slower, so that the best of ten counts.
quick_enough() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        guest sev status 200 || return 1
        median=$(sed -n 's/.*median \([0-9]*\) us.*/\1/p' "$work/heard" | tail -n 1)
        echo "median ${median:-unknown} us"
        [ "${median:-9999}" -ge 1000 ] || return 0
    done
    return 1
}

# figures KERNEL: what the machine has measured.
figures() {
    sed -n "s/.*median \(.*\)/figure: $1: PLATFORM_STATUS median \1/p
            s/^\(.*cycles in .* ms\)/figure: $1: \1/p" "$machine.said" | tr -d '\r'
}

# driven KERNEL CYCLES RELOADS: all of it.
driven() {
    k=$1
    board_start "$(machine_of "$k")" && bridge_start
    result "$k: a board for a machine of type $(machine_of "$k") is served" $?
    shown='output driven.console driven.qemu bridge.err'
    check "$k: boots to its first process" boot driven "$k" "$(machine_of "$k")"
    check "$k: ccp loads" guest load
    check "$k: /dev/sev appears" guest has_device
    check "$k: ccp drives 1022:14CA, with MSI-X" guest function_is 0x1022 0x14ca 0x108000
    check "$k: PLATFORM_STATUS answers within a millisecond" quick_enough
    check "$k: GET_ID2 tells the id" guest sev id
    check "$k: $2 cycles of PDH_GEN, status, export, CSR, factory reset" guest sev cycle "$2"
    check "$k: wrong ioctls get their errno" guest sev refused
    check "$k: the ioctls of SEV-SNP answer as the kernel has them" guest sev snp
    ! has_snp "$k" || snphost_shows "$k"
    check "$k: status and info of virtasp disturb nothing" looked_at
    check "$k: a reset of the board by virtasp disturbs nothing" board_reset
    check "$k: a function-level reset is survived" guest reset_function
    check "$k: ccp is unloaded and loaded $3 times" guest reload "$3"
    check "$k: gives commands after that" guest sev cycle 1
    before=$(starts)
    machine_reset && machine_is_ready 2 && [ "$(starts)" -eq $((before + 1)) ]
    result "$k: a reset of the machine resets the board" $?
    check "$k: the machine gives commands after its reset" drives_again "$k"
    check "$k: ccp is unloaded" guest unload
    check "$k: no command was late" guest is_quiet
    check "$k: the machine ends" machine_stop
    [ ! -s "$work/bridge.err" ] && bridge_stop
    result "$k: bridge has nothing to complain of" $?
    figures "$k"
    shown=output
    tool stop "$chip"
}
