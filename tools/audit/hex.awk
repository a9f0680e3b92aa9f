# SPDX-License-Identifier: Apache-2.0
# What the other programs here share: numbers in hexadecimal, names of sources and modules.

# hex(TEXT): the number that TEXT is in hexadecimal, with or without 0x.
function hex(text,    i, value) {
    text = tolower(text)
    sub(/^0x/, "", text)
    for (i = 1; i <= length(text); i++) {
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    }
    return value + 0
}

# source_of(OBJECT): what an object of the map was compiled from: firmware/mailbox.c, mbedtls/aes.c,
# newlib/memcpy, libgcc/_udivmoddi4.
function source_of(object,    member) {
    member = object
    if (sub(/^.*\(/, "", member)) {
        sub(/\.o\)$/, "", member)
        if (object ~ /\/libmbedcrypto\.a\(/) return "mbedtls/" member ".c"
        sub(/^lib_a-/, "", member)
        sub(/^libc_a-/, "", member)
        return (object ~ /\/libgcc\.a\(/ ? "libgcc/" : "newlib/") member
    }
    sub(/^.*\/obj\/firmware\//, "", object)
    sub(/\.o$/, "", object)
    return object
}

# module_of(SOURCE): its directory.
function module_of(source) {
    sub(/\/[^\/]*$/, "", source)
    return source
}
