# SPDX-License-Identifier: Apache-2.0
# What `virtasp provision` makes, and what a second run keeps.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

provision() { "$VIRTASP" provision "$@" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }; }
cp -p "$cached/ark.pem" "$cached/ask.pem" "$cached/asvk.pem" "$cached/csp.secret" "$vendor" # "provision with keys of its own" makes some.
check "provision makes a chip" provision "$chip" --vendor "$vendor" --rom "$work/rom.bin" \
    --firmware "$work/firmware.bin" --minimum-security-version 1
id=$(fact "$chip" chip_id)
short="$(echo "$id" | cut -c 1-16)[.][.][.]"
check "and says so in one line" same "$(wc -l <"$work/log")" \
    "$(grep -cx "made chip $short: [0-9]* files written" "$work/log")"
cek=$chip/kds/cek/id/$id
check "the fuses are private" mode_is 600 "$chip/fuses.bin"
check "the stored data is private" mode_is 600 "$chip/nv.img"
check "the ARK's key is private" mode_is 600 "$vendor/ark.pem"
check "the ASK's key is private" mode_is 600 "$vendor/ask.pem"
check "certificates are public" mode_is 644 "$cek"
cek_upper=$chip/kds/cek/id/$(echo "$id" | tr a-f A-F)
check "the key server answers to an ID in capital letters" cmp "$cek_upper" "$cek"
check "the link to the vendor is relative" same "$(readlink "$chip/vendor")" ../vendor
check "the fuses have 256 bytes" size_is 256 "$chip/fuses.bin"
check "ARK and ASK have 1600 bytes each" size_is 3200 "$chip/kds/ask_ark.cert"
check "the CEK certificate has 2084 bytes" size_is 2084 "$cek"
check "bank 1 has 64 MiB" size_is 67108864 "$chip/nv.img"
check "bank 1 starts with 2 MiB of blank flash" \
    same "$(part "$chip/nv.img" 0 2097152 | tr -d '\377' | wc -c)" 0
check "the rest of bank 1 is a hole" [ "$(stat -c %b "$chip/nv.img")" -le 4104 ]
check "bank 0 is what sign makes" cmp "$chip/flash.img" "$work/a.img"
cat "$chip/kds/ask.cert" "$chip/kds/ark.cert" >"$work/both"
check "ask_ark.cert is ASK and ARK" cmp "$work/both" "$chip/kds/ask_ark.cert"

check "openssl accepts the ARK's signature" slot "$chip/kds/ark.cert" 1088 1088 "$vendor/ark.pem"
check "openssl accepts the ASK's signature" slot "$chip/kds/ask.cert" 1088 1088 "$vendor/ark.pem"
check "openssl accepts the CEK's signature" slot "$cek" 1044 1052 "$vendor/ask.pem"
part "$chip/kds/ark.cert" 0 1087 >"$work/short"
printf x >>"$work/short"
tail -c 512 "$chip/kds/ark.cert" >>"$work/short"
if slot "$work/short" 1088 1088 "$vendor/ark.pem" >"$work/output" 2>&1; then false; else true; fi
report "openssl refuses a changed ARK" $?
check "the ARK certificate holds the ARK" modulus_is "$chip/kds/ark.cert" 576 "$vendor/ark.pem"
check "the ASK certificate holds the ASK" modulus_is "$chip/kds/ask.cert" 576 "$vendor/ask.pem"
check "the ARK calls itself a test key" \
    same "$(part "$chip/kds/ark.cert" 4 32)" VIRTASP-TEST-ARKVIRTASP-TEST-ARK
check "the ASK calls itself a test key" \
    same "$(part "$chip/kds/ask.cert" 4 32)" VIRTASP-TEST-ASKVIRTASP-TEST-ARK
check "the facts say that AMD did not make it" grep -q "AMD did not make it" "$chip/chip.json"
check "the fuses hold the hash of the ARK's signed bytes" \
    same "$(part "$chip/fuses.bin" $((0x58)) 32 | hex)" \
    "$(part "$chip/kds/ark.cert" 0 1088 | sha256sum | cut -d' ' -f1)"
check "the fuses hold the hash of the firmware's root" \
    same "$(part "$chip/fuses.bin" $((0x28)) 48 | hex)" \
    "$(part "$work/a.image" $((0x50)) 516 | sha384sum | cut -d' ' -f1)"
{ part "$cek" 20 48 | reversed; part "$cek" 92 48 | reversed; } >"$work/point"
check "the ID is the hash of the CEK's point" \
    same "$id" "$(sha512sum <"$work/point" | cut -d' ' -f1)"
check "the CEK certificate carries API version 0.24" \
    same "$(part "$cek" 0 8 | hex)" 0100000000180000

snapshot "$chip" >"$work/before"
check "provision again without telling where the vendor is" provision "$chip" \
    --rom "$work/rom.bin" --firmware "$work/firmware.bin"
snapshot "$chip" >"$work/after"
check "a second run changes nothing" cmp "$work/before" "$work/after"
check "a second run says that it kept the chip" silent_but "^kept chip $short$"
check "and says no more to who wants to know more" provision "$chip" --verbose \
    --rom "$work/rom.bin" --firmware "$work/firmware.bin"
check "since nothing was done" silent_but "^kept chip $short$"

rm "$chip/chip.json" "$cek" "$cek_upper" "$chip/kds/ask.cert"
printf y >>"$chip/kds/ark.cert"
cp "$chip/fuses.bin" "$work/fuses"
echo "stored" | dd of="$chip/nv.img" conv=notrunc status=none
cp "$work/firmware.bin" "$work/firmware2.bin"
printf z >>"$work/firmware2.bin"
check "provision a damaged directory with new firmware" provision "$chip" --vendor "$vendor" \
    --rom "$work/rom.bin" --firmware "$work/firmware2.bin"
check "the chip stays the same" cmp "$chip/fuses.bin" "$work/fuses"
check "missing files come back" [ -f "$chip/chip.json" ]
check "the CEK certificate comes back the same" slot "$cek" 1044 1052 "$vendor/ask.pem"
check "under both names" cmp "$cek_upper" "$cek"
check "damaged files are replaced" \
    slot "$chip/kds/ark.cert" 1088 1088 "$vendor/ark.pem"
check "stored data stays" same "$(head -c 6 "$chip/nv.img")" stored
part "$chip/flash.img" $((0x41000)) 70004 >"$work/part"
check "new firmware is installed" cmp "$work/part" "$work/firmware2.bin"

check "two chips of one vendor" provision "$work/chip2" --vendor "$vendor" --flash "$work/a.img"
check "have the same root" cmp "$chip/kds/ask_ark.cert" "$work/chip2/kds/ask_ark.cert"
check "have different identities" differ "$id" "$(fact "$work/chip2" chip_id)"
check "a bank that was signed before is taken as it is" cmp "$work/chip2/flash.img" "$work/a.img"
