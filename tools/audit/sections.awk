# SPDX-License-Identifier: Apache-2.0
# Sections of the specification: the commands, the files that cite them, the tests that know them.
#
# usage: awk -v untested=FILE -f sections.awk FUNCTIONS REACH TRACE FILE...
#
#   FUNCTIONS of graph.awk; REACH of stack.awk; TRACE of trace.awk; FILE: the sources of firmware/ and
#   abi/, then the tests
#
# A line per section: section ("SNP 4.2" of docs/snp.md, "4.2" of docs/specification.md), its commands,
# files that cite it, files of tests that know it, other commands that lead to files that cite it; lists
# are separated by commas, "-" is nothing. A test knows a section if it cites it or its chapter, has a
# test of one of its commands, or calls a function of a file that cites it; a chapter, if it knows a
# section of it. What no test knows and no command leads to is appended to UNTESTED.

BEGIN { FS = "\t" }
FNR == 1 { part++ }
part == 1 { source_of[$1] = $3; if ($8 == "global") defined_in[$2] = $3; next }
part == 2 { add(leading, source_of[$2], $1); next }
part == 3 {
    add(commands, $1, $2)
    known($1)
    n = split($5, list, ",")
    for (i = 1; i <= n; i++) {
        sub(/^.*@/, "", list[i])
        if (list[i] != "-") add(tests, $1, list[i])
    }
    next
}

# The sections that a line cites: "section 7.2", "sections 4.21, 7.5", "(SNP 4.3, 4.4)".
/[sS]ections? [0-9]|\(SNP [0-9]|SNP [0-9]+\.[0-9]/ {
    text = $0
    while (match(text, /([sS]ections?|SNP) [0-9]+(\.[0-9]+)?((,| and| to) [0-9]+(\.[0-9]+)?)*/)) {
        cited = substr(text, RSTART, RLENGTH)
        api = cited ~ /^SNP/ || FILENAME ~ /(^|\/|_)snp/ ? "SNP " : ""
        text = substr(text, RSTART + RLENGTH)
        sub(/^[A-Za-z]+ /, "", cited)
        gsub(/,| and| to/, "", cited)
        n = split(cited, list, " ")
        for (i = 1; i <= n; i++) cite(api list[i])
    }
}

FILENAME ~ /^tests\// {
    text = $0
    while (match(text, /[a-z_][a-z0-9_]*\(/)) {
        word = substr(text, RSTART, RLENGTH - 1)
        text = substr(text, RSTART + RLENGTH)
        if (word in defined_in) add(callers, defined_in[word], FILENAME)
    }
}

function cite(section) {
    if (FILENAME ~ /^tests\//) {
        add(tests, section, FILENAME)
        return
    }
    known(section)
    add(sources, section, FILENAME)
}

function known(section) {
    if (section in is_known) return
    is_known[section] = 1
    order[++count] = section
}

# Appends to a list of an array, once.
function add(lists, key, item) {
    if (index("," lists[key] ",", "," item ",")) return
    lists[key] = lists[key] == "" ? item : lists[key] "," item
}

# Tests of the functions of a file that cites the section; a header's are in the file of its name.
function add_callers(section,    n, i, m, j, files, found, source) {
    n = split(sources[section], files, ",")
    for (i = 1; i <= n; i++) {
        source = files[i]
        sub(/\.h$/, ".c", source)
        m = split(callers[source], found, ",")
        for (j = 1; j <= m; j++) add(tests, section, found[j])
        m = split(leading[source], found, ",")
        for (j = 1; j <= m; j++) add(through, section, found[j])
    }
}

function text_of(list) { return list == "" ? "-" : list }

# Adds the tests of one section to those of another.
function share(from, to,    n, i, list) {
    n = from == to ? 0 : split(tests[from], list, ",")
    for (i = 1; i <= n; i++) add(tests, to, list[i])
}

function chapter_of(section) {
    sub(/\.[0-9]+$/, "", section)
    return section
}

END {
    for (k = 1; k <= count; k++) share(chapter_of(order[k]), order[k])
    for (k = 1; k <= count; k++) add_callers(order[k])
    for (k = 1; k <= count; k++) share(order[k], chapter_of(order[k]))
    for (k = 1; k <= count; k++) {
        section = order[k]
        print section "\t" text_of(commands[section]) "\t" text_of(sources[section]) "\t" \
            text_of(tests[section]) "\t" text_of(through[section])
        if (tests[section] == "" && through[section] == "")
            print "section\t" section " (" sources[section] ")\tcited, and neither a test nor a " \
                "command leads to the files that do" >>untested
    }
}
