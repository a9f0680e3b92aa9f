#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of an audit as one page that needs nothing else: no network, no other file.
#
# usage: sh tools/audit/page.sh DIRECTORY >FILE          in the root of the source tree

set -eu

# table NAME: a table as an array of arrays of texts.
table() {
    printf '"%s":[' "$1"
    awk -F '\t' '
        {
            printf "%s[", (NR > 1 ? ",\n" : "")
            for (i = 1; i <= NF; i++) {
                gsub(/\\/, "\\\\", $i)
                gsub(/"/, "\\\"", $i)
                gsub(/</, "\\u003c", $i)
                printf "%s\"%s\"", (i > 1 ? "," : ""), $i
            }
            printf "]"
        }' "$directory/$1.tsv"
    printf '],\n'
}

directory=$1
cat tools/audit/page_head.html
echo '<style>'
cat tools/audit/page.css
echo '</style>'
cat tools/audit/page_body.html
echo '<script>'
echo '"use strict";'
echo 'const data = {'
for name in facts commands sizes stack trace sections statuses threats memory secrets untested; do
    table "$name"
done
echo '};'
cat tools/audit/page_draw.js tools/audit/page_sections.js tools/audit/page_lives.js
echo '</script></body></html>'
