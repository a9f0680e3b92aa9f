#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Other people's programs and their own test suites, as Debian packages them, with the devices of
# `virtasp exec`: each of their tests ends as tests/clients/records has it for that version.
#
# usage: tests/clients/run.sh [--clients]   (after `make tests`, from the root of the tree; BUILD)
#
# --clients: fetches all of them, toolchains included (make test-clients). Without it snphost is fetched,
# and what is there of the others is used; "left out" lines say what is not.

set -u

# shellcheck source=tests/common/clients.sh
. tests/common/clients.sh
for part in snphost sev go libvirt; do
    # shellcheck disable=SC1090 # checked by themselves
    . "tests/clients/$part.sh"
done

clean_up() {
    [ ! -d "$work" ] || "$virtasp" stop "$work/chip" >/dev/null 2>&1
}
scratch clients

# within SECONDS COMMAND...: what hangs fails.
within() { timeout --kill-after=5 "$@"; }
# run PROGRAM...: with both devices.
run() { within 300 "$virtasp" exec "$work/chip" -- "$@"; }

# recorded CLIENT-VERSION: the results in $work/results, "NAME RESULT" each, are those of the record.
recorded() {
    record=tests/clients/records/$1
    if [ ! -f "$record" ]; then
        left_out "$1" "there is no record of this version; its results are in $BUILD/tests/log/$1"
        mkdir -p "$BUILD/tests/log" && sort "$work/results" >"$BUILD/tests/log/$1"
        return
    fi
    check "$1: $(wc -l <"$work/results") tests, as recorded" perl tests/clients/compare.pl \
        "$record" "$work/results"
    cat "$work/output"
}

if [ "$(uname -m)" != x86_64 ]; then
    left_out "other people's programs" "they are fetched for x86-64"
    exit 0
fi
check "a chip" "$virtasp" provision "$work/chip" --vendor "$BUILD/tests/vendor" --product milan \
    --report-version 3 --no-flash
check "its board" "$virtasp" start "$work/chip" --hosted "$BUILD/hosted/virtasp-sp"
if ! run true >"$work/output" 2>&1; then
    left_out "other people's programs" "$(tail -n 1 "$work/output")"
    counted
    exit
fi
snphost
libvirt
sev
go_suites
check "the board is as it was" "$virtasp" status "$work/chip"

counted
