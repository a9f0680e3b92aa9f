#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `virtasp conformance`: boards of this project pass, implementations that are wrong on purpose do not,
# and the report says where the specification says otherwise; what is not asked for is not done.
#
# usage: sh tests/attached/run.sh      (after `make tests`; BUILD, QEMU)

set -u

BUILD=$(realpath "${BUILD:-build}")
QEMU=${QEMU:-qemu-system-arm}
VIRTASP=$BUILD/host/virtasp
export BUILD QEMU
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
liar=
stop_liar() {
    [ -z "$liar" ] || kill "$liar" 2>/dev/null
    [ -z "$liar" ] || wait "$liar" 2>/dev/null
    liar=
}
other=
stops() { [ ! -d "$work/$1/run" ] || "$VIRTASP" stop "$work/$1" >/dev/null 2>&1; }
# shellcheck disable=SC2154 # work comes from scratch.sh
clean_up() {
    stop_liar
    [ -z "$other" ] || kill "$other" 2>/dev/null
    for chip in linux qemu turin rome small; do
        stops $chip
    done
}
scratch attached
linux=$work/linux
qemu=$work/qemu
# shellcheck disable=SC2034 # for counting.sh
shown="output excerpt"

# make_chip DIR [OPTION...]
make_chip() {
    "$VIRTASP" provision "$@" --vendor "$BUILD/tests/vendor" --rom "$BUILD/board/rom.bin" \
        --firmware "$BUILD/board/firmware.bin" --minimum-security-version 1
}
# make_image FILE SECURITY-VERSION
make_image() {
    "$VIRTASP" sign --vendor "$BUILD/tests/vendor" --image-only \
        --firmware "$BUILD/board/firmware.bin" --output "$1" --security-version "$2"
}

# conformance OPTION...: its report is in $work/report.
conformance() {
    timeout -k 5 240 "$VIRTASP" conformance "$@" >"$work/report" 2>"$work/notes"
    conformance_status=$?
    { grep -A 12 '^FAILED\|^not ok' "$work/report"; tail -n 1 "$work/report"; cat "$work/notes"; } |
        head -n 60 >"$work/excerpt"
    return $conformance_status
}
reports() { grep -q -e "$1" "$work/report"; }

. tests/attached/formats.sh
. tests/attached/lies.sh
. tests/attached/refusals.sh

# passes CHIP PROFILE [CASE...]: all that is asked for, and something ran.
passes() {
    board=$1 profile=$2
    shift 2
    for name in "${@:-}"; do
        # shellcheck disable=SC2086 # no name is no word
        conformance --board "$board" --quick --tap --profile "$profile" $name &&
            well_formed_tap && ! reports '^not ok' && reports '^ok [0-9]* - [a-z0-9_.]*$' || return 1
    done
}

prepare() {
    mkdir -p "$work/images" "$work/other" && truncate -s 64M "$work/other/dram" && make_chip "$linux" && make_chip "$qemu" &&
        make_image "$work/images/same.img" 1 && make_image "$work/images/older.img" 0 &&
        make_image "$work/images/newer.img" 2 &&
        "$VIRTASP" start "$linux" --hosted "$BUILD/hosted/virtasp-sp" --memory 64 &&
        "$VIRTASP" start "$qemu" --memory 64
}

# A Turin: other products differ in their IDs and TCB versions.
short_id_passes() {
    make_chip "$work/turin" --product turin &&
        "$VIRTASP" start "$work/turin" --hosted "$BUILD/hosted/virtasp-sp" --memory 64 &&
        passes "$work/turin" es identity && passes "$work/turin" snp settings launch
    passed=$?
    "$VIRTASP" stop "$work/turin" && return $passed
}

# A digest of what a chip keeps, and the certificates that it shows.
kept() { md5sum <"$1/nv.img"; }

# Only the first start makes an identity: without --destructive no other follows.
keeps_what_is_there() {
    conformance --board "$linux" identity.csr_is_the_pek_certificate_without_signatures &&
        kept "$linux" >"$work/before" &&
        conformance --board "$linux" --quick &&
        reports '^[1-9][0-9]* passed, 0 failed, [1-9][0-9]* left out$' &&
        grep -q 'commands that lose keys' "$work/notes" && kept "$linux" >"$work/after" &&
        cmp "$work/before" "$work/after"
}
changes_it_when_asked_to() {
    conformance --board "$linux" --destructive identity && kept "$linux" >"$work/after" &&
        ! cmp -s "$work/before" "$work/after"
}
replaces_firmware_when_asked_to() {
    conformance --board "$qemu" --destructive --images "$work/images" download_firmware &&
        reports '^ok     download_firmware.*' && reports ' 0 failed, 0 left out$'
}

# Another implementation, of which there are only mailbox and memory: a Linux process whose fabric nobody
# has configured, so that it takes the machine for the default one. What needs more is left out.
does_without() {
    "$BUILD/hosted/virtasp-sp" --mailbox "$work/other/mailbox" --fabric "$work/other/fabric" \
        --dram "$work/other/dram" --doorbell "$work/other/bell" --nv "$work/other/nv" \
        --fuses "$linux/fuses.bin" --log "$work/other/log" >"$work/other/words" 2>&1 &
    other=$!
    tries=600
    until grep -q ready "$work/other/log" 2>/dev/null; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 "$other" || return 1
        sleep 0.1
    done
    for group in mailbox activate every.activate; do
        conformance --mailbox "$work/other/mailbox" --dram "$work/other/dram" \
            --doorbell "$work/other/bell" --profile sev --tap --quick $group &&
            well_formed_tap && ! reports '^not ok' || return 1
        [ $group = mailbox ] || reports ' # SKIP needs the fabric' || return 1
    done
    conformance --mailbox "$work/other/mailbox" --dram "$work/other/dram" --tap memory
    [ $? -eq 1 ] && reports '# SKIP needs the fabric' && ! reports '^ok [0-9]* - [^ ]*$'
}

# Wrong usage gives the board no command: its guests live on.
refuses_nonsense() {
    "$VIRTASP" status "$linux" | grep '^commands' >"$work/before"
    for arguments in "--board $linux --dram x" "--mailbox x" "--board $linux --tap --junit x" \
        "--profile tdx --board $linux" "--json --board $linux" "--board $linux no_such_case" \
        "--profile snp --mailbox x --dram y" "--board $linux --c-bit 50" \
        "--mailbox $work/other/dram --dram $work/other/dram" "--list no_such_case"; do
        # shellcheck disable=SC2086 # a list
        conformance $arguments
        [ $? -eq 2 ] || { echo "$arguments"; return 1; }
    done
    "$VIRTASP" status "$linux" | grep '^commands' | cmp - "$work/before" || return 1
    conformance --board "$work/images"
    [ $? -eq 6 ]
}

check "boards run" prepare
check "a platform's keys are kept" keeps_what_is_there
check "an identity changes with --destructive" changes_it_when_asked_to
# The whole suite runs on boards in tests/conformance; here it is that it reaches one.
check "the board conforms" passes "$qemu" es platform_status launch_start every.launch_start
check "the board conforms to SEV-SNP" passes "$qemu" snp launch
check "the Linux process conforms to SEV-SNP" passes "$linux" snp
check "a chip whose ID has eight bytes conforms" short_id_passes
check "firmware is replaced with --images" replaces_firmware_when_asked_to
check "what needs a fabric is left out" does_without
check "wrong usage is refused" refuses_nonsense
test_refusals
check "the catalogue is JSON, and has each case once" catalogue_is_sound
check "the catalogue is that of a profile, or of names" catalogue_is_chosen
check "JUnit's report is well-formed" junit_is_sound "$linux"
check "JUnit's report replaces nothing else" junit_replaces_nothing "$linux"
check "JUnit's report says what went wrong" junit_names_failures "$linux"
check "an interrupted run reports, and shuts down" ends_when_asked_to "$linux"
test_lies "$linux"
counted
