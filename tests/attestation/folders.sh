# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # variables come from run.sh
# Folders of certificates (virtasp fetch-certs), from key servers good and bad; read by run.sh.

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
