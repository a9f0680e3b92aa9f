# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The examples of a page of the documentation, for tests that run them as they stand.
#
# usage: . tests/common/page.sh

# page_blocks PAGE HEADING DIRECTORY: writes the indented blocks of a section into the directory, as
# block-1, block-2, ..., without what indents them. Lines that are blank do not end a block.
page_blocks() {
    awk -v heading="## $2" -v to="$3/block-" '
        /^## / { inside = $0 == heading; open = 0; next }
        !inside { next }
        /^    / {
            if (!open) { count++; open = 1; blank = "" }
            printf "%s%s\n", blank, substr($0, 5) >(to count)
            blank = ""
            next
        }
        /^$/ { blank = blank "\n"; next }
        { open = 0 }' "$1"
}

# page_tree DIRECTORY: a directory that looks like the built tree, as examples name it.
page_tree() {
    mkdir -p "$1" || return
    for name in *; do
        [ "$name" = build ] || ln -s "$PWD/$name" "$1/" || return
    done
    rm -f "$1/build"
    ln -s "$BUILD" "$1/build"
}
