#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks that every source file says its licence: C, assembly and linker scripts in the first line,
# shell, awk and make in the first or, after "#!", in the second.
#
# usage: scripts/check-licence.sh [TREE]       (make licence; BUILD: a directory to leave out)
#
# Prints each file that does not, and at the end how many there are. Exit status: 0 if all do.

set -u

cd "${1:-.}" || exit 1
BUILD=${BUILD:-build}

find . \( -path ./.git -o -path "./${BUILD#./}" \) -prune -o -type f \( -name '*.[chS]' \
    -o -name '*.awk' -o -name '*.inc' -o -name '*.def' -o -name '*.ld' -o -name '*.sh' \
    -o -name '*.mk' -o -name Makefile -o -path './.ci/*' \) -print | LC_ALL=C sort | LC_ALL=C awk '
    BEGIN { own = "SPDX-License-Identifier: Apache-2.0" }
    {
        # What QEMU loads, and the one file that it shares with the rest.
        identifier = /^\.\/host\/qemu-plugin\// ? "SPDX-License-Identifier: GPL-2.0-or-later" : own
        if ($0 == "./host/linux/control_page.h") {
            identifier = own " OR GPL-2.0-or-later"
        }
        first = second = ""
        getline first <$0
        getline second <$0
        close($0)
        if (/\.(c|h|S|inc|def|ld)$/) {
            good = first == "/* " identifier " */"
        } else {
            good = (first ~ /^#!/ ? second : first) == "# " identifier
        }
        if (!good) {
            print substr($0, 3) ": no line \"" identifier "\" at its head"
            faults++
        }
        count++
    }
    END {
        printf "%d files, %d without their licence\n", count, faults
        exit (faults > 0 || count == 0)
    }'
