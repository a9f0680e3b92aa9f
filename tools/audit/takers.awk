# SPDX-License-Identifier: Apache-2.0
# Whose address the objects take: a function that nobody names here is called directly, or never.
#
# usage: objdump -r OBJECT... | awk -f hex.awk -f takers.awk
#
# A line for each: source, section, symbol.
/file format/ {
    object = $1
    sub(/:$/, "", object)
    if (object ~ /\/obj\/mbedtls\//) {
        sub(/^.*\/obj\/mbedtls\//, "mbedtls/", object)
        sub(/\.o$/, ".c", object)
        source = object
    } else source = source_of(object)
    next
}
/^RELOCATION RECORDS FOR/ {
    section = $4
    gsub(/[\[\]:]/, "", section)
    wanted = section !~ /debug|exidx|extab/
    next
}
wanted && $2 ~ /^R_ARM_(ABS32|TARGET1|REL32|MOV|THM_MOV)/ {
    line = source "\t" section "\t" $3
    if (!(line in seen)) print line
    seen[line] = 1
}
