# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # work and the rest come from run.sh
# Guests of tests/exec/run.sh: what options make of them, by their reports.

# bytes REPORT OFFSET LENGTH, in hexadecimal
bytes() { od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'; }

# report OPTION... (of the chip that $work/milan is): asks, and keeps report.bin in $work/here
report() { (cd "$work/here" && rm -f ./*.bin && run "$work/milan" "$@" -- "$client" report); }

# pem FILE
pem() { openssl x509 -inform DER -in "$1" -out "${1%.der}.pem"; }

# reported CHIP LINE: the verifier accepts the report with the certificates that came with one.
reported() {
    (
        cd "$work/here" && rm -f ./*.bin ./*.der && run "$1" -- "$client" report &&
            pem ark.der && pem ask.der &&
            "$BUILD/tests/attestation" judge "$2" report.bin ark.pem ask.pem vcek.der
    )
}

measured() {
    report "$@" && [ "$(bytes "$work/here/report.bin" 144 48)" = "$(run "$work/milan" "$@" --measure)" ]
}

# shellcheck disable=SC2016 # the program expands it
knows_its_measurement() {
    [ "$(run "$work/milan" -- sh -c 'echo "$VIRTASP_MEASUREMENT"')" = \
        "$(run "$work/milan" --measure)" ]
}

with_host_data() {
    data=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
    report --host-data $data && [ "$(bytes "$work/here/report.bin" 192 32)" = $data ]
}

with_policy() {
    report --policy 0xb0000 && [ "$(bytes "$work/here/report.bin" 8 8)" = 00000b0000000000 ]
}

at_vmpl() { (VIRTASP_TEST_VMPL=$1 && export VIRTASP_TEST_VMPL && report --vmpl "$1"); }

# owned NAME OPTION...: an ID block for the guest that the options make
owned() {
    name=$1
    shift
    digest=$(run "$work/milan" --measure) &&
        "$owner" id "$digest" 0x30000 "$work/$name" "$work/$name.auth" "$@"
}

with_id_block() {
    owned block && report --id-block "$work/block" --id-auth "$work/block.auth" &&
        [ "$(bytes "$work/here/report.bin" 224 48)" = "$("$owner" digest "$work/block.auth")" ]
}

in_base64() {
    base64 "$work/block" >"$work/block.txt" && base64 "$work/block.auth" >"$work/auth.txt" &&
        report --id-block "$work/block.txt" --id-auth "$work/auth.txt"
}

with_author() {
    owned authored author &&
        report --id-block "$work/authored" --id-auth "$work/authored.auth" --author-key &&
        [ "$(bytes "$work/here/report.bin" 272 4)" != 00000000 ]
}

of_another_guest() {
    "$owner" id "$(printf '%096d' 0)" 0x30000 "$work/wrong" "$work/wrong.auth" &&
        gives 125 run "$work/milan" --id-block "$work/wrong" --id-auth "$work/wrong.auth" -- true
}

# certificates COMMAND: what an extended report has, by configfs-tsm, whose files a shell can use
auxblob() {
    # shellcheck disable=SC2016 # the program expands it
    run "$work/milan" "$@" -- sh -c 'd=/sys/kernel/config/tsm/report/a && mkdir $d &&
        head -c 64 /dev/zero >$d/inblob && cat $d/auxblob'
}

with_certificates_of_a_file() {
    head -c 5000 /dev/urandom >"$work/table" && auxblob --certs "$work/table" >"$work/aux" &&
        cmp "$work/table" "$work/aux"
}

without_certificates() { auxblob --no-certs >"$work/aux" && [ ! -s "$work/aux" ]; }

platform_owner() {
    (
        cd "$work/here" && run "$work/milan" -- "$client" csr &&
            "$owner" pek csr.cert pek.cert oca.cert && run "$work/milan" -- "$client" owner
    )
}

# A firmware of random bytes, which ends as one with SNP metadata: memory, secrets and CPUID page; the
# table of GUIDs with the place of that; and 32 bytes.
firmware() {
    head -c 10000 /dev/urandom
    printf 'ASEV\064\000\000\000\001\000\000\000\003\000\000\000'
    printf '\000\000\200\000\000\220\000\000\001\000\000\000'
    printf '\000\320\200\000\000\020\000\000\002\000\000\000'
    printf '\000\340\200\000\000\020\000\000\003\000\000\000'
    printf '\174\000\000\000\026\000'
    printf '\146\145\210\334\112\230\230\107\247\136\125\205\247\277\147\314'
    printf '\050\000'
    printf '\336\202\265\226\262\037\367\105\272\352\243\146\305\132\010\055'
    head -c 32 /dev/zero
}

refuses_image() {
    gives 125 run "$work/milan" --image "$work/text" "$@" 2>"$work/reason" &&
        grep -q 'text: is no firmware of SNP guests: it has no SNP metadata' "$work/reason"
}

# says STATUS PATTERN OPTION...: nothing is run, and that is why.
says() {
    status_wanted=$1
    pattern=$2
    shift 2
    gives "$status_wanted" run "$work/milan" "$@" -- true 2>"$work/reason"
    said=$?
    cat "$work/reason"
    [ $said -eq 0 ] && grep -q "$pattern" "$work/reason"
}

guests() {
    check "a report is verified up to the root" reported "$work/milan" Milan
    check "it has the launch digest" measured
    firmware >"$work/image"
    check "of an image" measured --image "$work/image"
    head -c 10000 /dev/urandom >"$work/text"
    check "no guest of a file without SNP metadata" refuses_image -- true
    check "nor its measurement" refuses_image --measure
    check "the program knows it" knows_its_measurement
    check "host data" with_host_data
    check "policy" with_policy
    for vmpl in 1 3; do
        check "VMPL $vmpl" at_vmpl $vmpl
    done
    check "ID block" with_id_block
    check "ID block in base64" in_base64
    check "author key" with_author
    check "another guest's ID block is refused" of_another_guest
    check "a policy that the machine does not keep" says 125 \
        'SNP_LAUNCH_START: POLICY_FAILURE: .*policy 0x430000$' --policy 0x430000
    check "certificates of a file" with_certificates_of_a_file
    check "no certificates" without_certificates
    check "a guest after all of them" report
    check "wrong usage: no program" gives 2 run "$work/milan"
    check "wrong usage: host data" gives 2 run "$work/milan" --host-data 00 -- true
    check "wrong usage: VMPL" gives 2 run "$work/milan" --vmpl 4 -- true
    check "wrong usage: a policy without bit 17" says 2 'policy 0x10000: bit 17 ' --policy 0x10000
    check "wrong usage: a policy with bit 26" says 2 'policy 0x4030000: bits 26 ' --policy 0x4030000
    check "wrong usage: an ID block alone" gives 2 run "$work/milan" --id-block "$work/block" -- true
    check "wrong usage: a guest and none" gives 2 run "$work/milan" --no-guest --vmpl 0 -- true
    check "no board" gives 125 run "$work/here" -- true
}
