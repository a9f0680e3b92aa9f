# SPDX-License-Identifier: Apache-2.0
# Certificates for attestation reports as a user finds them: judged by the openssl command, and by the
# firmware, which must have the keys that they are about.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

firmware_key=$BUILD/tests/provision/vcek
check "the program that asks the firmware compiles" "${CC:-gcc}" -std=c11 -D_GNU_SOURCE= -g -O1 \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -I. -Ihal/include \
    tests/provision/judges/vcek.c -Wl,--start-group "$BUILD/hosted/libvirtasp_firmware.a" \
    "$BUILD/hosted/libmbedcrypto.a" -Wl,--end-group -lcrypto -lpthread -o "$firmware_key"

witness=$BUILD/tests/provision/witness
check "the independent verifier compiles" "${CC:-gcc}" -std=c11 -D_GNU_SOURCE= -g -O1 \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -I. \
    tests/provision/judges/witness.c "$BUILD/tests/libsnp_sanitized.a" -lcrypto -o "$witness"

certified_key() { # CERTIFICATE
    openssl x509 -inform der -in "$1" -noout -pubkey | openssl pkey -pubin -outform der |
        tail -c 97 | hex
}
# split CHAIN NAME: the first certificate of a chain file is the one below the root.
split() {
    awk -v name="$2" '/BEGIN/ { n++ } { print >(name "." n) }' "$1" && [ ! -e "$2.3" ]
}
verifies() { # LEAF CHAIN
    openssl verify -CAfile "$2.2" -untrusted "$2.1" "$1" && openssl verify -CAfile "$2.2" "$2.1"
}
crl_accepts() { # CRL CHAIN
    openssl verify -CAfile "$2.2" -crl_check -CRLfile "$1" "$2.1"
}

# attestation PRODUCT LINE ID-DIGITS TCB-NAME TCB: a chip of the product, whose image has security
# version 3.
attestation() {
    product=$1
    line=$2
    version=$4
    tcb=$5
    made=$work/$product
    vcek=$made/kds/vcek/v1/$line
    vlek=$made/kds/vlek/v1/$line
    check "$product: a chip" provision "$made" --vendor "$vendor" --rom "$work/rom.bin" \
        --firmware "$work/firmware.bin" --security-version 3 --product "$product"
    id=$(fact "$made" chip_id)
    hwid=$(echo "$id" | head -c "$3")
    check "$product: the facts name it" same "$(fact "$made" product)" "$product"
    case $id in
    02* | 04*) false ;;
    *) [ ${#id} -eq 128 ] ;;
    esac
    report "$product: the ID cannot be taken for a DER header" $?
    check "$product: what the ID does not have is zero" \
        same "$(echo "$id" | tail -c +$(($3 + 1)) | tr -d '0\n')" ""
    check "$product: chain of the VCEK" split "$vcek/cert_chain" "$work/vcek.pem"
    check "$product: chain of the VLEK" split "$vlek/cert_chain" "$work/vlek.pem"
    check "$product: openssl accepts the VCEK" verifies "$vcek/$hwid/$version.der" "$work/vcek.pem"
    check "$product: openssl accepts the VLEK" verifies "$vlek/$version.der" "$work/vlek.pem"
    check "$product: so does a verifier that knows AMD's profile" \
        "$witness" "$line" vcek "$vcek/$hwid/$version.der" "$work/vcek.pem" "$vcek/crl"
    check "$product: also the VLEK" \
        "$witness" "$line" vlek "$vlek/$version.der" "$work/vlek.pem" "$vlek/crl"
    openssl crl -inform der -in "$vcek/crl" -out "$work/crl.pem"
    check "$product: nothing is revoked" crl_accepts "$work/crl.pem" "$work/vcek.pem"
    check "$product: the firmware has the VCEK's key" \
        same "$("$firmware_key" "$made/fuses.bin" 3 "$tcb")" "$(certified_key "$vcek/$hwid/$version.der")"
    check "$product: and the VLEK's" \
        same "$("$firmware_key" "$made/fuses.bin" 3 "$tcb" "$vlek/$hwid/$version.vlek")" \
        "$(certified_key "$vlek/$version.der")"
    check "$product: older firmware has neither" \
        same "$("$firmware_key" "$made/fuses.bin" 2 "$tcb")" none
    snapshot "$made" >"$work/before"
    check "$product: again" provision "$made"
    snapshot "$made" >"$work/after"
    check "$product: a second run changes nothing" cmp "$work/before" "$work/after"
}

attestation milan Milan 128 bl04_tee00_snp26_ucode211 d31a000000000004
attestation genoa Genoa 128 bl04_tee00_snp26_ucode211 d31a000000000004
attestation turin Turin 16 fmc01_bl04_tee00_snp26_ucode72 480000001a000401
attestation venice Venice 16 fmc01_bl04_tee00_snp26_ucode72 480000001a000401

# The board's firmware has security version 1, the Linux process 0: both find a certificate.
check "the Linux process finds its VCEK" \
    same "$("$firmware_key" "$work/milan/fuses.bin" 0 d317000000000004)" \
    "$(certified_key "$work"/milan/kds/vcek/v1/Milan/*/bl04_tee00_snp23_ucode211.der)"

kds() { "$VIRTASP" kds "$@"; }
# issued QUERY TCB: certificates are made for what was never published.
issued() {
    kds "$work/milan" --get "/vcek/v1/Milan/$(fact "$work/milan" chip_id)?$1" >"$work/issued.der" &&
        split "$work/milan/kds/vcek/v1/Milan/cert_chain" "$work/vcek.pem" &&
        verifies "$work/issued.der" "$work/vcek.pem" &&
        same "$("$firmware_key" "$work/milan/fuses.bin" 3 "$2")" "$(certified_key "$work/issued.der")"
}
check "a lower TCB's VCEK is made when it is asked for" \
    issued "blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115" 7308000000000003
check "and that of zero" issued "blSPL=0&teeSPL=0&snpSPL=0&ucodeSPL=0" 0
if issued "blSPL=4&teeSPL=0&snpSPL=27&ucodeSPL=211" d31b000000000004 >"$work/output" 2>&1; then
    false
fi
report "a higher one is certified too, but the firmware does not have its key" $?

check "rome: a chip" provision "$work/rome" --vendor "$vendor" --no-flash --product rome
check "rome: has no certificates for reports" no_file "$work/rome/kds/vcek"
check "rome: the fuses say so" same "$(part "$work/rome/fuses.bin" 128 8 | hex)" 0000000000000000
check "reports of a version of choice" provision "$work/v3" --vendor "$vendor" --no-flash \
    --product turin --report-version 3
check "are in the fuses" same "$(part "$work/v3/fuses.bin" 128 8 | hex)" 0300000003000000
check "the default is a milan" same "$(part "$work/milan/fuses.bin" 128 8 | hex)" 0100000000000000

mv "$work/v3" "$work/kept.v3"
rm -rf "$work/kept"
mv "$work/kept.v3" "$work/kept"
set -- provision "$work/kept" --vendor "$vendor" --no-flash
refuse "a chip stays what it is" 1 "is a turin for ever" "$@" --product milan
refuse "also its report version" 1 "has the report version 3 for ever" "$@" --report-version 5
refuse "there is no other product" 2 "rome, milan, genoa, turin, venice" "$@" --product naples
refuse "there is no other report version" 2 "2, 3 or 5" "$@" --force --report-version 4
refuse "rome has no reports" 2 "rome has no attestation reports" "$@" --force --product rome \
    --report-version 3
# SHA-512 of the CEK's point begins with 02h for this secret, as it does for one in 256.
printf 'virtasp TEST: secret number 0655' >"$work/misleading"
refuse "an ID that misleads verifiers is refused" 1 "would begin with 0[24]" "$@" --force \
    --chip-secret-file "$work/misleading"
check "but not on a chip without reports" provision "$work/rome2" --vendor "$vendor" --no-flash \
    --product rome --chip-secret-file "$work/misleading"

# What belonged to the old chip goes with it, whatever the new one is.
hwid=$(fact "$work/kept" chip_id | head -c 16)
check "there is a VCEK" [ -d "$work/kept/kds/vcek/v1/Turin/$hwid" ]
check "--force makes another product" "$VIRTASP" "$@" --force --product genoa
check "the old VCEKs are gone" no_file "$work/kept/kds/vcek/v1/Turin/$hwid"
check "and the old hashsticks" no_file "$work/kept/kds/vlek/v1/Turin/$hwid"

# A certificate that is about to end is made anew; one that will last stays.
leaf=$(echo "$work"/kept/kds/vcek/v1/Genoa/*/bl04_tee00_snp23_ucode211.der)
cp -p "$leaf" "$work/leaf.der"
printf 'x' >"$leaf"
check "a damaged VCEK" "$VIRTASP" "$@"
check "comes back the same" cmp "$leaf" "$work/leaf.der"
