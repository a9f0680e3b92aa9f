#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes build/audit/: what a reviewer wants to know, as tables and as one page (docs/audit.md).
#
# usage: scripts/audit.sh [DIRECTORY]     in the root of the source tree; from make audit, or after
#                                         make tests
#
# DIRECTORY: where to write, BUILD/audit if it is not given. BUILD: as in the Makefile. REPRODUCE=no
# spares the second build. Exit status: 0 when all was written and every check on the way held.

set -eu

tab=$(printf "\t")

BUILD=${BUILD:-build}
REPRODUCE=${REPRODUCE:-yes}
out=${1:-$BUILD/audit}
work=$out/work
tools=tools/audit
elf=$BUILD/board/firmware.elf
mkdir -p "$work"

fail() {
    echo "audit: $*" >&2
    exit 1
}

# The rows of the command table with their files.
list_commands() {
    cat "$BUILD/command-table.tsv" "$BUILD/command-table-snp.tsv" | awk -F '\t' -v OFS='\t' '{
        family = $3 ~ /^SNP/ ? "snp" : "sev"
        name = tolower($2)
        if (family == "snp") sub(/^snp_/, "", name)
        print $2, $3, "firmware/" family "/" name ".c", family "_" name "_row"
    }' >"$work/commands"
    while IFS='	' read -r _ _ file _; do
        [ -f "$file" ] || fail "$file: no such file, but a row"
    done <"$work/commands"
}

# Functions, calls, stack, sizes: from what was linked.
look_at_image() {
    "${CROSS}nm" -S -n "$elf" >"$work/nm"
    "${CROSS}objdump" -d "$elf" >"$work/disassembly"
    # shellcheck disable=SC2046,SC2086 # names of objects have no blanks
    "${CROSS}objdump" -r $(printf "$BUILD/obj/firmware/%s.o\n" $SOURCES) \
        $(find "$BUILD/obj/mbedtls" -name '*.o') |
        awk -f $tools/hex.awk -f $tools/takers.awk >"$work/takers"
    find "$BUILD/obj/firmware" "$BUILD/obj/mbedtls" "$BUILD/obj/mbedtls_accel" -name '*.su' |
        sort | xargs grep -H . | sed "s|:|$tab|" >"$work/su"
    awk -v functions="$out/functions.tsv" -v calls="$work/calls" -f $tools/hex.awk \
        -f $tools/graph.awk "$BUILD/board/firmware.map" "$work/nm" "$work/su" "$work/disassembly"
    awk -v stack="$out/stack.tsv" -v reach="$work/reach" -f $tools/stack.awk "$out/functions.tsv" \
        "$work/calls" "$work/takers" $tools/indirect.txt "$work/commands"
    awk -f $tools/hex.awk -f $tools/sizes.awk "$BUILD/board/firmware.map" >"$out/sizes.tsv"
    awk -v doors="$out/memory.tsv" -v commands="$out/commands.tsv" -f $tools/memory.awk \
        "$out/functions.tsv" "$work/calls" "$work/reach" "$work/commands" "$out/sizes.tsv" \
        "$out/stack.tsv"
    LC_ALL=C sort -o "$out/memory.tsv" "$out/memory.tsv"
}

# Tests, threats, secrets: from the sources.
look_at_sources() {
    find tests -name '*.c' | sort | xargs awk -v ids="$work/commands" -f $tools/tests.awk \
        >"$out/tests.tsv"
    awk -v out="$out" -f $tools/trace.awk "$work/commands" "$BUILD/command-table.tsv" \
        "$BUILD/command-table-snp.tsv" "$out/tests.tsv" docs/threat-model.md \
        tests/mutants/mutants.txt tests/conformance/excuses.c tests/hypervisor/test_coverage.c
    # shellcheck disable=SC2046 # names of sources have no blanks
    awk -v untested="$out/untested.tsv" -f $tools/sections.awk "$out/functions.tsv" \
        "$work/reach" "$out/trace.tsv" $(find firmware abi -name "*.[ch]" | sort) \
        $(find tests -name "*.c" | sort) | sort -V >"$out/sections.tsv"
    # shellcheck disable=SC2046 # names of sources have no blanks
    awk -v list=$tools/secrets.txt -v makers="$MAKERS" -f $tools/secrets.awk \
        $(find firmware crypto hal/qemu_virt hal/shared boot arch -name '*.[ch]' |
            grep -v '^crypto/secret\.' | sort) >"$out/secrets.tsv"
}

sum_of() { sha256sum "$1" | cut -d ' ' -f 1; }
fact() { printf '%s\t%s\n' "$1" "$2"; }
symbol() { awk -v name="$1" '$NF == name { print $1 }' "$work/nm"; }
version_of() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || echo unknown; }
parts_of() {
    grep -o "$1/[a-z_0-9A-Z-]*" "$out/functions.tsv" | sort -u | sed 's|.*/||' | tr '\n' ' '
}

# When the tree was last changed, so that the same tree gives the same files.
created() {
    seconds=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
    date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ
}

facts() {
    sums=$BUILD/apt/package.sums
    fact version "$(sed -n 's/.*VIRTASP_VERSION "\(.*\)"/\1/p' host/version.h)"
    fact created "$(created)"
    fact image_sha256 "$(sum_of "$BUILD/board/firmware.bin")"
    fact image_bytes "$(wc -c <"$BUILD/board/firmware.bin")"
    fact rom_sha256 "$(sum_of "$BUILD/board/rom.bin")"
    fact sev_build "${SEV_BUILD:-1}"
    fact compiler "$("${CROSS}gcc" --version | head -n 1)"
    fact linker "$("${CROSS}ld" --version | head -n 1)"
    fact gcc "$(version_of gcc-arm-none-eabi)"
    fact binutils "$(version_of binutils-arm-none-eabi)"
    fact newlib "$(version_of libnewlib-arm-none-eabi)"
    fact newlib_parts "$(parts_of newlib)"
    fact libgcc_parts "$(parts_of libgcc)"
    fact mbedtls_version "$(sed -n 's/.*MBEDTLS_VERSION_STRING  *"\(.*\)"/\1/p' \
        "$MBEDTLS_DIR/include/mbedtls/build_info.h")"
    fact mbedtls_tree_sha256 "$(cd "$MBEDTLS_DIR" && find include library -name '*.[ch]' |
        LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1)"
    if [ "$MBEDTLS_DIR" = "$BUILD/mbedtls-src" ] && [ -f "$sums" ]; then
        fact mbedtls_sha256 "$(awk '/\.orig\.tar/ && !/asc$/ { print $1 }' "$sums")"
        fact mbedtls_archive "$(awk '/\.orig\.tar/ && !/asc$/ { print $2 }' "$sums")"
        fact mbedtls_package "$(awk '/\.dsc$/ { sub(/\.dsc$/, "", $2); print $2 }' "$sums")"
    fi
    for mode in svc abt und irq fiq mon; do
        fact "stack_$mode" $((0x$(symbol __stack_${mode}_end) - 0x$(symbol __stack_${mode}_start)))
    done
    fact agree "$(awk -F '\t' '$6 == "su" { n++; same += $5 == $7 } END { print same " of " n }' \
        "$out/functions.tsv")"
    fact reproduced "$1"
}

# The files that the compiler read, of this tree.
inputs() {
    # shellcheck disable=SC2046,SC2086 # names of sources have no blanks
    cat $(for f in $SOURCES; do echo "$BUILD/obj/firmware/$f.d"; done) \
        $(for f in $ROM_SOURCES; do echo "$BUILD/obj/rom/$f.d"; done) | tr -s " \\\\:" "\n" |
        grep -E '^(abi|arch|boot|crypto|firmware|hal)/' | LC_ALL=C sort -u
    ls linker/*.ld
}

# A copy of the tree is built elsewhere, and must give the same bytes.
reproduce() {
    copy=$(mktemp -d "${TMPDIR:-/tmp}/virtasp-audit.XXXXXX")
    trap 'rm -rf "$copy"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    unset MAKEFLAGS MFLAGS MAKELEVEL # Of the make that called us.
    cp -r Makefile mk linker abi arch boot crypto firmware hal "$copy/"
    if ! make -C "$copy" SETUP=no MBEDTLS_DIR="$(cd "$MBEDTLS_DIR" && pwd)" CROSS="$CROSS" \
        ${SEV_BUILD:+SEV_BUILD="$SEV_BUILD"} BUILD=build board >"$work/reproduce.log" 2>&1; then
        tail -n 20 "$work/reproduce.log" >&2
        fail "the copy of the tree does not build"
    fi
    for image in firmware.bin rom.bin; do
        cmp "$BUILD/board/$image" "$copy/build/board/$image" || fail "$image is another in a copy"
    done
}

[ -f "$BUILD/audit.settings" ] || fail "run make audit"
# CROSS, MBEDTLS_DIR, MAKERS, SEV_BUILD; SOURCES and ROM_SOURCES: what is compiled into the images.
# shellcheck disable=SC1091 # written by make
. "$BUILD/audit.settings"
list_commands
look_at_image
look_at_sources
reproduced='not tried (AUDIT_REPRODUCE=no)'
if [ "$REPRODUCE" != no ]; then
    reproduce
    reproduced='yes, in another directory'
fi
facts "$reproduced" >"$out/facts.tsv"
inputs >"$work/inputs"
xargs sha1sum <"$work/inputs" >"$work/sha1"
xargs sha256sum <"$work/inputs" >"$work/sha256"
awk -f $tools/sbom.awk "$out/facts.tsv" "$work/sha1" "$work/sha256" >"$out/sbom.spdx.json"
sh $tools/page.sh "$out" >"$out/index.html"
echo "audit: $(wc -l <"$work/commands") commands, $(grep -c . "$out/tests.tsv") tests," \
    "$(wc -l <"$out/untested.tsv") gaps, deepest stack" \
    "$(sort -t '	' -k 2 -n "$out/stack.tsv" | tail -n 1 | cut -f 2) of" \
    "$(awk '$1 == "stack_svc" { print $2 }' "$out/facts.tsv") bytes; see $out/index.html"
