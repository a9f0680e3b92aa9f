# SPDX-License-Identifier: Apache-2.0
# What `virtasp sign` makes, and what it refuses.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

set -- --vendor "$vendor" --firmware "$work/firmware.bin"

check "sign makes the vendor's keys and a bank" \
    "$VIRTASP" sign "$@" --rom "$work/rom.bin" --output "$work/a.img"
check "sign makes the directory of keys private" mode_is 700 "$vendor"
check "sign makes the root key private" mode_is 600 "$vendor/firmware-root.pem"
check "sign makes the signing key private" mode_is 600 "$vendor/firmware-signing.pem"
cp "$vendor/firmware-root.pem" "$work/root.pem"
check "sign again" "$VIRTASP" sign "$@" --rom "$work/rom.bin" --output "$work/b.img"
check "sign keeps the keys" cmp "$vendor/firmware-root.pem" "$work/root.pem"
check "the same input gives the same bank" cmp "$work/a.img" "$work/b.img"
check "a bank has 64 MiB" size_is 67108864 "$work/a.img"
check "a bank is sparse" [ "$(stat -c %b "$work/a.img")" -lt 2048 ]
check "sign an image alone" "$VIRTASP" sign "$@" --image-only --output "$work/a.image"
image_bytes=$((4096 + 70004))
check "an image is header and body" size_is $image_bytes "$work/a.image"
part "$work/a.img" $((0x40000)) $image_bytes >"$work/part"
check "the bank holds the image at its offset" cmp "$work/part" "$work/a.image"
part "$work/a.img" 0 5001 >"$work/part"
check "the bank holds the boot ROM at its start" cmp "$work/part" "$work/rom.bin"
part "$work/a.image" 4096 70003 >"$work/part"
check "the image holds the firmware" cmp "$work/part" "$work/firmware.bin"
check "the header holds the body's SHA-384" same "$(part "$work/a.image" 32 48 | hex)" \
    "$(part "$work/a.image" 4096 70004 | sha384sum | cut -d' ' -f1)"

part "$work/a.image" 0 $((0xE00)) >"$work/signed"
part "$work/a.image" $((0xE00)) 512 >"$work/signature"
check "openssl accepts the image's signature" \
    pss "$vendor/firmware-signing.pem" sha384 "$work/signed" "$work/signature"
part "$work/a.image" $((0x254)) $((0x20C)) >"$work/signed"
part "$work/a.image" $((0x460)) 512 >"$work/signature"
check "openssl accepts the signature of the signing key's certificate" \
    pss "$vendor/firmware-root.pem" sha384 "$work/signed" "$work/signature"
check "the header holds the root's modulus" same "$(part "$work/a.image" $((0x54)) 512 | hex)" \
    "$(openssl rsa -in "$vendor/firmware-root.pem" -noout -modulus 2>/dev/null |
        sed 's/Modulus=//' | tr A-F a-f)"

check "sign with a version and a Thumb entry" "$VIRTASP" sign "$@" --image-only \
    --output "$work/b.image" --security-version 7 --entry 0x0e010005
check "the header holds the entry and the version" \
    same "$(part "$work/b.image" $((0x14)) 8 | hex)" 0500010e07000000

mkdir "$work/kept"
cp "$work/a.img" "$work/kept/out"
set -- sign --vendor "$vendor" --output "$work/kept/out" --rom "$work/rom.bin"
: >"$work/empty"
head -c 2097153 /dev/zero >"$work/long"
refuse "sign wants its options" 2 "needed" sign --vendor "$vendor"
refuse "sign wants a ROM or --image-only" 2 "either --rom" \
    sign --vendor "$vendor" --output "$work/kept/out" --firmware "$work/firmware.bin"
refuse "sign refuses unknown options" 2 "no option" "$@" --bogus
refuse "sign refuses an argument" 2 "too many" "$@" --firmware "$work/firmware.bin" more
refuse "sign refuses what is no number" 2 "wants a number" "$@" --security-version -1
refuse "sign refuses numbers of 33 bits" 2 "4294967296 is too large" "$@" --security-version 4294967296
refuse "sign wants firmware that exists" 1 "No such file" "$@" --firmware "$work/none"
refuse "sign refuses a directory as firmware" 1 "not a regular file" "$@" --firmware "$work"
refuse "sign refuses empty firmware" 1 "0 bytes" "$@" --firmware "$work/empty"
refuse "sign refuses long firmware" 1 "too long" "$@" --firmware "$work/long"
with_rom() { refuse "sign refuses $1 ROM" 1 "$2" sign --vendor "$vendor" \
    --output "$work/kept/out" --firmware "$work/firmware.bin" --rom "$3"; }
with_rom "a long" "too long" "$work/long"
with_rom "an empty" "0 bytes" "$work/empty"
refuse "sign refuses an option that is given twice" 2 "rom is given twice" "$@" \
    --firmware "$work/firmware.bin" --rom "$work/rom.bin"
refuse "sign refuses an entry before the firmware" 1 "outside" "$@" \
    --firmware "$work/firmware.bin" --entry 0x0e00fffc
refuse "sign refuses an entry after the firmware" 1 "outside" "$@" \
    --firmware "$work/firmware.bin" --entry 0x0e021174
refuse "sign refuses an Arm entry between instructions" 1 "Arm instruction" "$@" \
    --firmware "$work/firmware.bin" --entry 0x0e010002
refuse "sign refuses a version that its key may not sign" 1 "below" "$@" \
    --firmware "$work/firmware.bin" --key-minimum 2
refuse "sign names the output that it cannot make" 1 "$work/none/x" sign --vendor "$vendor" \
    --rom "$work/rom.bin" --firmware "$work/firmware.bin" --output "$work/none/x"

# Nothing else than programs for the board is signed, and no key is made for it.
text_and_code() { refuse "sign refuses $1" 1 "$2" sign --vendor "$work/unmade" \
    --output "$work/kept/out" --rom "$3" --firmware "$4"; }
cp README.md "$work/text"
head -c 8192 /dev/zero | tr '\0' '\377' >"$work/blank"
head -c 8192 /dev/zero >"$work/zeros"
text_and_code "text as boot ROM" "text is no Arm program" "$work/text" "$work/firmware.bin"
text_and_code "text as firmware" "text is no Arm program" "$work/rom.bin" "$work/text"
head -c 8192 "$VIRTASP" >"$work/elf"
text_and_code "an ELF file as boot ROM" "elf is an ELF file" "$work/elf" "$work/firmware.bin"
text_and_code "an ELF file as firmware" "elf is an ELF file" "$work/rom.bin" "$work/elf"
text_and_code "blank flash as boot ROM" "blank is no Arm" "$work/blank" "$work/firmware.bin"
text_and_code "zeros as firmware" "zeros is no Arm program" "$work/rom.bin" "$work/zeros"
check "and makes no keys for it" no_file "$work/unmade"

# What stands under the output's name and is something else stays.
cp -r "$work/kept" "$work/kept.before"
head -c 256 /dev/urandom >"$work/kept/fuses.bin"
head -c 4096 /dev/urandom >"$work/kept/photo"
mv "$work/kept/out" "$work/kept/flash.img"
keeps() { # WHAT REASON OUTPUT
    refuse "sign keeps $1" 1 "$2" sign --vendor "$vendor" --rom "$work/rom.bin" \
        --firmware "$work/firmware.bin" --output "$3"
}
keeps "a chip's fuses" "own files" "$work/kept/fuses.bin"
keeps "a chip's flash" "own files" "$work/kept/flash.img"
keeps "a chip's stored data" "own files" "$work/kept/nv.img"
keeps "a file of another kind" "another kind" "$work/kept/photo"
keeps "the firmware it signs" "another kind" "$work/firmware.bin"
keeps "a device" "not a regular file" /dev/null
rm -r "$work/kept"
mv "$work/kept.before" "$work/kept"

# What is no firmware file is told before a board is looked for; there is none, which is status 6.
"$VIRTASP" sign --vendor "$vendor" --firmware "$work/firmware.bin" --sbin --output "$work/a.sbin" \
    >"$work/output" 2>&1
for file in a.image a.sbin; do
    refuse "load-firmware takes $file" 6 "no board" load-firmware "$work" "$work/$file"
done
bad() { refuse "load-firmware refuses $1" 1 "$2" load-firmware "$work" "$work/$1"; }
cp README.md "$work/text"
bad text "not a signed firmware file.*sign --sbin"
bad empty "not a signed firmware file"
bad firmware.bin "not a signed firmware file"
bad a.img "is a flash bank.*sign --sbin"
head -c 4096 "$work/a.image" >"$work/header-alone"
bad header-alone "image that was cut"
head -c 70000 "$work/a.image" >"$work/cut.image"
bad cut.image "with 65904 bytes after its header"
head -c 70000 "$work/a.sbin" >"$work/cut.sbin"
bad cut.sbin "has 70000 bytes; its header says"
{ head -c 256 "$work/a.sbin"; cat "$work/firmware.bin"; } >"$work/foreign.sbin"
bad foreign.sbin "for another security processor"
bad kept "not a regular file"
bad none "No such file"

cp -r "$vendor" "$work/bad"
rm "$work/kept/out"
set -- sign --vendor "$work/bad" --image-only --firmware "$work/firmware.bin" \
    --output "$work/kept/out"
chmod 640 "$work/bad/firmware-root.pem"
refuse "sign refuses a key that others may read" 1 "other users" "$@"
chmod 600 "$work/bad/firmware-root.pem"
# In two parts, so that no file of this tree looks as if it held a private key.
printf -- '-----BEGIN %s KEY-----\n' PRIVATE >"$work/bad/firmware-root.pem"
refuse "sign refuses a damaged key" 1 "no usable private key" "$@"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/bad/firmware-root.pem" \
    2>/dev/null
refuse "sign refuses a key of another size" 1 "not an RSA-4096" "$@"
openssl pkey -in "$vendor/firmware-root.pem" -aes128 -passout pass:x \
    -out "$work/bad/firmware-root.pem"
refuse "sign refuses a key with a pass phrase and does not ask for it" 1 "no usable" "$@"
check "--renew replaces the keys" "$VIRTASP" "$@" --renew
check "--renew makes keys that work" "$VIRTASP" "$@"
check "a renewed key is another one" differ "$(sha256sum <"$work/bad/firmware-root.pem")" \
    "$(sha256sum <"$vendor/firmware-root.pem")"
