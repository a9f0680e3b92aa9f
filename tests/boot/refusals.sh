# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: variables come from, and go to, the others
# The boot ROM must refuse every image but a good one, say why, and turn the board off. Sourced by
# tests/boot/run.sh.

# Offsets in flash bank 0 (abi/image.h), and of the signed parts.
header=0x40000
body=0x41000
signing_key=0x254
usage=0x458
key_signature=0x460
signature=0xE00

# refused REASON NAME: boots; the log must hold the refusal and nothing else.
refused() {
    boot && [ "$(cat "$work/log")" = "boot ROM: image refused: $1" ]
    result "$2: $1" $?
}

# A copy of the good flash to damage: $flash.
fresh() {
    flash=$work/bad.img
    cp --sparse=always "$work/flash.img" "$flash"
}

# damaged REASON NAME OFFSET [BYTE...]: one bit of the image flipped, or bytes written.
damaged() {
    reason=$1
    name=$2
    offset=$3
    shift 3
    fresh
    if [ $# -eq 0 ]; then
        flip "$flash" $((header + offset))
    else
        poke "$flash" $((header + offset)) "$@"
    fi
    refused "$reason" "$name"
}

# sign_with KEY FILE OFFSET LENGTH: prints the signature over bytes of a file.
sign_with() {
    cut_out "$2" "$3" "$4" >"$work/signed"
    openssl dgst -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48 \
        -sign "$work/chip/vendor/$1.pem" "$work/signed"
}

# sign_key, sign_header: make $flash's signatures fit again.
sign_key() {
    sign_with firmware-root "$flash" $((header + signing_key)) $((key_signature - signing_key)) |
        paste_in "$flash" $((header + key_signature))
}
sign_header() {
    sign_with firmware-signing "$flash" $((header)) $((signature)) |
        paste_in "$flash" $((header + signature))
}

test_header_fields() {
    fresh
    truncate -s $((header)) "$flash"
    truncate -s 64M "$flash"
    refused BAD_HEADER "no image in flash"
    damaged BAD_HEADER "another magic" 0x00
    damaged BAD_HEADER "another version" 0x08
    damaged BAD_HEADER "another load address" 0x10
    damaged BAD_HEADER "an entry before the body" 0x14 fc ff 00 0e
    damaged BAD_HEADER "an entry behind the body" 0x14 00 00 20 0e
    damaged BAD_HEADER "an entry between two instructions" 0x14 02 00 01 0e
    damaged BAD_SIZE "an empty body" 0x0C 00 00 00 00
    damaged BAD_SIZE "a body of no whole words" 0x0C 02 01 00 00
    damaged BAD_SIZE "a body that is too large" 0x0C 04 00 20 00
    damaged BAD_SIZE "a body of the largest number" 0x0C fc ff ff ff
}

test_signatures() {
    damaged WRONG_ROOT "a damaged root key" 0x100
    damaged BAD_KEY_CERTIFICATE "a damaged signing key" 0x300
    damaged BAD_KEY_CERTIFICATE "a lower minimum in the key's certificate" 0x45C 77
    damaged BAD_KEY_CERTIFICATE "a damaged certificate signature" 0x500
    damaged BAD_KEY_CERTIFICATE "a damaged usage" $usage
    damaged BAD_SIGNATURE "a raised security version" 0x18 ff
    damaged BAD_SIGNATURE "a damaged body hash" 0x20
    damaged BAD_SIGNATURE "a shorter body" 0x0C 00 10 00 00
    damaged BAD_SIGNATURE "damaged reserved bytes" 0x700
    damaged BAD_SIGNATURE "a damaged signature" 0xE00
    damaged BAD_SIGNATURE "a damaged last byte of the header" 0xFFF

    fresh
    poke "$flash" $((header + usage)) 00
    sign_key
    sign_header
    refused BAD_KEY_CERTIFICATE "a signing key that the root certified for something else"
    fresh
    sign_key
    sign_header
    boot && grep -q '^boot ROM 1.0: firmware' "$work/log"
    result "the same signatures made anew are accepted" $?
}

test_bodies() {
    bytes=$(wc -c <"$bin/test.bin")
    damaged BAD_BODY "a damaged first byte of the body" 0x1000
    damaged BAD_BODY "a damaged byte in the body" $((0x1000 + bytes / 2))
    damaged BAD_BODY "a damaged last byte of the body" $((0x1000 + bytes - 1))
    fresh
    truncate -s $((body + bytes / 2)) "$flash"
    truncate -s 64M "$flash"
    refused BAD_BODY "a truncated body"
    fresh
    head -c 4096 /dev/urandom | paste_in "$flash" $((body + bytes))
    boot && grep -q '^test firmware: done' "$work/log"
    result "bytes after the body are not part of the image" $?
}

# Another vendor has his own root; his image, and mixtures with ours, must not boot.
test_other_vendor() {
    other=$work/other.img
    "$VIRTASP" sign --vendor "$work/other" --rom "$BUILD/board/rom.bin" --firmware "$bin/test.bin" \
        --output "$other" >/dev/null
    flash=$other
    refused WRONG_ROOT "an image of another vendor"
    fresh
    cut_out "$other" $((header + signing_key)) 0xDAC | paste_in "$flash" $((header + signing_key))
    refused BAD_KEY_CERTIFICATE "our root key in front of another vendor's certificate"
    fresh
    cut_out "$other" $((header + signature)) 512 | paste_in "$flash" $((header + signature))
    refused BAD_SIGNATURE "a signature by another vendor's key"
}

# sign_again OPTION...: our vendor's image with other parameters, in $flash.
sign_again() {
    flash=$work/again.img
    "$VIRTASP" sign --vendor "$work/chip/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$bin/test.bin" --output "$flash" "$@" >/dev/null
}

# The chip's fuses ask for version 2 at least.
test_security_version() {
    sign_again --security-version 1
    refused BAD_SECURITY_VERSION "a security version below the fuses'"
    sign_again --security-version 3
    boot && grep -q '^boot ROM 1.0: .*, security version 3,' "$work/log"
    result "a higher security version boots" $?
    fresh
    poke "$flash" $((header + 0x45C)) 03
    sign_key
    sign_header
    refused BAD_SECURITY_VERSION "a security version below the signing key's"
}

# bad_fuses REASON NAME OFFSET BYTE...: bytes of the fuses changed.
bad_fuses() {
    reason=$1
    name=$2
    fuses=$work/bad-fuses.bin
    cp "$work/fuses.bin" "$fuses"
    shift 2
    poke "$fuses" "$@"
    refused "$reason" "$name"
}

test_fuses() {
    with_fuses=no
    refused BAD_FUSES "no fuses"
    fuses=$work/bad-fuses.bin
    head -c 255 "$work/fuses.bin" >"$fuses"
    refused BAD_FUSES "fuses that are too short"
    fuses=$work/bad-fuses.bin
    cat "$work/fuses.bin" "$work/fuses.bin" >"$fuses"
    refused BAD_FUSES "fuses that are too long"
    bad_fuses BAD_FUSES "fuses of another kind" 0x00 00
    bad_fuses BAD_FUSES "a chip that is not in production" 0x78 00
    # shellcheck disable=SC2046 # 32 words on purpose
    bad_fuses BAD_FUSES "a chip without a secret" 0x08 $(printf '00 %.0s' $(seq 32))
    bad_fuses WRONG_ROOT "a chip with another root" 0x28 00 00 00 00
    bad_fuses BAD_SECURITY_VERSION "a chip with a raised security version" 0x7C 03
}
