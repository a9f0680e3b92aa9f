# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Boards that a suite is not for, files that are not what they are given for: one line says so, before
# any case runs.

# refused TEXT OPTION...: with status 1, no case, and one line that has the text.
refused() {
    wanted=$1
    shift
    conformance "$@"
    [ $? -eq 1 ] && ! grep -q . "$work/report" && [ "$(wc -l <"$work/notes")" -eq 1 ] &&
        grep -q -e "$wanted" "$work/notes"
}

# board NAME OPTION...: `virtasp start` with the options; the chip's product is the name, if it is one.
board_of() {
    name=$1 product=$2
    shift 2
    "$VIRTASP" provision "$work/$name" --vendor "$BUILD/tests/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" --product "$product" &&
        "$VIRTASP" start "$work/$name" --hosted "$BUILD/hosted/virtasp-sp" "$@"
}

without_snp() { board_of rome rome && refused 'has no SEV-SNP' --board "$work/rome" --profile snp; }

with_little_memory() {
    board_of small milan --memory 16 && refused 'needs 32 MiB' --board "$work/small" --profile snp &&
        refused 'needs 32 MiB' --board "$work/small" && "$VIRTASP" stop "$work/small" &&
        "$VIRTASP" start "$work/small" --hosted "$BUILD/hosted/virtasp-sp" --memory 32 &&
        conformance --board "$work/small" --profile snp --quick launch &&
        "$VIRTASP" stop "$work/small"
}

in_one_range() {
    "$VIRTASP" start "$work/small" --hosted "$BUILD/hosted/virtasp-sp" --memory 64 --machine pc &&
        refused 'memory in two ranges' --board "$work/small" --profile snp
}

without_fabric() {
    conformance --mailbox "$linux/run/mailbox" --dram "$linux/run/dram" --doorbell \
        "$linux/run/doorbell" --quick df_flush
    [ $? -eq 1 ] && grep -q 'reports of WBINVD.*--fabric' "$work/notes"
}

with_another_file() {
    truncate -s 4M "$work/other/nothing" &&
        refused 'is none' --mailbox "$linux/run/mailbox" --dram "$linux/run/dram" \
            --doorbell "$linux/run/doorbell" --fabric "$work/other/nothing"
}

without_directories() {
    mkdir -p "$work/empty" &&
        refused 'nowhere/same.img' --board "$linux" --images "$work/nowhere" &&
        refused 'empty/same.img' --board "$linux" --images "$work/empty" &&
        refused 'empty/kds' --board "$linux" --certificates "$work/empty"
}

# Nothing is said to be missing that no case of them needs.
says_what_is_missing() {
    conformance --board "$linux" --quick platform_status &&
        ! grep -q '^left out' "$work/notes" &&
        conformance --board "$linux" --quick download_firmware
    grep -q '^left out.*--destructive' "$work/notes" && ! grep -q 'the doorbell' "$work/notes"
}

test_refusals() {
    check "a chip without SEV-SNP" without_snp
    check "a board with too little memory" with_little_memory
    check "a board with memory in one range" in_one_range
    check "a board whose fabric was forgotten" without_fabric
    check "a file that is no fabric" with_another_file
    check "directories that are not there" without_directories
    check "what is missing is what was left out for it" says_what_is_missing
}
