# SPDX-License-Identifier: Apache-2.0
# Every way to x86 memory, by command: the calls of hostmem, and of hal_dram below it.
#
# usage: awk -v doors=FILE -v commands=FILE -f memory.awk FUNCTIONS CALLS REACH ROWS SIZES STACK
#
#   FUNCTIONS, CALLS of graph.awk; REACH, STACK of stack.awk; ROWS: name, section, file, row object;
#   SIZES of sizes.awk
#
# DOORS gets: command, caller, its file, door; "*" is the dispatcher, for all commands, and "-" a
# caller that no command's row leads to. COMMANDS gets: name, section, file, bytes of its own code, of
# its own tables, functions that its row leads to, bytes of their code, stack.
# A caller of hal_dram that is neither hostmem nor the RMP, which hostmem asks, ends the program.

BEGIN { FS = OFS = "\t" }
FNR == 1 { part++ }
part == 1 { name[$1] = $2; source[$1] = $3; bytes[$1] = $4; next }
part == 2 {
    if ($2 == "*") next
    door = name[$2]
    if (door ~ /^hal_dram_/ && source[$1] !~ /^firmware\/(hostmem|rmp|rmp_entry)\.c$/ &&
        !(door == "hal_dram_bytes" && source[$1] == "firmware/fabric.c")) {
        print "memory: " source[$1] ":" name[$1] " calls " door ", past hostmem" >"/dev/stderr"
        failed = 1
    }
    if (door ~ /^(hal_dram_|hostmem_(copy_|(set|replace|exchange)_word))/) to[$1] = to[$1] " " $2
    next
}
part == 3 {
    reached[$1]++
    reached_bytes[$1] += bytes[$2]
    note($1, $2)
    next
}
part == 4 { order[++count] = $1; section[$1] = $2; file[$1] = $3; next }
part == 5 { own[$3, $1 == ".text" ? "text" : "data"] += $5; next }
part == 6 { stack[$1] = $2 }

function note(command, f,    n, i, list) {
    n = split(to[f], list, " ")
    if (n) led[f] = 1
    for (i = 1; i <= n; i++)
        if (source[f] !~ /^firmware\/hostmem/)
            print command, name[f], source[f], name[list[i]] >doors
}

END {
    for (f in to) if (!(f in led)) note(source[f] == "firmware/dispatch.c" ? "*" : "-", f)
    for (f in to) {
        if (source[f] !~ /^firmware\/hostmem/) continue
        n = split(to[f], list, " ")
        for (i = 1; i <= n; i++)
            if (name[list[i]] ~ /^hal_dram_/)
                print "hostmem", name[f], source[f], name[list[i]] >doors
    }
    for (i = 1; i <= count; i++) {
        c = order[i]
        print c, section[c], file[c], own[file[c], "text"] + 0, own[file[c], "data"] + 0, \
            reached[c] + 0, reached_bytes[c] + 0, stack[c] >commands
    }
    exit failed
}
