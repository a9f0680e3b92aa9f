#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs SEV-SNP's commands through the mailbox, as a hypervisor uses them: on the firmware as a Linux
# process with sanitizers, and on the board; on a chip of each layout of TCB versions.
#
# usage: tests/hypervisor/run.sh [RUN...]       (after `make tests`; BUILD, QEMU)
#
# RUN: milan, turin, genoa, venice (Linux processes), max, cortex-a15 (boards with a Milan chip); all of
# them without one.

set -u
# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

# make_image FILE SECURITY-VERSION
make_image() {
    "$BUILD/host/virtasp" sign --vendor "$BUILD/tests/vendor" --image-only \
        --firmware "$BUILD/board/firmware.bin" --output "$1" --security-version "$2"
}

# suite_make_chip DIR: a chip, and images for SNP_DOWNLOAD_FIRMWARE_EX: same.img is what it runs.
suite_make_chip() {
    "$BUILD/host/virtasp" provision "$1" --vendor "$BUILD/tests/vendor" --product "$product" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" \
        --minimum-security-version 1 && make_image "$1/same.img" 1 &&
        make_image "$1/older.img" 0 && make_image "$1/newer.img" 2
}

# run RUN PRODUCT OPTION...: one run, if it is asked for.
run() {
    name=$1 product=$2
    shift 2
    case " $runs " in
    *" $name "*) suite_run "$name" "$@" --table "$BUILD/command-table-snp.tsv" ;;
    esac
}

runs=${*:-milan turin genoa venice max cortex-a15}
suite_begin hypervisor
run milan milan --board hosted
run turin turin --board hosted
run genoa genoa --board hosted launch settings
run venice venice --board hosted launch settings
run max milan --board qemu --cpu max --record "$BUILD/tests/log/cases-snp.tsv"
same_cases max tests/hypervisor/cases.tsv "$BUILD/tests/log/cases-snp.tsv"
run cortex-a15 milan --board qemu --cpu cortex-a15 --quick init pages guests activate launch swap
suite_end
