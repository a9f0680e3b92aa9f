# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Implementations that are wrong on purpose (tests/attached/liar.c).

# lies CHIP OPTION...: one of them is there.
lies() {
    stop_liar
    rm -f "$work/lies" "$work/liar"
    board=$1
    shift
    "$BUILD/tests/liar" --board "$board" --mailbox "$work/lies" "$@" >"$work/liar" 2>&1 &
    liar=$!
    tries=600
    until [ -s "$work/liar" ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 "$liar" || return 1
        sleep 0.1
    done
    grep -q '^ready' "$work/liar"
}

# caught CHIP CASE SECTION COMMAND ANSWERED EXPECTED PROFILE: the case fails, and says so.
caught() {
    conformance --mailbox "$work/lies" --dram "$1/run/dram" --fabric "$1/run/fabric" \
        --profile "$7" "$2"
    [ $? -eq 1 ] && reports "^FAILED $2" && reports "^       section    $3 ($4) of docs/" &&
        reports "^       command    $4 (" && { [ "$5" = - ] || { reports "^       answered   $5 (" &&
        reports "^       expected   $6 ("; }; }
}

# lie_is_found NAME CHIP OPTION VALUE CASE SECTION COMMAND ANSWERED EXPECTED [PROFILE]
lie_is_found() {
    name=$1 board=$2
    lies "$board" "$3" "$4" && caught "$board" "$5" "$6" "$7" "$8" "$9" "${10:-es}"
    result "$name" $?
    stop_liar
}

# Numbers are ids of commands and statuses: abi/sev_command_id.h, abi/snp_command_id.h, sev_status.h.
test_lies() {
    section_of() { awk -F '\t' -v name="$1" '$2 == name { print $3 }' "$BUILD"/command-table*.tsv; }
    lies "$1" && conformance --mailbox "$work/lies" --dram "$1/run/dram" \
        --fabric "$1/run/fabric" activate && reports ' 0 failed, '
    result "who hands everything on as it is passes" $?
    stop_liar
    lie_is_found "an invalid ASID that is taken is found" "$1" --status 0x21:0xD:0 \
        activate "$(section_of ACTIVATE)" ACTIVATE SUCCESS INVALID_ASID
    lie_is_found "a wrong status is found by the generated cases" "$1" --status 0x30:0x9:0x16 \
        every.launch_start "$(section_of LAUNCH_START)" LAUNCH_START INVALID_PARAM INVALID_ADDRESS
    lie_is_found "a byte behind the parameters is found" "$1" --spoil 0x4:20 \
        platform_status "$(section_of PLATFORM_STATUS)" PLATFORM_STATUS - -
    lie_is_found "a wrong field of an answer is found" "$1" --spoil 0x23:8 \
        launch_start "$(section_of LAUNCH_START)" LAUNCH_START - -
    lies "$1" --spoil-buffer 0xC:63 &&
        caught "$1" identity.chip_id_follows_from_the_cek "$(section_of GET_ID)" GET_ID - - es &&
        reports 'identity.id and expected differ in 1 of 64 bytes, first in byte 63: [0-9a-f][0-9a-f]h, not '
    result "a wrong byte of the chip's ID is found, and said" $?
    stop_liar
    lie_is_found "a wrong status of SEV-SNP is found" "$1" --status 0x93:0x1A:0 \
        guests "$(section_of SNP_GCTX_CREATE)" SNP_GCTX_CREATE SUCCESS INVALID_PAGE_STATE snp
}
