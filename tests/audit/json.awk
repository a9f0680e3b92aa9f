# SPDX-License-Identifier: Apache-2.0
# Whether a file is JSON: exit status 0 if it is.
#
# usage: awk -f json.awk FILE
{ text = text $0 "\n" }

function blank() { sub(/^[ \t\r\n]+/, "", text) }
function wrong(what) { print "no JSON: " what ": " substr(text, 1, 60) >"/dev/stderr"; exit failed = 1 }
function eat(length_) { text = substr(text, length_ + 1); blank() }

function value() {
    blank()
    if (text ~ /^\{/) { eat(1); members(); return }
    if (text ~ /^\[/) { eat(1); elements(); return }
    if (match(text, /^"([^"\\]|\\["\\\/bfnrtu])*"/) || match(text, /^(true|false|null)/) ||
        match(text, /^-?[0-9]+(\.[0-9]+)?/)) eat(RLENGTH)
    else wrong("a value")
}

function members() {
    if (text ~ /^\}/) { eat(1); return }
    for (;;) {
        if (!match(text, /^"[^"]*"/)) wrong("a name")
        eat(RLENGTH)
        if (text !~ /^:/) wrong("a colon")
        eat(1)
        value()
        if (text ~ /^\}/) { eat(1); return }
        if (text !~ /^,/) wrong("a comma")
        eat(1)
    }
}

function elements() {
    if (text ~ /^\]/) { eat(1); return }
    for (;;) {
        value()
        if (text ~ /^\]/) { eat(1); return }
        if (text !~ /^,/) wrong("a comma")
        eat(1)
    }
}

END {
    if (failed) exit 1
    value()
    if (text != "") wrong("an end")
}
