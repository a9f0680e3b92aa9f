# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# The launch digest: the owner's, the firmware's, and that of digest.pl, which is written from
# docs/linux-launch.md alone; read by run.sh. It takes no QEMU for x86, and no kernel.

# by_owner KERNEL INITRD|- COMMAND-LINE MIB CPUS C-BIT; by_page has the same arguments.
by_owner() {
    owner_initrd=$2
    set -- --kernel "$1" --append "$3" --memory "$4" --vcpus "$5" --c-bit "$6"
    [ "$owner_initrd" = - ] || set -- "$@" --initrd "$owner_initrd"
    "$VIRTASP" run "$@" --digest --qemu-x86 "$work/no-qemu"
}
by_page() {
    perl tests/linux_guest/digest.pl "$1" "$2" "$3 acpi=off" "$4" "$5" "$6" | openssl dgst -sha256 -r |
        cut -d' ' -f1
}

# agree ARGUMENT...
agree() {
    owners=$(by_owner "$@") && pages=$(by_page "$@") && [ ${#owners} -eq 64 ] && [ "$owners" = "$pages" ]
}

# launched KERNEL [OPTION...]: a launch whose machine then does not start.
launched() {
    launched_kernel=$1
    shift
    timeout 60 "$VIRTASP" run --kernel "$launched_kernel" --initrd "$work/small-initrd" --append one=two \
        --memory 256 --chip "$chip" --hosted "$SP" --qemu-x86 "$work/no-machine" "$@" \
        >"$work/launched" 2>&1 </dev/null
    [ $? -eq 1 ]
}
in_launch() { grep -q -e "$1" "$work/launched"; }

digests() {
    shown='output launched'
    printf '#!/bin/sh\necho "QEMU emulator version 11.1.0"\n' >"$work/no-machine"
    chmod +x "$work/no-machine"
    small_kernel "$work/small" 001 152
    small_kernel "$work/short" 000 000
    small_kernel "$work/long" 001 377
    yes initrd | head -c 5001 >"$work/small-initrd"
    check 'digest: the owner computes what the page says' \
        agree "$work/small" "$work/small-initrd" one=two 256 1 51
    check 'digest: without an initrd' agree "$work/small" - one=two 512 2 51
    check 'digest: with more CPUs, and another C-bit' \
        agree "$work/small" "$work/small-initrd" one=two 512 4 47
    check 'digest: with more than 2 GiB' agree "$work/small" "$work/small-initrd" one=two 3072 1 51
    check 'digest: a kernel with an old number of sectors, and a short header' \
        agree "$work/short" "$work/small-initrd" 'a  b' 256 1 51
    check 'digest: a kernel with a long header' agree "$work/long" - '' 256 3 51
    for k in 6.1 6.12 new; do
        if image=$(kernel_image "$k"); then
            check "digest: Debian's kernel $k" agree "$image" "$image" console=ttyS0 512 2 51
        fi
    done
    check 'digest: no kernel has none' not by_owner "$work/small-initrd" - x 256 1 51
    check 'digest: a guest is launched' launched "$work/small"
    owners=$(by_owner "$work/small" "$work/small-initrd" one=two 256 1 51)
    check 'digest: it is the one that the firmware measures' \
        in_launch "check measurement *ok .*launch digest $owners"
    check 'digest: the owner gives its secret' in_launch 'LAUNCH_UPDATE_SECRET *SUCCESS'
    check 'digest: a host changes what it loads' launched "$work/small" --attack load \
        --report "$work/changed.html"
    check 'digest: the page says what the owner found' has changed 'not come to run: the digests differ'
    check 'digest: the page lists the attack' has changed 'The host flips a bit of the kernel</h3>'
    check 'digest: the page shows what was changed' has changed 'The host: 1 of 4096 bytes changed'
    check 'digest: the page is well-formed' well_formed changed
    check 'digest: a bit of the kernel' in_launch 'attack: load *done'
    check 'digest: the firmware launches it all the same' in_launch 'LAUNCH_MEASURE *SUCCESS'
    check 'digest: the owner refuses' in_launch 'check measurement *FAILED'
    check 'digest: and gives no secret' not in_launch 'LAUNCH_UPDATE_SECRET'
    check 'digest: the guest is gone' in_launch 'DECOMMISSION *SUCCESS'
}
