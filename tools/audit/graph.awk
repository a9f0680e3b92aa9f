# SPDX-License-Identifier: Apache-2.0
# The functions of an image, what they call, and how much stack each takes.
#
# usage: awk -v functions=FILE -v calls=FILE -f hex.awk -f graph.awk MAP NM SU DISASSEMBLY
#
#   MAP          the linker's map
#   NM           nm -S -n of the image
#   SU           the compiler's .su files, each line with its file and a tab before it
#   DISASSEMBLY  objdump -d of the image
#
# FUNCTIONS gets a line per function: address, name, source, bytes, stack in bytes, where that comes
# from ("su" the compiler, "code" the instructions, for assembly and libraries), and what the
# instructions take by themselves, and its binding. CALLS gets: address of the caller, of the callee
# ("*" where it is in a register), and the instruction's address.
# A frame whose size is not constant ends the program: there must be none.

FNR == 1 { part++ }

# The input sections of .text, by address.
part == 1 && /^ \.text/ || part == 1 && /^ \.(start|vectors|glue|rodata|data|bss)/ {
    named = $1
    if (NF == 1) { pending = 1; next }
    if (NF >= 4) add_section($2, $3, $4)
    next
}
part == 1 && pending { pending = 0; if (NF >= 3) add_section($1, $2, $3); next }
part == 1 { next }

function add_section(address, size, object,    from) {
    from = hex(address)
    if (from == 0 || hex(size) == 0) return
    section_from[++sections] = from
    section_end[sections] = from + hex(size)
    section_source[sections] = source_of(object)
}

part == 2 && NF == 4 && $3 ~ /^[tTwW]$/ {
    address = hex($1)
    if (address == last_address) next # An alias.
    last_address = address
    from[++count] = address
    name[count] = $4
    binding[count] = $3 ~ /^[TW]$/ ? "global" : "local"
    size[count] = hex($2)
    source[count] = source_at(address)
    next
}
part == 2 { next }

# A look-up in sections that are in the order of their addresses, as those of nm are.
function source_at(address) {
    if (!sorted) { sort_sections(); sorted = 1 }
    while (at < sections && section_end[order[at]] <= address) at++
    return section_from[order[at]] <= address && address < section_end[order[at]] ? \
        section_source[order[at]] : "linker"
}

function sort_sections(    i, j, x) {
    for (i = 1; i <= sections; i++) order[i] = i
    for (i = 2; i <= sections; i++) {
        x = order[i]
        for (j = i - 1; j > 0 && section_from[order[j]] > section_from[x]; j--)
            order[j + 1] = order[j]
        order[j + 1] = x
    }
    at = 1
}

part == 3 {
    object = $1
    if (sub(/^.*\/obj\/mbedtls_accel\//, "", object)) sub(/\.su$/, "_accel.c", object)
    else if (sub(/^.*\/obj\/mbedtls\//, "", object)) sub(/\.su$/, ".c", object)
    if (object != $1) object = "mbedtls/" object
    else { sub(/^.*\/obj\/firmware\//, "", object); sub(/\.su$/, "", object) }
    split($2, place, ":")
    if ($NF !~ /static/) {
        print "a frame of no constant size: " $2 >"/dev/stderr"
        failed = 1
    }
    # Two functions of a file can have one name in this list (clones): the larger counts.
    key = object SUBSEP place[4]
    if (!(key in stack) || stack[key] < $3) stack[key] = $3 + 0
    next
}

# The disassembly.
/^[0-9a-f]+ <.*>:$/ {
    address = hex($1)
    if (address in index_of_address) { current = index_of_address[address]; next }
    if (!indexed) {
        for (i = 1; i <= count; i++) index_of_address[from[i]] = i
        indexed = 1
        if (address in index_of_address) current = index_of_address[address]
    }
    next
}
/^ *[0-9a-f]+:\t/ {
    split($0, field, "\t")
    mnemonic = field[3]
    operands = field[4]
    sub(/ *[@;].*$/, "", operands)
    site = field[1]
    gsub(/[ :]/, "", site)
    pushed[current] += pushed_by(mnemonic, operands)
    note_call(mnemonic, operands)
}

# How far an instruction lowers the stack pointer.
function pushed_by(mnemonic, operands,    text) {
    if (mnemonic ~ /^(push|vpush)/) return list_bytes(operands)
    if (mnemonic ~ /^v?stm(db|fd)/ && operands ~ /^sp!/) return list_bytes(operands)
    if (mnemonic ~ /^sub/ && operands ~ /^sp, /) {
        if (operands !~ /#[0-9]+$/) {
            print name[current] ": the stack pointer is lowered by what is in a register" \
                >"/dev/stderr"
            failed = 1
        }
        text = operands
        sub(/^.*#/, "", text)
        return text + 0
    }
    if (operands ~ /\[sp, #-[0-9]+\]!/) {
        text = operands
        sub(/^.*#-/, "", text)
        return text + 0
    }
    return 0
}

# Bytes of a list of registers: {r4, r5, lr}, {d8-d15}.
function list_bytes(operands,    n, i, part_of, ends, bytes, first, last) {
    sub(/^[^{]*{/, "", operands)
    sub(/}.*$/, "", operands)
    n = split(operands, part_of, /, */)
    for (i = 1; i <= n; i++) {
        bytes = part_of[i] ~ /^d/ ? 8 : part_of[i] ~ /^q/ ? 16 : 4
        if (split(part_of[i], ends, "-") == 2) {
            first = ends[1]; last = ends[2]
            gsub(/[a-z]/, "", first); gsub(/[a-z]/, "", last)
            total_of[i] = bytes * (last - first + 1)
        } else total_of[i] = bytes
        if (i == 1) sum = 0
        sum += total_of[i]
    }
    return sum
}

function note_call(mnemonic, operands,    target, callee) {
    if (mnemonic ~ /^blx/ && operands ~ /^(r[0-9]+|ip|lr|sl|fp)$/ ||
        mnemonic ~ /^bx/ && operands ~ /^(r[0-9]+|ip|sl|fp)$/) {
        print from[current] "\t*\t" hex(site) >calls
        return
    }
    if (mnemonic !~ /^(bl?x?|b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)|cbn?z)(\.[nw])?$/ &&
        mnemonic !~ /^bl(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$/) return
    target = operands
    sub(/^(r[0-9]+|ip|lr|sl|fp), /, "", target)
    sub(/ .*$/, "", target)
    if (target !~ /^[0-9a-f]+$/) return
    target = hex(target)
    if (mnemonic !~ /^bl($|x)/ && target >= from[current] &&
        target < from[current] + size[current]) return
    callee = function_at(target)
    if (callee == 0 || callee == current && mnemonic !~ /^blx?$/) return
    if (!((current, callee) in seen)) print from[current] "\t" from[callee] "\t" hex(site) >calls
    seen[current, callee] = 1
}

# The function that an address is in.
function function_at(address,    low, high, middle) {
    if (address in index_of_address) return index_of_address[address]
    low = 1
    high = count
    while (low < high) {
        middle = int((low + high + 1) / 2)
        if (from[middle] <= address) low = middle
        else high = middle - 1
    }
    return from[low] <= address ? low : 0
}

# What the compiler says about a function; clones have endings that its list lacks.
function stack_of(i,    plain) {
    plain = name[i]
    if ((source[i], plain) in stack) return stack[source[i], plain]
    sub(/^accel_/, "", plain)
    if ((source[i], plain) in stack) return stack[source[i], plain]
    sub(/\.[0-9]+$/, "", plain)
    if ((source[i], plain) in stack) return stack[source[i], plain]
    sub(/\..*$/, "", plain)
    return (source[i], plain) in stack ? stack[source[i], plain] : -1
}

END {
    for (i = 1; i <= count; i++) {
        bytes = stack_of(i)
        printf "%d\t%s\t%s\t%d\t%d\t%s\t%d\t%s\n", from[i], name[i], source[i], size[i], \
            bytes < 0 ? pushed[i] : bytes, bytes < 0 ? "code" : "su", pushed[i], binding[i] \
            >functions
    }
    exit failed
}
