# SPDX-License-Identifier: Apache-2.0
# The deepest stack of every command: the longest path of the call graph through its row.
#
# usage: awk -v stack=FILE -v reach=FILE -f stack.awk FUNCTIONS CALLS TAKERS INDIRECT COMMANDS
#
#   FUNCTIONS, CALLS  of graph.awk; TAKERS of takers.awk; INDIRECT is indirect.txt
#   COMMANDS          lines: name, section, file, row object (sev_init_row)
#
# STACK gets a line per command: name, bytes in all, bytes before the dispatcher, the path, as
# FUNCTION:BYTES with " > " between. "(start)" is what is done without a command, "(fault)" what a
# fault takes of its own mode's stack. REACH gets: command, address of a function that its row leads
# to. Recursion, a call without a target and a taken address without a caller end the program.

BEGIN { FS = "\t" }
FNR == 1 { part++ }

part == 1 {
    f = $1
    functions[++function_count] = f
    name[f] = $2
    source[f] = $3
    own[f] = $5
    in_source[$3, $2] = f
    if ($8 == "global") global[$2] = f
    next
}
part == 2 {
    if ($2 == "*") { if (!($1 in indirect)) indirects[++indirect_count] = $1; indirect[$1] = 1 }
    else add_edge($1, $2)
    next
}
part == 3 {
    f = ($1, $3) in in_source ? in_source[$1, $3] : $3 in global ? global[$3] : 0
    if (!f) next
    place = $1 ($2 ~ /^\.text/ ? "#code" : $2 ~ /_(row|family)$/ ? "#row" : "#data")
    if (!(place in takes)) places[++place_count] = place
    takes[place] = takes[place] " " f
    section_takes[$1, $2] = section_takes[$1, $2] " " f
    next
}
part == 4 {
    if ($0 ~ /^#/ || $0 ~ /^ *$/) next
    split($0, side, / *\| */)
    pattern[++patterns] = side[1]
    target[patterns] = side[2]
    next
}
part == 5 { command[++commands] = $1; command_source[commands] = $3; row[commands] = $4 }

function add_edge(a, b) {
    to[++edges] = b
    next_edge[edges] = first[a]
    first[a] = edges
    back[edges] = a
    next_back[edges] = first_back[b]
    first_back[b] = edges
}

# Whether a text fits a pattern with *.
function fits(text, shape,    expression) {
    expression = shape
    gsub(/[.]/, "[.]", expression)
    gsub(/[*]/, ".*", expression)
    return text ~ ("^" expression "$")
}

# The line of indirect.txt for a caller: the longest pattern that fits.
function line_of(f,    i, best) {
    for (i = 1; i <= patterns; i++) {
        if (fits(source[f] ":" name[f], pattern[i]) &&
            (!best || length(pattern[i]) > length(pattern[best]))) best = i
    }
    return best
}

# Resolves a caller's targets: edges, and marks for what depends on the command.
function resolve(f,    best, words, word, n, i, s) {
    best = line_of(f)
    if (!best) { complain(source[f] ":" name[f] ": calls what indirect.txt does not say"); return }
    n = split(target[best], words, " ")
    for (i = 1; i <= n; i++) {
        word = words[i]
        if (word == "nothing") continue
        if (word == "row") { by_row[f] = 1; continue }
        if (word == "family") { by_family[f] = 1; continue }
        for (s = 1; s <= place_count; s++)
            if (fits(places[s], word) || fits(places[s], word "#*")) add_edges(f, takes[places[s]])
    }
}

function add_edges(f, list,    n, i, callees) {
    n = split(list, callees, " ")
    for (i = 1; i <= n; i++) if (callees[i] != "") add_edge(f, callees[i])
}

# Every file that takes an address must be a target of some line, but rows and families.
function check_takers(    p, s, i, n, words, w, known) {
    for (p = 1; p <= place_count; p++) {
        s = places[p]
        known = s ~ /#row$/
        for (i = 1; i <= patterns && !known; i++) {
            n = split(target[i], words, " ")
            for (w = 1; w <= n && !known; w++) {
                known = fits(s, words[w]) || fits(s, words[w] "#*")
            }
        }
        if (!known) complain(s ": takes a function's address, and no line of indirect.txt names it")
    }
}

function complain(text) { print "stack: " text >"/dev/stderr"; failed = 1 }

# The deepest stack from a function on, for the command at hand. Results of what no command changes
# are kept.
function depth(f,    e, d, deepest) {
    if (f in known_depth) return known_depth[f]
    if (f in open) { complain(name[f] ": recursion"); return 0 }
    open[f] = 1
    deepest = 0
    below[f] = ""
    # The row first: of two ways that are as deep, the one that says more.
    if (f in by_row) deepest = deepest_of(f, row_functions, deepest)
    if (f in by_family) deepest = deepest_of(f, family_functions, deepest)
    for (e = first[f]; e; e = next_edge[e]) {
        if (to[e] == barrier) continue
        d = depth(to[e])
        if (d > deepest) { deepest = d; below[f] = to[e] }
    }
    delete open[f]
    known_depth[f] = own[f] + deepest
    return known_depth[f]
}

function deepest_of(f, list, deepest,    n, i, d, callees) {
    n = split(list, callees, " ")
    for (i = 1; i <= n; i++) {
        if (callees[i] == "") continue
        d = depth(callees[i])
        if (d > deepest) { deepest = d; below[f] = callees[i] }
    }
    return deepest
}

# The longest way from the entry to a function, the function left out.
function above(f,    e, d, longest) {
    if (f in known_above) return known_above[f]
    if (f in open_above) { complain(name[f] ": recursion above"); return 0 }
    open_above[f] = 1
    longest = 0
    for (e = first_back[f]; e; e = next_back[e]) {
        d = above(back[e]) + own[back[e]]
        if (d > longest || way[f] == "") { longest = d; way[f] = back[e] }
    }
    delete open_above[f]
    known_above[f] = longest
    return longest
}

function path_above(f,    text) {
    text = ""
    for (f = way[f]; f != ""; f = way[f]) text = name[f] ":" own[f] " > " text
    return text
}

function path_below(f,    text) {
    for (text = name[f] ":" own[f]; below[f] != ""; text = text " > " name[f] ":" own[f])
        f = below[f]
    return text
}

# Marks what a function leads to, for the command at hand.
function mark(f, i,    e, n, j, callees) {
    if (marked[f] == i) return
    marked[f] = i
    print command[i] "\t" f >reach
    for (e = first[f]; e; e = next_edge[e]) mark(to[e], i)
}

function run(i,    dispatcher, prefix, n, j, callees, family_source) {
    dispatcher = in_source["firmware/dispatch.c", "dispatch_command"]
    row_functions = section_takes[command_source[i], ".rodata." row[i]]
    family_source = row[i] ~ /^snp_/ ? "firmware/snp_guest/family.c" : "firmware/guest/family.c"
    family_functions = takes[family_source "#row"]
    if (row_functions == "") complain(command[i] ": its row names no function")
    for (j in known_depth) delete known_depth[j]
    barrier = ""
    n = depth(dispatcher)
    printf "%s\t%d\t%d\t%s%s\n", command[i], above(dispatcher) + n, above(dispatcher), \
        path_above(dispatcher), path_below(dispatcher) >stack
    n = split(row_functions, callees, " ")
    for (j = 1; j <= n; j++) if (callees[j] != "") mark(callees[j], i)
}

END {
    for (i = 1; i <= indirect_count; i++) resolve(indirects[i])
    check_takers()
    for (i = 1; i <= commands; i++) run(i)
    row_functions = family_functions = ""
    for (f in known_depth) delete known_depth[f]
    barrier = in_source["firmware/dispatch.c", "dispatch_command"]
    f = global["firmware_entry"]
    printf "(start)\t%d\t0\t%s\n", depth(f), path_below(f) >stack
    deepest = 0
    for (i = 1; i <= function_count; i++) {
        f = functions[i]
        if (name[f] ~ /^vector_/ && depth(f) > deepest) { deepest = depth(f); worst = f }
    }
    printf "(fault)\t%d\t0\t%s\n", deepest, path_below(worst) >stack
    exit failed
}
