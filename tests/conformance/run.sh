#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the conformance suite: on the firmware as a Linux process with sanitizers, and on the board
# with each CPU it supports.
#
# usage: tests/conformance/run.sh [RUN...]
#        (after `make tests`, from the root of the tree; BUILD, QEMU)
#
# RUN: hosted, rome, max, cortex-a15, cortex-a7; all of them without one. rome is the Linux process
# of a chip without SEV-SNP; the others are a Milan's.

set -u
. tests/common/suite.sh

# suite_make_chip DIR: a chip, and images for DOWNLOAD_FIRMWARE: same.img is what the chip runs,
# older.img has a security version below what it accepts.
suite_make_chip() {
    product=milan
    [ "${1##*/}" != rome ] || product=rome
    "$BUILD/host/virtasp" provision "$1" --vendor "$BUILD/tests/vendor" \
        --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" --product "$product" \
        --minimum-security-version 1 &&
        make_image "$1/same.img" 1 && make_image "$1/older.img" 0
}

# make_image FILE SECURITY-VERSION
make_image() {
    "$BUILD/host/virtasp" sign --vendor "$BUILD/tests/vendor" --image-only \
        --firmware "$BUILD/board/firmware.bin" --output "$1" --security-version "$2"
}

# run RUN OPTION...: one run, if it is asked for.
run() {
    case " $runs " in
    *" $1 "*) suite_run "$@" --table "$BUILD/command-table.tsv" ;;
    esac
}

runs=${*:-hosted rome max cortex-a15 cortex-a7}
suite_begin conformance
run hosted --board hosted
run rome --board hosted --quick
run max --board qemu --cpu max --record "$BUILD/tests/log/cases.tsv"
same_cases max tests/conformance/cases.tsv "$BUILD/tests/log/cases.tsv"
run cortex-a15 --board qemu --cpu cortex-a15 --quick
# The firmware takes the same paths here as on the Cortex-A15, so the tests that are made from the
# command table are left out.
run cortex-a7 --board qemu --cpu cortex-a7 --quick \
    mailbox doorbell platform_status init init_ex identity pek_cert_import activate df_flush \
    launch_start policy launch_update_data launch_update_secret launch_update_vmsa attestation \
    send receive debug swap ring_buffer download_firmware memory
suite_end
