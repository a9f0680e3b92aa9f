# SPDX-License-Identifier: Apache-2.0
# Where the bytes of an image are, by the linker's map.
#
# usage: awk -f hex.awk -f sizes.awk MAP
#
# A line per piece: section of the image, module, source, piece, bytes. What the linker puts between
# two is of the module "(alignment)", so that the sums are those of the image.

BEGIN { OFS = "\t" }
/^Linker script and memory map/ { mapped = 1 }
!mapped { next }

# A section of the image.
/^\.[a-z]/ {
    end_section()
    section = $1
    if (NF < 3) { open_next = 1; next }
    begin_section($2, $3)
    next
}
open_next { open_next = 0; if ($1 ~ /^0x/) begin_section($1, $2); next }
/^[^ ]/ { end_section(); next }

# A piece of it: name, address, bytes, object; on two lines when the name is long.
section != "" && /^ [.A-Z]/ && NF == 1 { piece = $1; named = 1; next }
section != "" && named { named = 0; if ($1 ~ /^0x/ && NF >= 3) add(piece, $1, $2, $3); next }
section != "" && /^ [.A-Z]/ && $2 ~ /^0x/ && NF >= 4 { add($1, $2, $3, $4) }

function begin_section(address, bytes) {
    wanted = section ~ /^\.(text|rodata|data|bss|bulk|stacks)$/
    from = hex(address)
    end = from + hex(bytes)
    position = from
}

function add(piece, address, bytes, object,    start) {
    start = hex(address)
    bytes = hex(bytes)
    if (!wanted || bytes == 0 || start < position || start >= end) return
    # Strings that were merged: what is there counts, not what each object had.
    if (start + bytes > end) bytes = end - start
    gap(start)
    pieces++
    line_source[pieces] = source_of(object)
    line_piece[pieces] = piece
    line_bytes[pieces] = bytes
    line_section[pieces] = section
    position = start + bytes
}

function gap(start) {
    if (start <= position) return
    if (section == ".stacks") add_stacks(start - position)
    else filled[section] += start - position
}

# Stacks and the pages between them are no object's.
function add_stacks(bytes) {
    pieces++
    line_source[pieces] = "linker/stacks.ld"
    line_piece[pieces] = ".stacks"
    line_bytes[pieces] = bytes
    line_section[pieces] = section
}

function end_section() {
    if (section != "" && wanted) {
        gap(end)
        if (filled[section] > 0)
            print section, "(alignment)", "(alignment)", "", filled[section]
    }
    section = ""
    wanted = named = 0
}

END {
    end_section()
    for (i = 1; i <= pieces; i++)
        print line_section[i], module_of(line_source[i]), line_source[i], line_piece[i], line_bytes[i]
}
