# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # set by run.sh
# snphost: every command that wants neither AMD's server nor a kernel that is host of SNP guests. `show` and
# `config` ask the CPU that runs them, by CPUID, of which generation it is, before they ask the firmware.

host_tool() { run "$BUILD/client-snphost/run" snphost "$@"; }

# no_generation COMMAND...: refused for the CPU's sake, after the board was asked or without that.
no_generation() {
    ! host_tool "$@" >"$work/said" 2>&1 && cat "$work/said" &&
        grep -q 'processor is not of a\{0,1\} *know' "$work/said"
}
# on_this_cpu COMMAND...: succeeds on a CPU of a generation with SEV-SNP, and is refused on others.
on_this_cpu() {
    what=${2##*/}
    if [ "$knows_cpu" = yes ]; then
        check "snphost $1 $what" host_tool "$@"
    else
        check "snphost $1 $what: refused for this CPU" no_generation "$@"
    fi
}

# certificates_travel: from a folder into a hypervisor's table, to a guest, and back into a folder.
certificates_travel() {
    folder=$work/snphost
    "$virtasp" fetch-certs "$work/chip" --output "$folder" &&
        host_tool import "$folder" "$work/table" &&
        host_tool export pem "$work/table" "$work/snphost-back" || return 1
    for name in ark ask vcek; do
        openssl x509 -in "$folder/$name.pem" -outform der -out "$work/one" &&
            openssl x509 -in "$work/snphost-back/$name.pem" -outform der -out "$work/two" &&
            cmp "$work/one" "$work/two" || return 1
    done
    within 60 "$virtasp" exec "$work/chip" --certs "$work/table" -- true
}
verifies() { host_tool verify certs "$work/snphost" >"$work/said" && ! grep '31m\|;1m' "$work/said"; }
hashstick() { find "$work/chip/kds/vlek/" -name '*.vlek' | sort | tail -n 1; }

snphost() {
    tree client-snphost sid snphost || return 0
    check "snphost commit" host_tool commit
    check "snphost import, export: certificates travel" certificates_travel
    check "snphost verify certs" verifies
    knows_cpu=yes
    ! no_generation show version >"$work/output" 2>&1 || knows_cpu=no
    for part in guests identifier tcb vcek-url vlek-url hashsticks-url version; do
        on_this_cpu show $part
    done
    on_this_cpu config set 3 0 23 209 0
    on_this_cpu config reset
    on_this_cpu vlek-load "$(hashstick)"
}
