# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# What `virtasp run --kernel` refuses before it starts anything, and trees that older scripts have made; read
# by run.sh.

# refused STATUS TEXT ARGUMENT...
refused() {
    refused_status=$1
    refused_text=$2
    shift 2
    timeout 60 "$VIRTASP" run "$@" --chip "$work/none" >"$work/refused" 2>&1 </dev/null
    [ $? -eq "$refused_status" ] && grep -q -e "$refused_text" "$work/refused" &&
        [ ! -e "$work/none" ]
}

refusals() {
    shown='output refused'
    printf '#!/bin/sh\necho "QEMU emulator version 10.0.2"\n' >"$work/old-qemu"
    chmod +x "$work/old-qemu"
    check 'refused: a request to nobody' refused 2 'goes with --control' --request status
    check 'refused: a QEMU without plugin interface 7' \
        refused 1 'QEMU 11.1 (plugin interface 7) is needed' --kernel k --qemu-x86 "$work/old-qemu"
    check 'refused: no QEMU' refused 1 'trixie-backports' --kernel k --qemu-x86 "$work/no-qemu"
    check 'refused: too little memory' refused 2 '--memory wants' --kernel k --memory 64
    check 'refused: too many CPUs' refused 2 '--vcpus wants' --kernel k --vcpus 5
    check 'refused: another C-bit' refused 2 '--c-bit wants' --kernel k --c-bit 50
    check 'refused: SEV-ES' refused 2 'SEV-ES cannot run' --kernel k --policy 4
    check 'refused: another attack' refused 2 '--attack wants' --kernel k --attack look
    check 'refused: a request without a guest' refused_request
    check 'refused: nothing, when help is wanted' helps
}

# --kernel wants a value, but not this one.
helps() { "$VIRTASP" run --kernel --help >"$work/refused" 2>&1 && grep -q '^    --initrd FILE' "$work/refused"; }

refused_request() {
    "$VIRTASP" run --control "$work/nobody" --request status >"$work/refused" 2>&1
    [ $? -eq 6 ]
}

# with_trees COMMAND...: among trees of the test's own.
with_trees() { (BUILD=$work/trees && "$@" >"$work/output"); }

older_trees() {
    shown=output
    check 'trees: none is there' not with_trees kernel_found
    mkdir -p "$work/trees/linux-6.12/boot"
    : >"$work/trees/linux-6.12/boot/vmlinuz"
    echo 'trixie: linux-image-amd64' >"$work/trees/linux-6.12/wanted"
    check 'trees: one that an older script made is not current' not with_trees kernel_is_current 6.12
    check 'trees: it will do where there is none better' with_trees kernel_found
}
