#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the manual page of a command, from the text of its --help.
#
# usage: scripts/man-page.sh VIRTASP VERSION [COMMAND]      standard output: roff, for man(1)
#
# SOURCE_DATE_EPOCH: seconds since 1970, the date on the page.
#
# The text has sections in capitals, and in them, four spaces in, paragraphs or, in some sections,
# entries: a term, two spaces or more, and what it means, which goes on in lines that are further in.

set -eu

virtasp=$1 version=$2 command=${3:-}
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%d)
text() {
    case $command in
    run-kernel) "$virtasp" run --kernel --help ;; # a program of its own, and a page of its own
    *) "$virtasp" help ${command:+"$command"} ;;
    esac
}
text | awk -v page="virtasp${command:+-$command}" -v version="$version" \
    -v date="$date" -v is_command="${command:+1}" '
    # Text as roff takes it: hyphens of options are typed, not typeset.
    function plain(text) {
        gsub(/\\/, "\\e", text)
        gsub(/-/, "\\-", text)
        if (text ~ /^[.\x27]/)
            text = "\\&" text
        return text
    }
    function has_entries(name) {
        return name == "OPTIONS" || name == "EXIT STATUS" || name == "FILES" ||
            name == "COMMANDS" || name == "ADDRESSES" || name == "GUESTS"
    }
    BEGIN {
        printf ".\\\" Written by scripts/man-page.sh from the text of --help.\n"
        printf ".TH %s 1 %s \"virtasp %s\" \"virtasp\"\n", toupper(page), date, version
    }
    /^[A-Z]/ {
        if (section == "EXAMPLES")
            print ".EE"
        section = $0
        printf ".SH \"%s\"\n", section
        if (section == "EXAMPLES")
            print ".EX"
        fresh = 1
        blank = 0
        next
    }
    /^$/ { blank = 1; next }
    {
        text = substr($0, 5)
    }
    section == "NAME" {
        sub(/^virtasp /, "virtasp-", text)
        if (!is_command)
            sub(/^virtasp-- /, "virtasp - ", text)
        split(text, parts, " - ")
        sub(/ --/, "-", parts[1])
        printf "%s \\- %s\n", plain(parts[1]), plain(parts[2])
        next
    }
    section == "SYNOPSIS" {
        if (!fresh)
            print ".br"
        printf "%s\n", plain(text)
        fresh = 0
        next
    }
    section == "EXAMPLES" { print plain(text); next }
    has_entries(section) && text !~ /^ / {
        # The term ends where two spaces are. A sentence that stands alone is a paragraph.
        at = match(text, /  +/)
        if (at || text ~ /^-/ || section == "FILES" || section == "ADDRESSES") {
            print ".TP"
            printf ".B %s\n", plain(at ? substr(text, 1, at - 1) : text)
            if (at)
                print plain(substr(text, at + RLENGTH))
        } else {
            if (blank)
                print ".PP"
            print plain(text)
        }
        blank = 0
        next
    }
    {
        if (blank)
            print has_entries(section) ? ".IP" : ".PP"
        blank = 0
        # A line that is further in than its paragraph is an example.
        if (!has_entries(section) && text ~ /^    /) {
            print ".EX"
            print plain(text)
            print ".EE"
        } else {
            sub(/^ +/, "", text)
            print plain(text)
        }
    }
    END {
        if (section == "EXAMPLES")
            print ".EE"
        if (is_command)
            print ".SH \"SEE ALSO\"\n.BR virtasp (1)"
    }'
