#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the documentation: docs/commands.md is what the command table and the sources say, the
# generator notices when they disagree, and what the pages name exists.
#
# usage: sh tests/docs/run.sh          in the root of the source tree, after `make tests`

set -u

BUILD=${BUILD:-build}
generator=$(cd "$BUILD/host" && pwd)/command-docs
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
scratch docs

# A copy of what the generator reads, for a test to spoil.
fresh_copy() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/firmware" "$work/tree/abi"
    cp -r firmware/sev firmware/snp "$work/tree/firmware/"
    cp abi/sev_commands.h abi/snp_commands.h "$work/tree/abi/"
}

# refuses PATTERN: the generator must fail on the copy, with a message that has the pattern.
refuses() {
    if (cd "$work/tree" && "$generator" >/dev/null 2>"$work/message"); then
        echo "the generator did not notice"
        return 1
    fi
    grep -q "$1" "$work/message" || {
        echo "another message than expected ($1):"
        cat "$work/message"
        return 1
    }
}

is_current() {
    "$generator" >"$work/commands.md" || return 1
    diff -u docs/commands.md "$work/commands.md" && return
    echo "docs/commands.md is out of date: run make docs"
    return 1
}

copy_is_accepted() {
    fresh_copy
    (cd "$work/tree" && "$generator" | cmp - "$work/commands.md")
}

notices_missing_status() {
    fresh_copy
    sed -i '/^ \*   WBINVD_REQUIRED/d' "$work/tree/firmware/sev/df_flush.c"
    refuses 'DF_FLUSH: its row has WBINVD_REQUIRED but its comment does not'
}

notices_missing_status_of_snp() {
    fresh_copy
    sed -i '/^ \*   WBINVD_REQUIRED/d' "$work/tree/firmware/snp/df_flush.c"
    refuses 'SNP_DF_FLUSH: its row has WBINVD_REQUIRED but its comment does not'
}

notices_extra_status() {
    fresh_copy
    sed -i 's/^ \*   SUCCESS  always/&\n *   INACTIVE  never/' "$work/tree/firmware/sev/nop.c"
    refuses 'NOP: its comment lists INACTIVE but its row does not'
}

notices_unknown_status() {
    fresh_copy
    sed -i 's/^ \*   SUCCESS  always/&\n *   SOMETHING  never/' "$work/tree/firmware/sev/nop.c"
    refuses 'unknown status SOMETHING'
}

notices_missing_file() {
    fresh_copy
    rm "$work/tree/firmware/sev/get_id.c"
    refuses 'firmware/sev/get_id.c: No such file'
}

notices_wrong_tag() {
    fresh_copy
    sed -i 's|uint32_t csr_length; /\*\*< IO \*/|uint32_t csr_length; /**< I */|' \
        "$work/tree/abi/sev_commands.h"
    refuses 'csr_length is tagged "I" but its row writes it'
}

notices_wrong_size() {
    fresh_copy
    sed -i 's|uint8_t state;   /\*\*< O: enum sev_guest_state|uint32_t state; /**< O: enum|' \
        "$work/tree/abi/sev_commands.h"
    refuses 'struct sev_guest_status has 16 bytes, its row says 13'
}

notices_wrong_size_of_snp() {
    fresh_copy
    sed -i '/^struct snp_activate {/,/^}/s/uint32_t asid;/uint64_t asid;/' \
        "$work/tree/abi/snp_commands.h"
    refuses 'struct snp_activate has 16 bytes, its row says 12'
}

# "SNP 2.1" is in chapter 2 of snp.md, "5.1" in chapter 5 of specification.md: the link leads there.
sections_are_where_they_link() {
    sed -n 's/^- section: \(SNP \)\{0,1\}\([0-9]*\)\.[0-9]* (\[\(.*\)\](\(.*\)))$/\1|\2|\3|\4/p' docs/commands.md \
        >"$work/sections"
    [ "$(wc -l <"$work/sections")" -eq "$(grep -c '^- section' docs/commands.md)" ] || return
    while IFS='|' read -r kind chapter text target; do
        page=specification.md
        [ -z "$kind" ] || page=snp.md
        [ "$text" = "$page" ] && [ "$target" = "$page" ] &&
            grep -q "^## $chapter\. " "docs/$page" || echo "chapter $kind$chapter: $text, $target"
    done <"$work/sections" >"$work/broken"
    cat "$work/broken"
    [ ! -s "$work/broken" ]
}

# Links [text](target) to files of the tree, relative to the page.
links_lead_somewhere() {
    for page in *.md docs/*.md; do
        grep -o '](\([^)#:]*\)[^):]*)' "$page" | sed 's/^](//; s/[)#].*//' >"$work/targets"
        while read -r target; do
            [ -e "$(dirname "$page")/$target" ] || echo "$page: $target"
        done <"$work/targets"
    done >"$work/broken"
    cat "$work/broken"
    [ ! -s "$work/broken" ]
}

# Files and directories of the tree that a page names in `code`.
names_exist() {
    tree='abi|arch|boot|crypto|docs|firmware|hal|host|linker|mk|scripts|tests|tools'
    for page in *.md docs/*.md; do
        # shellcheck disable=SC2016 # the quotes are the page's own
        grep -oE '`('"$tree"')/[A-Za-z0-9_./-]*`' "$page" | tr -d '\140' |
            grep -v NAME | sort -u >"$work/names"
        while read -r name; do
            [ -e "$name" ] || echo "$page: $name"
        done <"$work/names"
    done >"$work/broken"
    cat "$work/broken"
    [ ! -s "$work/broken" ]
}

# Names of tests and functions, in two pages that cite them.
identifiers_exist() {
    for page in docs/threat-model.md docs/spec-choices.md; do
        # shellcheck disable=SC2016 # the quotes are the page's own
        grep -oE '`[a-z0-9]+(_[a-z0-9]+)+(\(\))?`' "$page" | tr -d '\140()' | sort -u >"$work/names"
        while read -r name; do
            grep -rqw "$name" tests abi arch boot crypto firmware hal host || echo "$page: $name"
        done <"$work/names"
    done >"$work/broken"
    cat "$work/broken"
    [ ! -s "$work/broken" ]
}

# check_readme LINE...: what scripts/readme-check.sh makes of a page with these lines.
check_readme() {
    # shellcheck disable=SC2016 # the quotes are the page's own
    {
        printf 'Text with `make all`, `make host`, `make board`, `make hosted`, `make clean`,\n'
        printf '`make help`, `virtasp help COMMAND`, `virtasp start`, `--memory` and `--dram FILE`.\n\n'
        printf '%s\n' "$@"
    } >"$work/README"
    README=$work/README scripts/readme-check.sh >"$work/message" 2>&1
}

readme_works() {
    check_readme '    build/host/virtasp help      # a comment' '    build/host/virtasp --version' \
        '' '    not a command' '    make bogus' || {
        cat "$work/message"
        return 1
    }
}

# In the text, as code.
quoted() { printf '\140%s\140' "$1"; }

# readme_fails COMMAND LINE...: the command must be complained about, and nothing else.
readme_fails() {
    command=$1
    shift
    if check_readme "$@"; then
        echo "the check did not notice"
        return 1
    fi
    cat "$work/message"
    grep -qxF "README: this does not work: $command" "$work/message" &&
        [ "$(grep -c '^README: ' "$work/message")" -eq 1 ]
}

readme_is_empty() {
    echo 'Text.' >"$work/README"
    ! README=$work/README scripts/readme-check.sh >"$work/message" 2>&1 &&
        grep -q 'only 0 commands' "$work/message"
}

check 'docs/commands.md is current' is_current
check 'an unchanged copy gives the same page' copy_is_accepted
check 'a status that the comment lacks is noticed' notices_missing_status
check 'a status that the comment of an SEV-SNP command lacks is noticed' notices_missing_status_of_snp
check 'a status that the row lacks is noticed' notices_extra_status
check 'a status that does not exist is noticed' notices_unknown_status
check 'a command without a file is noticed' notices_missing_file
check 'a wrong direction of a field is noticed' notices_wrong_tag
check 'a wrong size of the parameters is noticed' notices_wrong_size
check 'a wrong size of parameters of SEV-SNP is noticed' notices_wrong_size_of_snp
check 'links lead to files' links_lead_somewhere
check 'sections of commands lead to the page that has them' sections_are_where_they_link
check 'files that are named exist' names_exist
check 'tests and functions that are cited exist' identifiers_exist
check 'a README whose commands work is accepted' readme_works
check 'a command that fails is noticed' readme_fails 'build/host/virtasp status nothing' \
    '    build/host/virtasp status nothing'
check 'a subcommand that is gone is noticed' readme_fails 'virtasp bogus DIR' "$(quoted 'virtasp bogus DIR')"
check 'a target that is gone is noticed' readme_fails 'make bogus' '    make bogus'
check 'a target in the text that is gone is noticed' readme_fails 'make bogus' "$(quoted 'make bogus')"
check 'an option that is gone is noticed' readme_fails '--bogus' "$(quoted --bogus)"
check 'a page without commands is noticed' readme_is_empty

counted
