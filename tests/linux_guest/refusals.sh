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
    for port in 0 65536 4294967296 ssh; do
        check "refused: port $port" refused 2 '--ssh' --kernel k --ssh "$port"
    done
    for seconds in -1 1.5 for-ever 4294967296; do
        check "refused: $seconds seconds" refused 2 '--seconds' --kernel k --seconds "$seconds"
    done
    printf '#!/bin/sh\necho "QEMU emulator version 11.1.0"\n' >"$work/new-qemu"
    chmod +x "$work/new-qemu"
    check 'refused: a report on standard output' refused 2 '--report wants a file' --kernel k --report -
    check 'refused: a port that somebody has' refused_port
    echo kernel >"$work/kernel"
    truncate -s 513 "$work/long-secret"
    : >"$work/asleep"
    check 'refused: a kernel that is not there' refused_input 'no-kernel: No such file' --kernel "$work/no-kernel"
    check 'refused: a kernel that is a directory' refused_input ': Is a directory' --kernel "$work"
    check 'refused: a kernel that is none' refused_input 'kernel' --kernel "$work/kernel"
    small_kernel "$work/small-kernel" 001 152
    truncate -s 240M "$work/large"
    check 'refused: an initrd that does not fit beside the kernel' refused_input 'need more than 256 MiB' \
        --kernel "$work/small-kernel" --initrd "$work/large" --memory 256
    check 'refused: more words than the kernel takes' refused_input 'command line is longer than' \
        --kernel "$work/small-kernel" --append "$(printf '%3000s' x)"
    for option in initrd secret disk restore; do
        check "refused: --$option that is not there" refused_input "no-$option: No such file" \
            --kernel "$work/kernel" "--$option" "$work/no-$option"
    done
    check 'refused: a snapshot without what belongs to it' refused_input 'asleep.machine: No such file' \
        --kernel "$work/kernel" --restore "$work/asleep"
    check 'refused: a secret that is too long' refused_input 'long-secret: longer than 512 bytes' \
        --kernel "$work/kernel" --secret "$work/long-secret"
    mkfifo "$work/pipe"
    check 'refused: a secret from a pipe' refused_input 'pipe: is no regular file' \
        --kernel "$work/small-kernel" --secret "$work/pipe"
    cp "$work/kernel" "$work/needed"
    check "refused: the console in the kernel's place" refused_console --kernel "$work/needed"
    for option in initrd disk secret restore; do
        check "refused: the console in the place of --$option" \
            refused_console --kernel "$work/kernel" "--$option" "$work/needed"
    done
    check 'refused: --digest with a report' refused 2 '--digest runs nothing' --kernel k --digest \
        --report "$work/page"
    check 'refused: --digest with a socket' refused 2 '--digest runs nothing' --kernel k --digest \
        --control "$work/socket"
    check 'refused: a report that cannot be written' refused_report "$work/none/page.html"
    check 'refused: a report in the place of the kernel' refused_report "$work/../${work##*/}/kernel"
    check "refused: a report in the console's place" refused_report "$work/new-page" \
        --console "$work/new-page"
    check 'refused: a request without a guest' refused_request
    check 'refused: nothing, when help is wanted' helps
    check 'refused: its options without it' refused_alone
}

# refused_alone: what belongs to a Linux, for a guest of the emulator.
refused_alone() {
    for option in '--control s1' --control '--ssh 22' --ssh=22 --digest; do
        # shellcheck disable=SC2086 # an option and its value
        "$VIRTASP" run $option hello >"$work/refused" 2>&1
        [ $? -eq 2 ] && grep -q -e "${option%%[ =]*} goes with --kernel" "$work/refused" || return 1
    done
}

# refused_input TEXT ARGUMENT...: no chip is made, no board started.
refused_input() {
    refused_input_text=$1
    shift
    refused 1 "$refused_input_text" "$@" --qemu-x86 "$work/new-qemu"
}

# --kernel wants a value, but not this one.
helps() {
    for words in 'run --kernel --help' 'help run --kernel' 'run --kernel=k --help'; do
        # shellcheck disable=SC2086 # words
        "$VIRTASP" $words >"$work/refused" 2>&1 && grep -q '^    --initrd FILE' "$work/refused" || return 1
    done
}

# A port that the kernel has chosen, and another process has.
refused_port() {
    mkfifo "$work/port" || return 1
    # shellcheck disable=SC2016 # for perl
    perl -MIO::Socket::INET -e '$| = 1; $s = IO::Socket::INET->new(Listen => 1,
        LocalAddr => "127.0.0.1") or die; print $s->sockport, "\n"; close STDOUT; sleep 60' \
        >"$work/port" &
    holder=$!
    processes="$processes $holder"
    read -r port <"$work/port" &&
        refused 1 "127.0.0.1:$port: Address already in use" --kernel k --ssh "$port" \
            --qemu-x86 "$work/new-qemu"
    refused_port_status=$?
    kill "$holder"
    return $refused_port_status
}

# refused_report FILE [OPTION...]: and nothing is lost.
refused_report() {
    refused 1 "--report: .* cannot be written" --kernel "$work/kernel" --report "$@" \
        --qemu-x86 "$work/new-qemu" && [ "$(cat "$work/kernel")" = kernel ]
}

# refused_console OPTION...: with a needed file, which stays as it is.
refused_console() {
    refused_input '--console: .* cannot be written: it is needed' "$@" \
        --console "$work/../${work##*/}/needed" && cmp -s "$work/kernel" "$work/needed"
}

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
