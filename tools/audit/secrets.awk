# SPDX-License-Identifier: Apache-2.0
# Compares secrets.txt with the sources.
#
# usage: awk -v list=secrets.txt -v makers='NAME|NAME' -f secrets.awk FILE...
#
# A line per fact: secret, what it is, life, kind (made, kept, wiped), file, line in it, function or
# variable, what is wiped. What the list has and the sources lack, and the other way round, is written to
# standard error, and the exit status is then 1.

BEGIN {
    while ((getline line <list) > 0) {
        if (line ~ /^#/ || line ~ /^ *$/) continue
        if (line ~ /^secret /) { secret = substr(line, 8); continue }
        sub(/^ +/, "", line)
        word = line
        sub(/ .*$/, "", word)
        sub(/^[a-z]+ +/, "", line)
        if (word == "is") is[secret] = line
        else if (word == "life") life[secret] = line
        else if (word ~ /^(made|kept|wiped)$/) declare(word, line)
        else complain(secret ": a line \"" word "\", which means nothing")
    }
}

function declare(kind, text,    key) {
    key = kind " " text
    if (key in owner) complain(text ": in the list twice")
    owner[key] = secret
    keys[++count] = key
}

function complain(text) { print "secrets: " text >"/dev/stderr"; failed = 1 }

FNR == 1 { inside = "" }
/^[a-z_].*[a-z0-9_]+\(/ && !/;$/ {
    inside = $0
    sub(/__attribute__\(\([a-z_]*\)\) /, "", inside)
    sub(/\(.*$/, "", inside)
    sub(/^.*[ *]/, "", inside)
}
/^(static |uint|}).*[;={]$/ || /^}.*\*\/$/ || /^static .*; \/\*/ {
    text = $0
    sub(/ *(=|__attribute|;).*$/, "", text)
    gsub(/\[[^\]]*\]/, "", text)
    sub(/^.*[ *]/, "", text)
    fact("kept " FILENAME ":" text, text, "")
}
/^[ \t].*crypto_wipe\(/ && !/^ *\*/ {
    text = argument($0)
    fact("wiped " FILENAME ":" inside " " text, inside, text)
    if (!(("wiped " FILENAME ":" inside " " text) in owner))
        complain(FILENAME ":" FNR ": wipes " text ", and the list does not say whose it is")
}
/^[ \t]/ && !/^ *\*/ && $0 ~ "(^|[^a-z0-9_])(" makers ")\\(" {
    if (("made " FILENAME ":" inside) in owner) fact("made " FILENAME ":" inside, inside, "")
    else complain(FILENAME ":" FNR ": " inside " makes a secret that is not in the list")
}

# The first argument of crypto_wipe(): up to a comma outside of parentheses.
function argument(text,    depth, i, c) {
    sub(/^.*crypto_wipe\(/, "", text)
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "(" || c == "[") depth++
        else if (c == ")" || c == "]") depth--
        else if (c == "," && depth == 0) break
    }
    return substr(text, 1, i - 1)
}

function fact(key, where, what,    kind, secret) {
    if (!(key in owner)) return
    found[key] = 1
    kind = key
    sub(/ .*$/, "", kind)
    secret = owner[key]
    print secret "\t" is[secret] "\t" life[secret] "\t" kind "\t" FILENAME "\t" FNR "\t" where "\t" what
}

END {
    for (i = 1; i <= count; i++)
        if (!(keys[i] in found)) complain("\"" keys[i] "\": the sources have no such thing")
    exit failed
}
