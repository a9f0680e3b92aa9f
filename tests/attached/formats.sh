# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Reports and catalogue are well-formed.

# TAP: a version, a plan, as many tests, numbered from 1, and comments.
well_formed_tap() {
    awk '
        NR == 1 { good = $0 == "TAP version 13"; next }
        NR == 2 { good = good && /^1\.\.[1-9][0-9]*$/; plan = substr($0, 4); next }
        /^# / { next }
        /^(not )?ok [0-9]+ - [a-z0-9_.]+( # SKIP .+)?$/ {
            number = $1 == "not" ? $3 : $2
            good = good && number == ++seen
            next
        }
        { good = 0; print "line " NR ": " $0 }
        END { exit !(good && seen == plan) }' "$work/report"
}

# XML as far as the report uses it: elements end in the order in which they begin; attributes are in
# quotation marks; & and < stand for nothing else.
well_formed_xml() {
    awk '
        { text = text $0 "\n" }
        END {
            if (substr(text, 1, 6) != "<?xml ") exit 1
            sub(/^<\?xml [^?]*\?>/, "", text)
            while (match(text, /<[^<>]*>/)) {
                before = substr(text, 1, RSTART - 1)
                tag = substr(text, RSTART + 1, RLENGTH - 2)
                text = substr(text, RSTART + RLENGTH)
                gsub(/&(amp|lt|gt|quot);/, "", before)
                if (before ~ /[&<>]/) { print "text: " before; exit 1 }
                if (tag ~ /^\//) {
                    if (stack[depth--] != substr(tag, 2)) { print "end: " tag; exit 1 }
                    continue
                }
                empty = sub(/\/$/, "", tag)
                name = tag
                sub(/[ \n].*/, "", name)
                rest = substr(tag, length(name) + 1)
                gsub(/[ \n]+[a-z]+="[^"<&]*(&(amp|lt|gt|quot);[^"<&]*)*"/, "", rest)
                if (rest !~ /^[ \n]*$/) { print "attributes: " tag; exit 1 }
                if (!empty) stack[++depth] = name
            }
            exit !(depth == 0 && text ~ /^\n*$/)
        }' "$1" && { left_out_xmllint || xmllint --noout "$1"; }
}
left_out_xmllint() { ! command -v xmllint >/dev/null; }

junit_is_sound() {
    conformance --board "$1" --junit "$work/junit.xml" --quick init && well_formed_xml "$work/junit.xml" &&
        grep -q '<testsuite name="virtasp.conformance.es" tests="[1-9][0-9]*" failures="0"' \
            "$work/junit.xml" &&
        [ "$(grep -c '<testcase ' "$work/junit.xml")" -eq \
            "$(sed -n 's/.* tests="\([0-9]*\)".*/\1/p' "$work/junit.xml")" ]
}

# A tool that reads JSON need not be there: each line is one case, of a form that is looked at.
catalogue_is_sound() {
    for profile in es snp; do
        "$VIRTASP" conformance --list --profile $profile >"$work/names" &&
            "$VIRTASP" conformance --list --json --profile $profile >"$work/report" || return 1
        [ -s "$work/names" ] && [ -z "$(sort "$work/names" | uniq -d)" ] || return 1
        sed -n 's/^    {"id": "\([^"]*\)", "command": .*"statuses": \[.*\], "needs": \[.*\], "also": \[.*\]},\{0,1\}$/\1/p' \
            "$work/report" | cmp - "$work/names" || return 1
        [ "$(sed -n '1p; $p' "$work/report" | tr -d '\n')" = '{}' ] || return 1
    done
    "$VIRTASP" conformance --list --json | grep -q \
        '"id": "every.launch_start.wrong_platform_state", "command": "LAUNCH_START", "command_id": 48, "section": "'
}
