# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# A kernel boots as SEV guest; read by run.sh.

fact() { grep -qa -e "^fact: $1" "$guest_name.console"; }
not() { ! "$@"; }
shown_by_run() { grep -q -e "$1" "$guest_name.run"; }

# found_only_by_guest TEXT
found_only_by_guest() {
    request "find $1" && counts_at_least guest 1 && counts_none dram && counts_none host-key
}

shares_pages() { request sync && grep -q ' [1-9][0-9]* shared' "$work/output"; }

# Without the modules it cannot find them.
has_devices() {
    if ! guest_has_modules; then
        left_out "$k: disk, network, entropy: build/linux-$k is older than this test: \`make test-linux\`"
        return
    fi
    check "$k: it reads its disk" fact 'disk CONTENT-OF-THE-DISK'
    check "$k: it has a network" fact 'network 52:54:'
    check "$k: it has entropy" fact 'rng virtio_rng'
}

# has_cpuid_twice C-BIT: EBX has its number, and that one bit of addresses is lost.
has_cpuid_twice() { fact "cpuid $(($1 | 64)) $(($1 | 64))"; }

# boots KERNEL CPUS C-BIT
boots() {
    k=$1
    shown="output boot.run boot.console"
    guest_initramfs "$k" "$work/initrd-$k"
    result "$k: a file system is made" $?
    port=$(free_port)
    guest_start boot "$k" 'sleep_1000' --vcpus "$2" --c-bit "$3" --disk "$work/disk" \
        --ssh "$port" --report "$work/boot.html"
    check "$k: it boots" guest_is_ready
    check "$k: it finds itself an SEV guest" fact 'Memory Encryption Features active: AMD SEV'
    check "$k: it has $2 CPUs" fact "cpus $2"
    check "$k: it finds its secret where the documentation says" \
        fact 'setup_data 0x56415350 the owner says SECRET-4711'
    check "$k: CPUID that ends a block answers at either address of it" has_cpuid_twice "$3"
    check "$k: programs share no pages" fact 'vmmcall -1'
    check "$k: nor do they read the CPU's registers" fact 'rdmsr refused, cr3 refused and nothing changed'
    has_devices
    check "$k: the chain is genuine" shown_by_run 'verify chain *ok'
    check "$k: the owner finds its own digest" shown_by_run 'check measurement *ok'
    check "$k: the report is the PEK's" shown_by_run 'check report *ok'
    check "$k: NODBG is kept" shown_by_run 'DBG_DECRYPT *refused'
    check "$k: a port of the host leads to it" answers "$port"
    request pause
    check "$k: what it has in memory only it finds" found_only_by_guest MARKER-OF-GUEST-42
    check "$k: the same for its secret" found_only_by_guest SECRET-4711
    check "$k: it says what it shares" shares_pages
    check "$k: the host may not debug it" not request 'debug 0x9000'
    check "$k: it goes on" request resume
    request quit
    check "$k: it ends" guest_ends 0
    check "$k: its key is forgotten" shown_by_run 'DECOMMISSION *SUCCESS'
    reports "$k"
}
