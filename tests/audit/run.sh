#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What make audit writes: facts that are known from elsewhere, and faults that it must notice.
#
# usage: sh tests/audit/run.sh [DIRECTORY]     in the root of the source tree, after `make tests`
#
# DIRECTORY keeps the page's pictures. CHROMIUM: the browser, "chromium" if it is not given.

set -u

BUILD=${BUILD:-build}
export BUILD
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
scratch audit
# shellcheck disable=SC2154 # scratch sets it
out=$work/audit
tools=$(pwd)/tools/audit
elf=$BUILD/board/firmware.elf
CROSS=
MAKERS=
# shellcheck disable=SC1091 # written by make
. "$BUILD/audit.settings"

is_written() {
    REPRODUCE=no sh scripts/audit.sh "$out" || return 1
    for name in index.html sbom.spdx.json commands.tsv facts.tsv functions.tsv memory.tsv \
        secrets.tsv sections.tsv sizes.tsv stack.tsv statuses.tsv tests.tsv threats.tsv trace.tsv; do
        [ -s "$out/$name" ] || {
            echo "no $name"
            return 1
        }
    done
}

# The sums by the linker's map are the sections of the image.
sums_are_the_images() {
    "${CROSS}size" -A "$elf" | awk '/^\.(text|rodata|data|bss|bulk|stacks) / { print $1, $2 }' |
        sort >"$work/sections"
    awk -F '\t' '{ sum[$1] += $5 } END { for (s in sum) print s, sum[s] }' "$out/sizes.tsv" |
        sort >"$work/sums"
    diff "$work/sections" "$work/sums"
}

# Every row, and every status of each.
tables_are_whole() {
    cat "$BUILD/command-table.tsv" "$BUILD/command-table-snp.tsv" >"$work/rows"
    cut -f 2 "$work/rows" | sort >"$work/names"
    for table in commands trace; do
        column=$([ $table = trace ] && echo 2 || echo 1)
        cut -f "$column" "$out/$table.tsv" | sort | diff "$work/names" - || return 1
    done
    awk -F '\t' '!/^\(/ { print $1 }' "$out/stack.tsv" | sort | diff "$work/names" - || return 1
    awk -F '\t' '{ sum += split($9, list, ",") } END { print sum }' "$work/rows" >"$work/expected"
    wc -l <"$out/statuses.tsv" | diff "$work/expected" -
}

# What a command may answer, a test of that command shows, whatever the suites leave out.
statuses_are_all_shown() { ! grep -P '^(command|status)\t' "$out/untested.tsv"; }

# Each way adds up to what is said of it, and is shorter than the stack of the linker script.
stacks_add_up() {
    limit=$(awk '/__stack_svc_start/ { getline; print $3 }' linker/stacks.ld | tr -d ';')
    awk -F '\t' -v limit="$((limit))" '
        {
            n = split($4, step, " > ")
            sum = 0
            for (i = 1; i <= n; i++) { sub(/^.*:/, "", step[i]); sum += step[i] }
            if (sum != $2 || $2 > limit) { print; bad = 1 }
        }
        END { exit bad || limit == 0 }' "$out/stack.tsv"
}

# The wiping of P-384's stack is deep on purpose: each command that makes a key has it.
deep_ones_are_found() {
    deep=$(awk -F '\t' '/:p384_wipe_stack\t/ { print $2 }' \
        "$BUILD/obj/firmware/crypto/p384_secrets.c.su")
    for command in PEK_GEN PDH_GEN LAUNCH_START; do
        grep -P "^$command\t" "$out/stack.tsv" | grep -q " p384_wipe_stack:$deep " || {
            echo "$command: not the $deep bytes of p384_wipe_stack"
            return 1
        }
    done
}

# What compiler and instructions say of a frame differs in clones at most.
frames_agree() {
    awk -F '\t' '
        $6 == "su" { n++; other += $5 != $7 }
        END { print other " of " n + 0; exit n == 0 || other > n / 100 }' "$out/functions.tsv"
}

# The files that go to memory, by their text.
doors_are_all() {
    grep -rlE '(hostmem_(copy_|(set|replace|exchange)_word)[a-z_]*|hal_dram_[a-z]+)\(' firmware \
        --include='*.c' | sort >"$work/expected"
    cut -f 3 "$out/memory.tsv" | sort -u | diff "$work/expected" -
}

wipes_are_all() {
    grep -rE '^[^*]*crypto_wipe\(' firmware crypto hal/qemu_virt hal/shared boot arch \
        --include='*.[ch]' | grep -vc '^crypto/secret\.' >"$work/expected"
    awk -F '\t' '$4 == "wiped"' "$out/secrets.tsv" | wc -l | diff "$work/expected" -
}

# secrets_of TREE
secrets_of() {
    # shellcheck disable=SC2046 # names of sources have no blanks
    (cd "$1" && awk -v list="$tools/secrets.txt" -v makers="$MAKERS" -f "$tools/secrets.awk" \
        $(find firmware crypto hal/qemu_virt hal/shared boot arch -name '*.[ch]' |
            grep -v '^crypto/secret\.' | sort)) >/dev/null 2>"$work/message"
}

# secrets_notice PATTERN FILE EXPRESSION: when sed has changed a file, the message has the pattern.
secrets_notice() {
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -r firmware crypto hal boot arch "$work/tree/"
    secrets_of "$work/tree" || {
        cat "$work/message"
        return 1
    }
    sed -i "$3" "$work/tree/$2"
    if secrets_of "$work/tree"; then
        echo "nothing was noticed"
        return 1
    fi
    cat "$work/message"
    grep -q "$1" "$work/message"
}

# notices_missing_tests COMMAND: the gaps when the files with the command's tests are not there.
notices_missing_tests() {
    awk -F '\t' -v command="$1" 'index("," $3 ",", "," command ",") { print $2 }' "$out/tests.tsv" |
        sort -u >"$work/files"
    [ -s "$work/files" ] || return 1
    mkdir -p "$work/trace"
    find tests -name '*.c' | grep -vxFf "$work/files" | sort |
        xargs awk -v ids="$out/work/commands" -f tools/audit/tests.awk >"$work/trace/tests.tsv"
    awk -v out="$work/trace" -f tools/audit/trace.awk "$out/work/commands" \
        "$BUILD/command-table.tsv" "$BUILD/command-table-snp.tsv" "$work/trace/tests.tsv" \
        docs/threat-model.md tests/mutants/mutants.txt tests/conformance/excuses.c \
        tests/hypervisor/test_coverage.c || return 1
    grep -P "^command\t$1\t" "$work/trace/untested.tsv" &&
        ! grep -P "^command\t$1\t" "$out/untested.tsv"
}

# A handler that reads DRAM past hostmem: a call is added to those of the image.
notices_way_past_hostmem() {
    from=$(awk -F '\t' '$3 == "firmware/sev/nop.c" { print $1; exit }' "$out/functions.tsv")
    to=$(awk -F '\t' '$2 == "hal_dram_read" { print $1 }' "$out/functions.tsv")
    { cat "$out/work/calls" && printf '%s\t%s\t0\n' "$from" "$to"; } >"$work/calls"
    ! awk -v doors="$work/doors" -v commands="$work/commands" -f tools/audit/memory.awk \
        "$out/functions.tsv" "$work/calls" "$out/work/reach" "$out/work/commands" "$out/sizes.tsv" \
        "$out/stack.tsv" 2>"$work/message" &&
        grep 'calls hal_dram_read, past hostmem' "$work/message"
}

bill_is_right() {
    bill=$out/sbom.spdx.json
    awk -f tests/audit/json.awk "$bill" || return 1
    for sum in "$(sha256sum "$BUILD/board/firmware.bin")" "$(sha256sum "$BUILD/board/rom.bin")" \
        "$(sha1sum firmware/main.c)" "$(sha256sum crypto/aes.c)" "$(sha1sum linker/firmware.ld)"; do
        grep -q "\"${sum%% *}\"" "$bill" || {
            echo "not in the bill: $sum"
            return 1
        }
    done
    grep -o '"SPDXID": "[^"]*"' "$bill" | sort | uniq -d >"$work/twice"
    [ ! -s "$work/twice" ] && grep -q '"versionInfo": "3\.6\.' "$bill"
}

# Nothing is loaded from anywhere.
page_is_whole() {
    ! grep -oE '(src|href)="[^#d][^"]*"|@import|url\([^d]|https?://[^"< ]*' "$out/index.html"
}

# count_lines COMMAND...: a script's own tests, a line each.
count_lines() {
    "$@" >"$work/lines" 2>&1
    ended=$?
    passed=$((passed + $(grep -c '^ok ' "$work/lines")))
    failed=$((failed + $(grep -c '^FAIL ' "$work/lines")))
    cat "$work/lines"
    return $ended
}

check 'an audit is written' is_written
check 'sizes add up to the sections of the image' sums_are_the_images
check 'every command and every status is there' tables_are_whole
check "each status of each command is shown by a test" statuses_are_all_shown
check 'ways of the stack add up, and fit' stacks_add_up
check 'a function that is known to be deep is found' deep_ones_are_found
check 'compiler and instructions agree about frames' frames_agree
check 'every file that goes to memory is there' doors_are_all
check 'every wipe of the sources is there' wipes_are_all
check 'a wipe that is gone is noticed' secrets_notice '"wiped firmware/sev/send_start.c:handle' \
    firmware/sev/send_start.c '/crypto_wipe(&keys/d'
check 'a wipe of nobody knows what is noticed' secrets_notice 'does not say whose' \
    firmware/sev/nop.c 's/^    return .*/    crypto_wipe(command, 1);\n&/'
check 'a secret that nobody listed is noticed' secrets_notice 'nop.c:.*not in the list' \
    firmware/sev/nop.c 's/^    return .*/    crypto_random_secret(command, 1);\n&/'
check 'a command without tests is noticed' notices_missing_tests SEND_FINISH
check 'a way past hostmem is noticed' notices_way_past_hostmem
check 'the bill of materials is right' bill_is_right
check 'the page needs nothing else' page_is_whole
count_lines sh tests/audit/graph.sh "$work" "$CROSS" || [ "$failed" -gt 0 ] || failed=1
pictures=${1:-$work}
mkdir -p "$pictures"
count_lines sh tests/audit/look.sh "$out/index.html" "$pictures"
case $? in
0) ;;
77) echo "left out: opening the page, since there is no chromium (scripts/setup.sh look)" ;;
*) [ "$failed" -gt 0 ] || failed=1 ;;
esac

counted
