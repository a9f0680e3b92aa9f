#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks that the arrows between the sources point one way (mk/layers.txt, docs/architecture.md): no
# file includes one of a higher layer, or one that it must never include, and no modules include
# each other in a circle. A module is what has the same name: NAME.c, NAME.h, and NAME_internal.h,
# which its directory alone may include.
#
# usage: scripts/check-includes.sh [TREE]       (make arrows)
#
# Prints each fault, and at the end how much was looked at. Exit status: 0 if there is no fault.

set -u

cd "${1:-.}" || exit 1
layers=mk/layers.txt
rooms='abi arch boot crypto firmware hal host tools'

present=
for room in $rooms; do
    [ ! -d "$room" ] || present="$present $room"
done

# shellcheck disable=SC2086 # a list of words
find $present -type f \( -name '*.[chS]' -o -name '*.inc' -o -name '*.def' \) | LC_ALL=C sort |
    LC_ALL=C awk -v layers="$layers" '
    function fault(text) {
        print text
        faults++
    }

    # The file without the last dot and what follows it, and without "_internal".
    function module_of(file) {
        sub(/\.[^.\/]*$/, "", file)
        sub(/_internal$/, "", file)
        return file
    }

    function directory_of(file) {
        sub(/\/[^\/]*$/, "", file)
        return file
    }

    # The path of the list that holds the file: its module, or else the nearest directory.
    function place_of(file,    path) {
        path = module_of(file)
        while (!(path in level) && sub(/\/[^\/]*$/, "", path)) {
        }
        return path in level ? path : ""
    }

    function lies_in(file, path) {
        return module_of(file) == path || index(file, path "/") == 1
    }

    # "never A B : C D": nothing in A or B includes anything in C or D.
    function read_never(words, count,    i, j, middle) {
        for (middle = 2; middle <= count && words[middle] != ":"; middle++) {
        }
        for (i = 2; i < middle; i++) {
            for (j = middle + 1; j <= count; j++) {
                nevers++
                never_from[nevers] = words[i]
                never_to[nevers] = words[j]
            }
        }
    }

    function read_layers(    line, words, count, i, depth) {
        while ((getline line <layers) > 0) {
            sub(/#.*/, "", line)
            count = split(line, words, " ")
            if (words[1] == "never") {
                read_never(words, count)
            } else if (words[1] == "layer") {
                depth++
                for (i = 2; i <= count; i++) {
                    level[words[i]] = depth
                }
            } else if (count > 0) {
                fault(layers ": no such rule: " line)
            }
        }
        if (depth == 0) {
            fault(layers ": no layers")
        }
    }

    # One line of a source that includes another.
    function read_include(file, number, name,    where, from, to, i) {
        where = file ":" number ": includes " name
        if (!(name in sources) && (("hal/include/" name) in sources)) {
            name = "hal/include/" name
        }
        if (!(name in sources)) {
            fault(where ", which is no file of the tree")
            return
        }
        includes++
        from = place_of(file)
        to = place_of(name)
        if (from != "" && to != "" && level[from] < level[to]) {
            fault(where ": up, from " from " to " to)
        }
        for (i = 1; i <= nevers; i++) {
            if (lies_in(file, never_from[i]) && lies_in(name, never_to[i])) {
                fault(where ": " never_from[i] " never includes " never_to[i])
            }
        }
        if (name ~ /_internal\.h$/ && directory_of(file) != directory_of(name)) {
            fault(where ", which is internal to " directory_of(name))
        }
        if (module_of(file) != module_of(name)) {
            arrow[module_of(file), module_of(name)] = 1
        }
    }

    function read_source(file,    line, number, parts) {
        while ((getline line <file) > 0) {
            number++
            if (line ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
                split(line, parts, "\"")
                read_include(file, number, parts[2])
            }
        }
        close(file)
    }

    # Takes away, again and again, the arrows to modules that no arrow leaves: what is left leads to
    # a circle. Sets next_of[]. @return a module with an arrow that is left, or ""
    function take_away(    pair, ends, changed, some) {
        do {
            changed = 0
            some = ""
            split("", next_of)
            for (pair in arrow) {
                split(pair, ends, SUBSEP)
                next_of[ends[1]] = ends[2]
                some = ends[1]
            }
            for (pair in arrow) {
                split(pair, ends, SUBSEP)
                if (!(ends[2] in next_of)) {
                    delete arrow[pair]
                    changed = 1
                }
            }
        } while (changed)
        return some
    }

    function find_circles(    at, text, seen, from) {
        while ((at = take_away()) != "") {
            split("", seen)
            while (!(at in seen)) {
                seen[at] = 1
                at = next_of[at]
            }
            text = at
            from = at
            do {
                at = next_of[at]
                text = text " -> " at
            } while (at != from)
            fault("circle: " text)
            delete arrow[from, next_of[from]]
        }
    }

    BEGIN { read_layers() }
    { sources[$0] = ++count; file_at[count] = $0 }
    END {
        for (i = 1; i <= count; i++) {
            place = place_of(file_at[i])
            used[place] = 1
            if (place == "") {
                fault(file_at[i] ": in no layer of " layers)
            }
            read_source(file_at[i])
        }
        for (place in level) {
            if (!(place in used)) {
                fault(layers ": " place ": there is no such file")
            }
        }
        find_circles()
        printf "%d files, %d includes, %d faults\n", count, includes, faults
        exit (faults > 0 || count == 0)
    }'
