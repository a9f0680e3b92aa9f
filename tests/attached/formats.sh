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

# JUnit's report replaces nothing but its like.
junit_replaces_nothing() {
    cp "$1/fuses.bin" "$work/fuses" && echo notes >"$work/text" || return 1
    for file in "$1/fuses.bin" "$work/text"; do
        conformance --board "$1" --junit "$file" --quick init
        [ $? -eq 1 ] && ! grep -q . "$work/report" && grep -q ', and stays$' "$work/notes" || return 1
    done
    cmp "$work/fuses" "$1/fuses.bin" && grep -qx notes "$work/text" &&
        conformance --board "$1" --junit /dev/null --quick init &&
        conformance --board "$1" --junit "$work/twice.xml" --quick init &&
        conformance --board "$1" --junit "$work/twice.xml" --quick init &&
        well_formed_xml "$work/twice.xml"
}

# Cases of SEV-ES are not those of the profile sev; a name chooses cases, as it does in a run.
catalogue_is_chosen() {
    "$VIRTASP" conformance --list >"$work/names" &&
        "$VIRTASP" conformance --list --profile sev >"$work/sev" &&
        grep -qx 'launch_update_vmsa.*' "$work/names" && ! grep -q '^launch_update_vmsa' "$work/sev" &&
        "$VIRTASP" conformance --list platform_status >"$work/some" &&
        grep '^platform_status\.' "$work/names" | cmp - "$work/some" &&
        "$VIRTASP" conformance --list --json --profile sev >"$work/report" &&
        ! grep -q '"needs": \[[^]]*"es"' "$work/report"
}

# The message is what the case said, not where the specification is.
junit_names_failures() {
    lies "$1" --status 0x21:0xD:0
    conformance --mailbox "$work/lies" --dram "$1/run/dram" --fabric "$1/run/fabric" \
        --junit "$work/failures.xml" activate
    stop_liar
    well_formed_xml "$work/failures.xml" &&
        grep -q '<failure message="ACTIVATE: SUCCESS, not INVALID_ASID">section ' "$work/failures.xml"
}

# An earlier report stays until there is another, which has what was done.
ends_when_asked_to() {
    echo '<?xml version="earlier"?>' >"$work/end.xml"
    : >"$work/report" # Else the wait below could see what the case before has left.
    "$VIRTASP" conformance --board "$1" --junit "$work/end.xml" >"$work/report" 2>"$work/notes" &
    ending=$!
    tries=600
    until grep -q '^ok' "$work/report"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 "$ending" || return 1
        sleep 0.05
    done
    before=$(cat "$work/end.xml")
    kill -TERM "$ending"
    wait "$ending"
    [ $? -eq 143 ] && [ "$before" = '<?xml version="earlier"?>' ] && reports '^given up: interrupted$' &&
        reports '^[1-9][0-9]* passed, 0 failed, ' && well_formed_xml "$work/end.xml" &&
        grep -q '<testcase ' "$work/end.xml" && "$VIRTASP" status "$1" | grep -q '^platform  *UNINIT'
}
