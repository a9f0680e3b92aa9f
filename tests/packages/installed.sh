# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# What is installed works by itself.

# What is built on x86-64 alone.
has_linux_guest() { [ -e "$BUILD/host/virtasp-linux-guest" ]; }
wanted_files() {
    if has_linux_guest; then
        cat tests/packages/files.txt
    else
        grep -v 'linux-guest\|qemu-guest-cpu\|linux-entry' tests/packages/files.txt
    fi
}

# The list leaves headers, manual pages and documents out: they follow from the sources; and the
# emulator with its guests, which needs Unicorn and a compiler for x86-64.
listed_files() {
    (cd "$tree" && find . -type f ! -path './include/*' ! -path './share/man/*' \
        ! -path './share/doc/*' ! -path './share/virtasp/guests/*' ! -name virtasp-emulator \
        ! -name libunicorn.so.2) | sed 's|^\./||' | LC_ALL=C sort >"$work/files"
    wanted_files | diff - "$work/files"
}

# Programs of the tree, with nothing of the build around them.
installed() { (cd "$work" && env -u BUILD "$tree/bin/virtasp" "$@"); }

makes_a_chip() {
    installed provision "$work/chip" --vendor "$vendor" && installed provision "$work/chip" &&
        [ -s "$work/chip/flash.img" ]
}
starts_it() {
    installed start "$work/chip" --qemu "$(command -v "$QEMU")" && installed status "$work/chip"
}
holds_it_against_the_specification() {
    installed conformance --board "$work/chip" platform_status
}
shows_a_guest() {
    installed demo launch --qemu "$(command -v "$QEMU")" --chip "$work/chip"
}

runs_a_guest() {
    if [ ! -e "$tree/libexec/virtasp/virtasp-emulator" ] ||
        [ ! -e "$tree/share/virtasp/guests/hello.bin" ]; then
        left_out "virtasp run" no-emulator
        return
    fi
    installed run --qemu "$(command -v "$QEMU")" --chip "$work/chip" hello
}
names_its_guests() {
    if [ ! -e "$tree/libexec/virtasp/virtasp-emulator" ]; then
        left_out "guests' names" no-emulator
        return
    fi
    ! installed run --chip "$work/nobody" nope 2>"$work/said" &&
        grep -q 'nope is neither a guest nor a file; guests: .*hello, ' "$work/said" &&
        [ ! -e "$work/nobody" ]
}
has_what_the_pages_name() {
    [ -s "$tree/share/doc/virtasp/LICENSE" ] &&
        cmp host/examples/emulator.c "$tree/share/doc/virtasp/examples/emulator.c"
}
# As much of a kernel as a loader looks at: it is launched, and then QEMU is told to start with the plugin.
launches_a_linux() {
    if ! has_linux_guest; then
        left_out "virtasp run --kernel" no-linux-guest
        return
    fi
    # shellcheck disable=SC2016 # for the other shell
    small_kernel "$work/kernel" 001 152 && printf '%s\n' '#!/bin/sh' \
        '[ "$1" != --version ] || exec echo "QEMU emulator version 11.1.0"' \
        'for word; do echo "$word"; done >"${0%/*}/machine.line"' >"$work/machine" &&
        chmod +x "$work/machine" &&
        installed provision "$work/linux-chip" --vendor "$vendor" >/dev/null || return 1
    # There is no such machine: it fails, but not before all parts were found.
    ! installed run --kernel "$work/kernel" --memory 256 --qemu "$(command -v "$QEMU")" \
        --chip "$work/linux-chip" --qemu-x86 "$work/machine" >"$work/linux" 2>&1 </dev/null || return 1
    cat "$work/linux"
    digest=$(installed run --kernel "$work/kernel" --memory 256 --digest) &&
        grep -q "check measurement *ok .*$digest" "$work/linux" &&
        grep -q 'start machine *FAILED .*does not answer' "$work/linux" &&
        grep -q "^file=.*/libexec/virtasp/qemu-guest-cpu.so," "$work/machine.line"
}
says_whose_the_plugin_is() {
    has_linux_guest || return 0
    head -n 2 "$tree/share/doc/virtasp/qemu-plugin/COPYING" | grep -q 'GNU GENERAL PUBLIC LICENSE' &&
        grep -q 'qemu-guest-cpu.so.*GPL-2.0-or-later' "$tree/share/doc/virtasp/NOTICE" &&
        grep -A 2 '^Files: host/qemu-plugin/\*' debian/copyright | grep -qx 'License: GPL-2.0-or-later'
}
makes_test_vectors() {
    installed vectors "$work/corpus" && [ -s "$work/corpus/manifest.json" ]
}

# Each header by itself, as a program outside of this tree includes it.
headers_stand_alone() {
    (cd "$tree/include/virtasp" && find abi host -name '*.h') | sort >"$work/headers"
    [ -s "$work/headers" ] || return 1
    while read -r header; do
        printf '#include "%s"\n' "$header" >"$work/header.c"
        cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only \
            -I"$tree/include/virtasp" "$work/header.c" || return 1
    done <"$work/headers"
}

# A program that is written with the library, built by what pkg-config says.
library_is_usable() {
    cat >"$work/client.c" <<'END'
#include <stdio.h>

#include "host/lib/sev.h"

int main(void)
{
    return puts(sev_command_name(SEV_COMMAND_LAUNCH_START)) < 0;
}
END
    # By hand, so that pkg-config need not be there: the file has variables of two names only.
    pc=$tree/lib/pkgconfig/virtasp.pc
    flags=$(sed -n 's/^Cflags: //p; s/^Libs: //p; s/^Libs.private: //p' "$pc" |
        sed "s|\${includedir}|$tree/include/virtasp|; s|\${libdir}|$tree/lib|")
    # shellcheck disable=SC2086 # a list
    cc -std=c11 -D_GNU_SOURCE -o "$work/client" "$work/client.c" $flags -lcrypto &&
        [ "$("$work/client")" = LAUNCH_START ]
}
pkg_config_reads_it() {
    left_out "pkg-config" pkg-config ||
        [ "$(PKG_CONFIG_PATH=$tree/lib/pkgconfig pkg-config --modversion virtasp)" = "$version" ]
}

# A file of somebody else's that is named as one of the build tree's.
takes_its_own_files() {
    mkdir -p "$tree/tests" && printf '#!/bin/sh\nexit 99\n' >"$tree/tests/conformance" &&
        chmod +x "$tree/tests/conformance" && touch "$tree/tests/cases.tsv" \
        "$tree/command-table.tsv" && installed conformance --list >/dev/null
    taken=$?
    rm -r "$tree/tests" "$tree/command-table.tsv"
    return $taken
}

# What stands in front of a space is a file of somebody else's.
spaces_are_refused() {
    touch "$work/mine" || return 1
    ! make --no-print-directory uninstall DESTDIR= PREFIX="$work/mine too" && [ -e "$work/mine" ]
}

# Nor is what a pattern matches ours, or what a shell would run.
patterns_are_refused() {
    mkdir -p "$work/yours/share/virtasp" || return 1
    for prefix in "$work/you*" "$work/a;b" "$work/a'b" "$work/a&b" "$work/(" "$work/a\\b"; do
        ! make --no-print-directory uninstall DESTDIR= PREFIX="$prefix" || return 1
    done
    [ -d "$work/yours/share/virtasp" ]
}

nothing_stays() {
    cp -r "$work/moved" "$work/gone" &&
        make --no-print-directory uninstall DESTDIR="$work/gone" PREFIX=/usr &&
        [ -z "$(find "$work/gone" -type f)" ]
}

test_installed() {
    check "the files are the ones that are listed" listed_files
    check "a chip is made of what is installed" makes_a_chip
    check "its board starts" starts_it
    check "the conformance suite is installed with all it needs" holds_it_against_the_specification
    check "the board stops" installed stop "$work/chip"
    check "the demonstration needs no build tree" shows_a_guest
    check "a guest runs" runs_a_guest
    check "a Linux is launched" launches_a_linux
    check "the plugin's licence is there" says_whose_the_plugin_is
    check "guests are named where there is no such guest" names_its_guests
    check "what the pages name is there" has_what_the_pages_name
    check "test vectors are made" makes_test_vectors
    check "each header stands alone" headers_stand_alone
    check "the library and its headers are enough for a program" library_is_usable
    check "pkg-config knows the version" pkg_config_reads_it
    check "files of others are not taken for its own" takes_its_own_files
    check "a prefix with spaces is refused" spaces_are_refused
    check "a prefix that a shell would read otherwise is refused" patterns_are_refused
    check "uninstall leaves no file" nothing_stays
}
