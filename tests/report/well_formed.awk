# SPDX-License-Identifier: Apache-2.0
# Checks a page of HTML: every element that is opened is closed in its place, attributes are in double
# quotes, nothing is loaded from elsewhere.
#
# usage: awk -f well_formed.awk PAGE     prints what is wrong; exit status 0 if nothing is

function wrong(what) {
    print FILENAME ": " what
    bad = 1
}

function attributes(tag, text,    name) {
    while (match(text, /^[ \t\n]+[a-zA-Z-]+(="[^"]*")?/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        gsub(/^[ \t\n]+/, "", name)
        if (name ~ /^on/)
            wrong("<" tag "> has " name)
        if (name ~ /^(src|href)=/ && name !~ /^[a-z]+="(#[a-z]+"|data:[a-z]*[\/,])/)
            wrong("<" tag "> loads " name)
    }
    if (text !~ /^[ \t\n]*$/)
        wrong("<" tag "> has an attribute that is none: " substr(text, 1, 40))
}

BEGIN { RS = "<"; depth = 0 }

NR == 1 { next } # Before the first tag.

# Inside of these nothing is a tag but their own end.
raw != "" && $0 !~ "^/" raw ">" { next }

/^!DOCTYPE html>/ || /^!-- [^>]*-->/ { next }

{
    end = index($0, ">")
    if (end == 0) {
        wrong("a tag that does not end: " substr($0, 1, 40))
        next
    }
    tag = substr($0, 1, end - 1)
}

substr(tag, 1, 1) == "/" {
    tag = substr(tag, 2)
    if (depth == 0 || open[depth] != tag)
        wrong("</" tag "> closes <" open[depth] ">")
    else
        depth--
    raw = ""
    next
}

{
    empty = sub(/\/$/, "", tag)
    name = tag
    sub(/[ \t\n].*/, "", name)
    if (name !~ /^[a-z][a-z0-9]*$/)
        wrong("no tag: <" substr(tag, 1, 40))
    attributes(name, substr(tag, length(name) + 1))
    count[name]++
    if (!empty && name !~ /^(meta|link|img|wbr)$/)
        open[++depth] = name
    if (name == "script" || name == "style")
        raw = name
}

END {
    if (depth != 0)
        wrong("<" open[depth] "> is not closed")
    if (count["script"] != 1 || count["style"] != 1 || count["h1"] != 1 || count["main"] != 1)
        wrong("a page has one script, one style, one h1 and one main")
    exit bad
}
