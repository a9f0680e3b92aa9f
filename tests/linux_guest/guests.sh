# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # variables come from run.sh
# Guests of the tests; read by run.sh. A guest NAME has its files in $work/NAME.*.

guest_process=

# In the order in which they are loaded; of some kernels the first ones are built in.
guest_modules='virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover
    net_failover virtio_blk virtio_net virtio-rng'

# guest_has_modules: whether the kernel of the last guest_initramfs had those that no kernel has built in.
guest_has_modules() {
    [ "$(grep -c -x -e virtio_blk.ko -e virtio_net.ko -e virtio-rng.ko "$work/root/modules")" -eq 3 ]
}

# guest_programs: those of tests/linux_guest/guest, for guest_initramfs.
guest_programs() {
    for guest_program in page twice user; do
        "$CC" -std=c11 -D_GNU_SOURCE= -O2 -static -Wall -Wextra -Werror \
            "tests/linux_guest/guest/$guest_program.c" -o "$work/$guest_program" || return 1
    done
}

# guest_initramfs KERNEL OUTPUT
guest_initramfs() {
    guest_tree=$BUILD/linux-$1
    guest_root=$work/root
    rm -rf "$guest_root"
    mkdir -p "$guest_root/bin" "$guest_root/lib/modules"
    cp "$guest_tree/usr/bin/busybox" "$work/page" "$work/twice" "$work/user" "$guest_root/bin" &&
        cp tests/linux_guest/guest/init "$guest_root" && chmod +x "$guest_root/init" &&
        ln -s busybox "$guest_root/bin/sh" && : >"$guest_root/modules" || return 1
    for guest_module in $guest_modules; do
        guest_file=$(find "$guest_tree/usr/lib/modules" -name "$guest_module.ko*" | head -n 1)
        [ -n "$guest_file" ] || continue
        kernel_module "$guest_file" "$guest_root/lib/modules/$guest_module.ko" || return 1
        echo "$guest_module.ko" >>"$guest_root/modules"
    done
    (cd "$guest_root" && find . | "$guest_root/bin/busybox" cpio -o -H newc -R 0:0 2>/dev/null) |
        gzip -1 >"$2"
}

# guest_start NAME KERNEL DO OPTION...
guest_start() {
    guest_name=$work/$1
    guest_kernel=$2
    guest_do=$3
    shift 3
    rm -f "$guest_name.console" "$guest_name.control"
    QEMU_X86=$QEMU_X86 "$VIRTASP" run --kernel "$(kernel_image "$guest_kernel")" \
        --initrd "$work/initrd-$guest_kernel" --secret "$work/secret" --hosted "$SP" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" \
        --append "console=ttyS0 quiet panic=-1 no_timer_check do=$guest_do" --memory 256 \
        --console "$guest_name.console" --control "$guest_name.control" --chip "$chip" "$@" \
        >"$guest_name.run" 2>&1 </dev/null 9>&- &
    guest_process=$!
    processes="$processes $guest_process"
}

# guest_eventually COMMAND...: until it succeeds, within five minutes, or the guest has ended.
guest_eventually() {
    guest_tries=3000
    until "$@"; do
        guest_tries=$((guest_tries - 1))
        if [ $guest_tries -eq 0 ] || ! kill -0 "$guest_process" 2>/dev/null; then
            "$@"
            return
        fi
        sleep 0.1
    done
}

guest_has_said() { grep -qa -e "$1" "$guest_name.console" 2>/dev/null; }
guest_says() { guest_eventually guest_has_said "$1"; }
guest_is_ready() { guest_says '^fact: ready'; }

# guest_ends STATUS
guest_ends() {
    wait "$guest_process"
    [ $? -eq "$1" ]
}

# free_port: one of this machine's loopback that nobody has, and that nobody is given unasked.
free_port() {
    perl -MIO::Socket::INET -e 'for (20000 .. 29999) {
        IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $_) or next;
        print; exit }'
}

# answers PORT: the guest, at its port 22, within a minute.
answers() {
    answers_tries=60
    until sleep 2 | timeout 10 "$guest_root/bin/busybox" nc 127.0.0.1 "$1" 2>/dev/null |
        grep -q 'the guest answers'; do
        answers_tries=$((answers_tries - 1))
        [ $answers_tries -gt 0 ] && kill -0 "$guest_process" 2>/dev/null || return 1
        sleep 1
    done
}

# request LINE: its answer is in $work/output.
request() { timeout 300 "$VIRTASP" run --control "$guest_name.control" --request "$1" >"$work/output" 2>&1; }

# counts_at_least FIELD NUMBER: in the answer to "find".
counts_at_least() { [ "$(sed -n "s/.* $1=\([0-9]*\).*/\1/p" "$work/output")" -ge "$2" ]; }
counts_none() { [ "$(sed -n "s/.* $1=\([0-9]*\).*/\1/p" "$work/output")" -eq 0 ]; }

# ticks: the last number that the guest has counted.
ticks() { grep -a '^tick ' "$guest_name.console" | tail -n 1 | tr -dc 0-9; }
