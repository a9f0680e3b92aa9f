#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Times Linux as SEV guest (`virtasp run --kernel`), and prints the figures as lines "KEY NUMBER".
#
# usage: tests/bench/linux_guest.sh VENDOR-DIRECTORY [quick]
#        (after `make all`, from the root of the tree; BUILD, QEMU, QEMU_X86, CC)
#
# The same kernel starts without SEV too, in turns, on the same QEMU and CPU: from the start of QEMU to the
# first process. Where QEMU 11.1 or a kernel is not there, which scripts/fetch-qemu.sh and scripts/test-linux.sh
# fetch, nothing is measured, and standard error says why.

set -u

BUILD=$(realpath "${BUILD:-build}")
QEMU_X86=${QEMU_X86:-$BUILD/qemu-x86/qemu-system-x86_64}
CC=${CC:-gcc}
VIRTASP=$BUILD/host/virtasp
vendor=$1
rounds=3
[ "${2:-}" != quick ] || rounds=1
resident_process=
for part in common/scratch linux/kernels linux_guest/guests; do
    # shellcheck disable=SC1090 # checked by themselves
    . "tests/$part.sh"
done

clean_up() { [ -z "$resident_process" ] || kill -KILL "$resident_process" 2>/dev/null; }
scratch linux-bench

left_out() {
    echo "left out: Linux as a guest: $*" >&2
    exit 0
}

fail() {
    echo "tests/bench/linux_guest.sh: $*" >&2
    # shellcheck disable=SC2154 # work comes from scratch.sh
    cat "$work"/*.run >&2 2>/dev/null
    exit 1
}

[ -x "$BUILD/host/virtasp-linux-guest" ] || left_out 'what runs it is built on x86-64 only'
"$VIRTASP" run --kernel /nonexistent --qemu-x86 "$QEMU_X86" --chip "$work/none" 2>&1 |
    grep -q /nonexistent || left_out "no QEMU 11.1 ($QEMU_X86): scripts/fetch-qemu.sh $BUILD fetches one"
kernel=$(kernel_found) || left_out 'no kernel: make test-linux fetches some'
image=$(kernel_image "$kernel")

guest_programs || fail 'no program for the guest could be made'
guest_initramfs "$kernel" "$work/initrd" || fail 'no file system could be made'
for chip in chip other; do
    "$VIRTASP" provision "$work/$chip" --vendor "$vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" >"$work/provision.run" 2>&1 || fail 'no chip'
done

# until_ready FILE FROM: milliseconds from the first line with FROM to the guest's first process.
until_ready() {
    begun=
    while read -r line; do
        case $line in
        *"$2"*) begun=$(date +%s%N) ;;
        *"fact: ready"*) [ -z "$begun" ] || echo $((($(date +%s%N) - begun) / 1000000)) >"$1" ;;
        esac
    done
}

command_line='console=ttyS0 quiet panic=-1 no_timer_check'

# encrypted_boot: the milliseconds go to $work/encrypted.
encrypted_boot() {
    rm -f "$work/encrypted"
    "$VIRTASP" run --kernel "$image" --initrd "$work/initrd" --append "$command_line do=true" \
        --chip "$work/chip" --qemu-x86 "$QEMU_X86" </dev/null 2>&1 | tee "$work/encrypted.run" |
        until_ready "$work/encrypted" 'decrypt  '
    [ -s "$work/encrypted" ] || fail 'the guest did not start'
}

# Without ACPI either, since the SEV guest has none, and with firmware that does next to nothing.
plain_boot() {
    rm -f "$work/plain"
    {
        echo 'decrypt: nothing'
        timeout 600 "$QEMU_X86" -nodefaults -no-user-config -display none -no-reboot -m 512M \
            -machine q35,accel=tcg,smm=off -cpu EPYC-Milan,check=off -bios qboot.rom \
            -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng \
            -kernel "$image" -initrd "$work/initrd" -append "$command_line acpi=off do=true" \
            -serial stdio </dev/null
    } 2>&1 | tee "$work/plain.run" | until_ready "$work/plain" 'decrypt: nothing'
    [ -s "$work/plain" ] || fail 'the kernel did not start without SEV'
}

# request LINE PATTERN: what the expression's group has found in the answer.
ask() {
    "$VIRTASP" run --control "$work/control" --request "$1" | sed -n "s/$2/\1/p"
}

# resident MIB: a guest that does nothing, until it is up.
resident() {
    rm -f "$work/console" "$work/control"
    "$VIRTASP" run --kernel "$image" --initrd "$work/initrd" --append "$command_line do=sleep_1000" \
        --memory "$1" --chip "$work/chip" --qemu-x86 "$QEMU_X86" --console "$work/console" \
        --control "$work/control" </dev/null >"$work/resident.run" 2>&1 &
    resident_process=$!
    tries=6000
    until grep -qa '^fact: ready' "$work/console" 2>/dev/null; do
        tries=$((tries - 1))
        { [ $tries -gt 0 ] && kill -0 "$resident_process" 2>/dev/null; } || fail 'no guest came up'
        sleep 0.1
    done
}

leave() {
    ask quit '\(ok\)' >/dev/null
    wait "$resident_process" || fail 'the guest did not end well'
    resident_process=
}

# smaller ONE OTHER: OTHER may be nothing.
smaller() { printf '%s\n' "$@" | grep . | LC_ALL=C sort -g | head -n 1; }

fastest_plain=
fastest_encrypted=
launch=
round=0
while [ $round -lt $rounds ]; do
    plain_boot
    encrypted_boot
    fastest_plain=$(smaller "$(cat "$work/plain")" "$fastest_plain")
    fastest_encrypted=$(smaller "$(cat "$work/encrypted")" "$fastest_encrypted")
    launch=$(smaller "$(sed -n 's/^  enter  *ok *\([0-9.]*\) ms.*/\1/p' "$work/encrypted.run")" "$launch")
    round=$((round + 1))
done

resident 512
pass=
for _ in 1 2 3 4 5 6 7 8 9; do
    pass=$(smaller "$(ask sync '.* in \([0-9.]*\) s.*')" "$pass")
done
leave
resident 256
downtime=$(ask "migrate $work/other" '.*stood still for \([0-9.]*\) s.*')
leave

awk -v plain="$fastest_plain" -v encrypted="$fastest_encrypted" -v launch="$launch" -v pass="$pass" \
    -v downtime="$downtime" 'BEGIN {
        printf "linux_boot_ms %.6g\nlinux_boot_ratio %.6g\n", encrypted, encrypted / plain
        printf "linux_launch_512mib_ms %.6g\nlinux_pass_512mib_ms %.6g\n", launch, 1000 * pass
        printf "linux_downtime_256mib_ms %.6g\n", 1000 * downtime
    }'
