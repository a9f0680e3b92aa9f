#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Attestation reports from a running firmware, of every product and version: judged by the independent
# verifier (tests/snp) with the certificates that the key server has for them, and by the commands that
# docs/attestation.md gives to users.
#
# usage: tests/attestation/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u
BUILD=$(realpath "${BUILD:-build}")
virtasp=$BUILD/host/virtasp
page=$(realpath docs/attestation.md)
making=
cutting=

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# A board ends with the program that has started it.
clean_up() {
    for process in $making $cutting; do
        kill "$process" 2>/dev/null
    done
}
scratch attestation

# make_reports CHIP DIRECTORY OPTION...
make_reports() {
    mkdir -p "$2"
    timeout --kill-after=10 120 "$BUILD/tests/attestation" make "$@" &
    making=$!
    wait "$making"
    status=$?
    making=
    return $status
}

# chip DIRECTORY PRODUCT VERSION
chip() {
    "$virtasp" provision "$1" --vendor "$BUILD/tests/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" --product "$2" --report-version "$3"
}

# number REPORT OFFSET; bytes REPORT OFFSET LENGTH, in hexadecimal
number() { od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' '; }
bytes() { od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'; }

# fetch CHIP LINE vcek|vlek REPORT FOLDER: what the key server has for a report.
fetch() {
    case $2 in
    Milan | Genoa) tcb='' id_bytes=64 first=384 snp=390 ;;
    *) tcb="fmcSPL=$(number "$4" 384)&" id_bytes=8 first=385 snp=387 ;;
    esac
    tcb="${tcb}blSPL=$(number "$4" $first)&teeSPL=$(number "$4" $((first + 1)))"
    tcb="$tcb&snpSPL=$(number "$4" $snp)&ucodeSPL=$(number "$4" 391)"
    name=cert
    [ "$3" = vlek ] || name=$(bytes "$4" 416 $id_bytes)
    mkdir -p "$5" &&
        "$virtasp" kds "$1" --get "/$3/v1/$2/cert_chain" >"$5/cert_chain" &&
        csplit -s -f "$5/chain-" "$5/cert_chain" '/BEGIN/' '{*}' &&
        "$virtasp" kds "$1" --get "/$3/v1/$2/$name?$tcb" >"$5/leaf.der"
}

# folder SOURCE REPORT FETCHED ASK LEAF: fetch-certs writes what the key server has, in both formats.
folder() {
    "$virtasp" fetch-certs "$1" --report "$2" --output "$3/folder" &&
        "$virtasp" fetch-certs "$1" --report "$2" --output "$3/folder" --der &&
        cmp "$3/chain-01" "$3/folder/$4.pem" && cmp "$3/chain-02" "$3/folder/ark.pem" &&
        cmp "$3/leaf.der" "$3/folder/$5.der" &&
        openssl x509 -inform der -in "$3/leaf.der" | cmp - "$3/folder/$5.pem" &&
        openssl x509 -inform der -in "$3/folder/ark.der" | cmp - "$3/chain-02" &&
        [ "$(find "$3/folder" -type f | wc -l)" -eq 6 ]
}

# sound LINE REPORT FOLDER VERSION TEXT: the verifier accepts it, and it is what it should be.
sound() {
    "$BUILD/tests/attestation" judge "$1" "$2" "$3/chain-02" "$3/chain-01" "$3/leaf.der" \
        >"$work/verdict" || return
    cat "$work/verdict"
    [ "$(cat "$work/verdict")" = "version $4, $5" ]
}

# measured DIRECTORY REPORT
measured() { [ "$(bytes "$2" 144 48)" = "$(cat "$1/measurement")" ]; }

# one_tcb REPORT: current, reported, committed and launch TCB are the same, as on a new chip.
one_tcb() {
    for offset in 384 480 496; do
        [ "$(bytes "$1" 56 8)" = "$(bytes "$1" $offset 8)" ] || return 1
    done
}

# reports LINE VERSION OPTION...
reports() {
    line=$1
    version=$2
    what="$line, version $version"
    made=$work/$line-$version
    out=$made/out
    shift 2
    check "$what: a chip" chip "$made/chip" "$(echo "$line" | tr '[:upper:]' '[:lower:]')" "$version"
    # The hosted firmware has security version 0, the board's 1.
    case ${1:-} in
    --hosted) snp=23 ;;
    *) snp=24 ;;
    esac
    check "$what: reports" make_reports "$made/chip" "$out" "$@" \
        --vlek "$(echo "$made/chip/kds/vlek/v1/$line"/*/*_snp${snp}_*.vlek)"
    check "$what: certificates" fetch "$made/chip" "$line" vcek "$out/report.bin" "$out/vcek"
    check "$what: of the VLEK" fetch "$made/chip" "$line" vlek "$out/vlek-report.bin" "$out/vlek"
    check "$what: a folder of them" folder "$made/chip" "$out/report.bin" "$out/vcek" ask vcek
    check "$what: the VLEK's" folder "$made/chip" "$out/vlek-report.bin" "$out/vlek" asvk vlek
    check "$what: the guest's report" sound "$line" "$out/report.bin" "$out/vcek" "$version" \
        "VMPL 0, signed by a VCEK"
    check "$what: the host's report" sound "$line" "$out/host-report.bin" "$out/vcek" "$version" \
        "VMPL 0xffffffff, signed by a VCEK"
    check "$what: with the VLEK" sound "$line" "$out/vlek-report.bin" "$out/vlek" "$version" \
        "VMPL 0, signed by a VLEK"
    check "$what: what was launched" measured "$out" "$out/report.bin"
    check "$what: one TCB version" one_tcb "$out/report.bin"
}

for line in Milan Genoa Turin Venice; do
    for version in 2 3 5; do
        reports "$line" "$version" --hosted "$BUILD/hosted/virtasp-sp"
    done
done
mv "$work/Milan-5" "$work/Milan-hosted"
reports Milan 5

# One flipped bit, and what belongs to another chip.
out=$work/Milan-5/out
refused() { ! sound Milan "$@" 5 "VMPL 0, signed by a VCEK"; }
# flip FILE OFFSET COPY: changes bit 0 of a byte.
flip() {
    cp "$1" "$3"
    # shellcheck disable=SC2059 # an octal escape
    printf "$(printf '\\%03o' $(($(number "$1" "$2") ^ 1)))" |
        dd of="$3" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
for offset in 0 4 80 144 320 416 671 672 744; do
    flip "$out/report.bin" $offset "$work/flipped.bin"
    check "a bit that is flipped in byte $offset" refused "$work/flipped.bin" "$out/vcek"
done
check "another chip's VCEK" refused "$out/report.bin" "$work/Milan-hosted/out/vcek"
check "the VLEK in the VCEK's place" refused "$out/report.bin" "$out/vlek"

# shellcheck disable=SC1091 # checked by itself
. tests/attestation/folders.sh

# A board whose entropy follows from a seed says so, and no other does.
seeded() {
    truncate -s 64M "$work/dram"
    "$BUILD/hosted/virtasp-sp" --mailbox "$work/mailbox" --fabric "$work/fabric" \
        --dram "$work/dram" --doorbell "$work/doorbell" --nv "$work/nv" --log "$work/sp.log" \
        --fuses "$work/Milan-hosted/chip/fuses.bin" --entropy-seed 5 &
    making=$!
    tries=0
    while ! grep -q ready "$work/sp.log" 2>/dev/null && kill -0 "$making" 2>/dev/null &&
        [ "$tries" -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill "$making"
    wait "$making"
    making=
    cat "$work/sp.log"
    grep -q ready "$work/sp.log"
}
warned() { grep -qx 'virtasp-sp: entropy from a seed: every key can be foretold' "$1"; }
check "a board with a seed serves" seeded
check "and says that its keys can be foretold" warned "$work/sp.log"
unwarned() { [ -s "$1" ] && ! warned "$1"; }
check "a board without one does not" unwarned "$work/Milan-hosted/chip/run/uart.log"

# commands HEADING: the commands of that section of the page.
commands() { sed -n "/^## $1\$/,/^## /s/^    //p" "$page"; }

# as_written DIRECTORY: runs the page's commands in a directory with a report.
as_written() {
    {
        commands "Certificates for a report"
        commands "Verifying with OpenSSL"
    } >"$1/commands" &&
        (cd "$1" && PATH=$BUILD/host:$PATH && export PATH && sh -eu ./commands) >"$work/verdict" 2>&1
}
says() { grep -qx "$1" "$work/verdict" || { cat "$work/verdict" && false; }; }
accepts() { as_written "$1" && says 'certs/vcek.pem: OK' && says 'Verified OK'; }
notices() { ! as_written "$1" && says 'certs/vcek.pem: OK' && says 'Verification failure'; }

for copy in sound flipped; do
    mkdir "$work/$copy"
    ln -s "$work/Milan-5/chip" "$work/$copy/chip"
done
cp "$out/report.bin" "$work/sound/"
flip "$out/report.bin" 80 "$work/flipped/report.bin"
check "docs/attestation.md: the commands accept a report" accepts "$work/sound"
check "docs/attestation.md: they notice a flipped bit" notices "$work/flipped"

counted
