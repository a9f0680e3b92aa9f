#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the commands of README.md (make readme-check, part of make lint), so that a reader's first
# steps work: those of the indented blocks one after the other, in a scratch directory that looks
# like the built tree; `make` targets are looked up, and run when that takes seconds. Of the commands
# within the text, the subcommands, targets and options must exist.
#
# usage: scripts/readme-check.sh       (after `make all`; BUILD, QEMU, README)
#
# Exit status: 0 when every command worked.

set -u
unset MAKEFLAGS MFLAGS

BUILD=${BUILD:-build}
README=${README:-README.md}
tree=$(pwd)
built=$(realpath "$BUILD") || exit 1
readme=$(realpath "$README") || exit 1
seconds=${README_TIMEOUT:-300}
commands=0
failed=0

# shellcheck disable=SC1091 # checked by itself
. tests/common/scratch.sh
clean_up() {
    for chip in "${work:?}/tree/chip" "$work/tree/build/chip" "$work/tree/build/chip-b"; do
        [ ! -d "$chip/run" ] || "$built/host/virtasp" stop "$chip" >/dev/null 2>&1
    done
}
scratch readme

# The tree as links, and a build directory with what was built but no chips.
make_tree() {
    mkdir -p "$work/tree/build" || return 1
    for name in "$tree"/*; do
        [ "$name" = "$built" ] || ln -s "$name" "$work/tree/" || return 1
    done
    rm -f "$work/tree/build/chip"
    for name in board host hosted; do
        ln -s "$built/$name" "$work/tree/build/$name" || return 1
    done
    # Keys take seconds to make.
    for keys in "$built/keys" "$built/tests/vendor"; do
        [ ! -d "$keys" ] || [ -e "$work/tree/build/keys" ] ||
            cp -r "$keys" "$work/tree/build/keys" || return 1
    done
}

complain() { # COMMAND: $work/output says why
    failed=$((failed + 1))
    echo "README: this does not work: $1" >&2
    sed 's/^/    | /' "$work/output" >&2
}

# try COMMAND PROGRAM ARGUMENT...: runs the program in the scratch tree, for the command's sake.
try() {
    command=$1
    shift
    (cd "$work/tree" && BUILD=build timeout "$seconds" "$@") >"$work/output" 2>&1 </dev/null ||
        complain "$command"
}

# has_target TARGET: make knows how to make it.
has_target() {
    make --no-print-directory -s -n SETUP=no BUILD="$BUILD" "$1" >/dev/null 2>"$work/output" ||
        complain "make $1"
}

# run_make COMMAND ARGUMENT...: `make ARGUMENT...`, which is one target and settings.
run_make() {
    command=$1
    target=$3
    shift 3
    has_target "$target"
    argument=
    for setting in "$@"; do
        case $setting in
        ARGS=*) argument=${setting#ARGS=} ;;
        *)
            echo "unknown setting $setting" >"$work/output"
            complain "$command"
            ;;
        esac
    done
    case $target in
    run) try "$command" sh scripts/run.sh ${argument:+"$argument"} ;;
    flash) try "$command" sh scripts/flash.sh ;;
    esac
}

# block_commands: the lines of the indented blocks that begin with a command, without comments.
block_commands() {
    awk '
        /^    / { if (!inside) { shown = /^    (make|build\/host\/virtasp) / } inside = 1
                  if (shown) { sub(/^ +/, ""); sub(/ +#.*/, ""); print } next }
        { inside = 0 }' "$readme"
}

# text_commands: what stands in `code` and begins with a command.
text_commands() {
    # shellcheck disable=SC2016 # the quotes are the page's own
    grep -v '^    ' "$readme" | tr '\n' ' ' | grep -oE '`[^`]*`' | tr -d '\140' |
        grep -E '^(make|virtasp|build/host/virtasp) ' | sed 's/  */ /g' | sort -u
}

# Options of the manuals that the text names.
text_options() {
    # shellcheck disable=SC2016 # the quotes are the page's own
    grep -v '^    ' "$readme" | tr '\n' ' ' | grep -oE '`--[a-z][^`]*`' | tr -d '\140' |
        sed 's/ .*//' | sort -u
}

make_tree || exit 1
block_commands >"$work/commands"
while read -r line; do
    commands=$((commands + 1))
    # shellcheck disable=SC2086 # split as a shell would; the page has no quotes
    set -- $line
    case $1 in
    make) run_make "$line" "$@" ;;
    *) try "$line" "$@" ;;
    esac
done <"$work/commands"

text_commands >"$work/commands"
while read -r line; do
    commands=$((commands + 1))
    # shellcheck disable=SC2086
    set -- $line
    case $1,$2 in
    make,*) has_target "$2" ;;
    *,help) try "$line" build/host/virtasp help ;;
    *) try "$line" build/host/virtasp help "$2" ;;
    esac
done <"$work/commands"

for command in $("$built/host/virtasp" help | sed -n '/^COMMANDS/,/^$/s/^    \([a-z-]*\) .*/\1/p'); do
    "$built/host/virtasp" help "$command"
done >"$work/manuals"
text_options >"$work/options"
while read -r option; do
    commands=$((commands + 1))
    grep -qE -e "^    (-[a-zA-Z], )?$option( |\$)" "$work/manuals" || {
        echo "no manual has it" >"$work/output"
        complain "$option"
    }
done <"$work/options"

if [ $commands -lt 10 ]; then
    echo "README: only $commands commands were found in $README" >&2
    failed=1
fi
[ $failed -ne 0 ] || echo "  README   $commands commands work"
[ $failed -eq 0 ]
