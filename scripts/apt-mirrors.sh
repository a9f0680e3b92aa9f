#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists the mirrors of Debian's main archive that this machine's apt uses.
#
# usage: scripts/apt-mirrors.sh CODENAME [ETC-APT]
#
# One line each: the address, and [signed-by=FILE] when the source names a key file. A mirror is a
# source of the release CODENAME itself (not of its updates or security archive) with the
# component main, in sources.list or sources.list.d, in the one-line or in the deb822 format.
# Being marked as trusted without a signature is not passed on: the package must be signed.

set -eu

release="$1 stable testing unstable sid" # sources may use the name or the role of the release
etc=${2:-/etc/apt}

one_line() {
    for file in "$etc/sources.list" "$etc"/sources.list.d/*.list; do
        [ ! -f "$file" ] || cat "$file"
        echo
    done | awk -v release="$release" '
        { sub(/#.*/, "") }
        $1 != "deb" && $1 != "deb-src" { next }
        {
            key = ""
            if (match($0, /\[[^]]*\]/)) {
                options = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, 1, RSTART - 1) " " substr($0, RSTART + RLENGTH)
                count = split(options, option, " ")
                for (i = 1; i <= count; i++)
                    if (option[i] ~ /^signed-by=\//)
                        key = " [" option[i] "]"
            }
            for (i = 4; i <= NF; i++)
                if (index(" " release " ", " " $3 " ") && $i == "main")
                    print $2 key
        }'
}

# A deb822 source: "Field: values", continued by lines that start with a blank; an empty line ends it.
deb822() {
    for file in "$etc"/sources.list.d/*.sources; do
        [ ! -f "$file" ] || cat "$file"
        echo
    done | awk -v release="$release" '
        function has(list, word) { return index(" " list " ", " " word " ") > 0 }
        function names_release(    suite, n, i) {
            n = split(field["suites"], suite, " ")
            for (i = 1; i <= n; i++)
                if (has(release, suite[i]))
                    return 1
            return 0
        }
        function flush_source(    url, n, i, key) {
            if (tolower(field["enabled"]) !~ /^(no|false|off|0)$/ && names_release() &&
                has(field["components"], "main")) {
                key = field["signed-by"] ~ /^\/[^ ]*$/ ? " [signed-by=" field["signed-by"] "]" : ""
                n = split(field["uris"], url, " ")
                for (i = 1; i <= n; i++)
                    print url[i] key
            }
            split("", field)
            name = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { flush_source(); next }
        /^[^ \t]/ {
            colon = index($0, ":")
            name = tolower(substr($0, 1, colon - 1))
            $0 = substr($0, colon + 1)
        }
        {
            $1 = $1 # squeezes blanks
            field[name] = field[name] (field[name] == "" ? "" : " ") $0
        }
        END { flush_source() }'
}

{
    deb822
    one_line
} | grep -v '^cdrom:' | awk '!seen[$0]++'
