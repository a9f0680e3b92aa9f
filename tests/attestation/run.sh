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

# From a key server that runs; one report does not tell its product, the other does.
"$virtasp" kds "$work/Milan-2/chip" >"$work/kds.out" 2>/dev/null &
making=$!
tries=0
while [ ! -s "$work/kds.out" ] && kill -0 "$making" 2>/dev/null && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
old=$work/Milan-2/out
rm -rf "$old/vcek/folder" "$old/vlek/folder"
check "a folder from a key server" folder "$(cat "$work/kds.out")" "$old/report.bin" "$old/vcek" \
    ask vcek
check "a VLEK's from a key server" folder "$(cat "$work/kds.out")" "$old/vlek-report.bin" \
    "$old/vlek" asvk vlek

# cannot STATUS TEXT ARGUMENT...: of fetch-certs; the folder is not made.
cannot() {
    expected=$1
    text=$2
    shift 2
    "$virtasp" fetch-certs "$@" --output "$work/none" 2>"$work/reason"
    [ $? -eq "$expected" ] && grep -q -e "$text" "$work/reason" && [ ! -e "$work/none" ]
}
# from_another MODE COMMAND...: with the address of a server that does not send all of a certificate, or
# something else, in $another.
from_another() {
    mode=$1
    shift
    : >"$work/cut.out"
    perl tests/attestation/cut.pl "$(cat "$work/kds.out")" "$mode" >"$work/cut.out" 2>&1 &
    cutting=$!
    tries=0
    while [ ! -s "$work/cut.out" ] && kill -0 "$cutting" 2>/dev/null && [ "$tries" -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    another=$(cat "$work/cut.out")
    "$@"
    cut_status=$?
    kill "$cutting"
    wait "$cutting"
    cutting=
    return $cut_status
}
cut_short() { from_another "$1" not_taken "$2"; }
not_taken() { cannot 1 "$1" "$another" --report "$old/report.bin" --der; }
taken() { "$virtasp" fetch-certs "$another" --report "$old/report.bin" --output "$work/taken"; }
check "a certificate that was cut" cut_short told "no answer.*it is cut short"
check "and whose length nobody tells" cut_short untold "is no certificate"
check "an answer that is none of HTTP" cut_short 'hello\r\n\r\n' "no answer.*it is none of HTTP"
check "an answer without an end of its head" cut_short 'HTTP/1.1 200 OK\r\n' "no answer.*no end"
check "an answer without a number" cut_short 'HTTP/1.1 OK\r\n\r\n' "no answer.*it is none of HTTP"
check "a length that is none" cut_short 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n1' "cut short"
check "an answer that is too long" cut_short 'HTTP/1.1 200 OK\r\n\r\n@' "no answer.*it is too long"
check "a server in trouble" cut_short 'HTTP/1.1 500 No\r\n\r\n' "cert_chain: 500 Internal"
check "an answer of HTTP/1.0" from_another old taken
check "a key server that has not the chip" cannot 1 "404 Not Found" "$(cat "$work/kds.out")" \
    --report "$out/report.bin"
kill "$making"
wait "$making"
making=
check "a key server that is not there" cannot 1 "no answer" "$(cat "$work/kds.out")" \
    --report "$out/report.bin"
check "a key server elsewhere" cannot 1 "only http://127.0.0.1" https://kds.invalid \
    --report "$out/report.bin"
check "a key server without a report" cannot 2 "--report is needed" http://127.0.0.1:1
check "no source" cannot 2 "is needed" --report "$out/report.bin"
check "no report" cannot 1 "No such file" "$work/Milan-5/chip" --report "$work/missing"
head -c 1183 "$out/report.bin" >"$work/short.bin"
within_nothing() {
    ! "$virtasp" fetch-certs "$work/Milan-5/chip" --output "$work/absent/x/y" 2>"$work/reason" &&
        grep -q 'absent/x/y: No such file' "$work/reason" && [ ! -e "$work/absent" ]
}
check "a folder in a directory that is not there" within_nothing
check "a report that was cut" cannot 1 "is no report" "$work/Milan-5/chip" \
    --report "$work/short.bin"
{
    head -c 416 "$out/report.bin" && head -c 64 /dev/zero && tail -c +481 "$out/report.bin"
} >"$work/masked.bin"
check "a report without CHIP_ID" cannot 1 "CHIP_ID is masked" "$work/Milan-5/chip" \
    --report "$work/masked.bin"
{
    head -c 72 "$out/report.bin" && printf '\034' && tail -c +74 "$out/report.bin"
} >"$work/unsigned.bin"
check "a report that nobody signed" cannot 1 "signed by no key" "$work/Milan-5/chip" \
    --report "$work/unsigned.bin"
check "a report of another chip" cannot 1 "404 Not Found" "$work/Milan-hosted/chip" \
    --report "$out/report.bin"
of_chip() {
    "$virtasp" fetch-certs "$work/Milan-5/chip" --output "$work/current" "$@"
}
check "what a chip's firmware has" of_chip
check "and its VLEK" of_chip --vlek
check "they are those of its reports" cmp "$work/current/vcek.pem" "$out/vcek/folder/vcek.pem"
check "both" cmp "$work/current/vlek.pem" "$out/vlek/folder/vlek.pem"

# stays TEXT FOLDER NAME: fetch-certs replaces no file but a certificate.
stays() {
    find "$2/" -type f -exec sha256sum {} + | sort >"$work/before"
    "$virtasp" fetch-certs "$work/Milan-5/chip" --output "$2" 2>"$work/reason"
    [ $? -eq 1 ] && grep -q "$1" "$work/reason" &&
        find "$2/" -type f -exec sha256sum {} + | sort | cmp "$work/before" -
}
cp -r "$BUILD/tests/vendor" "$work/keys"
mkdir "$work/text"
echo text >"$work/text/vcek.pem"
check "a vendor's keys stay" stays "ask.pem: is there already, is no certificate" "$work/keys"
check "a text stays, and nothing is beside it" stays "vcek.pem: is there already" "$work/text"
check "a chip's key server stays" stays "is one of a chip's own files" "$work/Milan-5/chip/kds"

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
