#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the sources as a whole: includes point one way, every file says its licence, and the checks
# notice when that is not so.
#
# usage: sh tests/sources/run.sh       in the root of the source tree; needs nothing built

set -u

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
scratch sources
tree=$work/tree
includes=$(pwd)/scripts/check-includes.sh
place_check=$(pwd)/scripts/check-place.sh
licence=$(pwd)/scripts/check-licence.sh

# put FILE [INCLUDED...]: a file of the small tree below.
put() {
    mkdir -p "$tree/$(dirname "$1")"
    file=$tree/$1
    shift
    echo '/* SPDX-License-Identifier: Apache-2.0 */' >"$file"
    for included; do
        echo "#include \"$included\"" >>"$file"
    done
}

# A tree of three layers and two modules each, without a fault.
small_tree() {
    rm -rf "$tree"
    mkdir -p "$tree/mk"
    cat >"$tree/mk/layers.txt" <<'END'
layer hal/include
layer crypto
layer firmware/low
layer firmware
never firmware : host
layer host
END
    put hal/include/hal/clock.h
    put crypto/hash.h
    put crypto/hash.c crypto/hash.h hal/clock.h
    put crypto/hash_internal.h crypto/hash.h
    put crypto/hash_fast.c crypto/hash_internal.h
    put firmware/low.h crypto/hash.h
    put firmware/main.c firmware/low.h firmware/sev/one.h firmware/sev/list.def
    put firmware/sev/list.def
    put firmware/sev/one.h
    put firmware/sev/one.c firmware/sev/one.h firmware/sev/two.h
    put firmware/sev/two.h
    put host/tool.c
}

# accepts CHECK / refuses CHECK PATTERN: of the small tree; a refusal must have the pattern in it.
accepts() {
    sh "$1" "$tree"
}
refuses() {
    if sh "$1" "$tree" >"$work/message" 2>&1; then
        echo "no fault was noticed"
        return 1
    fi
    grep -q "$2" "$work/message" && grep -q '[ ,]1 \(faults\|without\)' "$work/message" && return
    echo "another message than expected ($2):"
    cat "$work/message"
    return 1
}

accepts_good_includes() {
    small_tree
    accepts "$includes"
}

notices_upward_include() {
    small_tree
    put crypto/hash.h firmware/sev/one.h
    refuses "$includes" 'crypto/hash.h:2: includes firmware/sev/one.h: up, from crypto to firmware$'
}

notices_upward_include_between_modules() {
    small_tree
    put firmware/low.c firmware/low.h firmware/sev/one.h
    refuses "$includes" 'firmware/low.c:3: includes firmware/sev/one.h: up, from firmware/low to '
}

notices_upward_include_of_assembly() {
    small_tree
    put crypto/fast.S firmware/sev/one.h
    refuses "$includes" 'crypto/fast.S:2: includes firmware/sev/one.h: up, '
}

notices_upward_include_of_a_board_header() {
    small_tree
    put hal/include/hal/board.h crypto/hash.h
    refuses "$includes" 'hal/include/hal/board.h:2: includes crypto/hash.h: up, from hal/include to '
}

notices_circle_of_two() {
    small_tree
    put firmware/sev/two.c firmware/sev/two.h firmware/sev/one.h
    refuses "$includes" 'circle: firmware/sev/\(one\|two\) -> firmware/sev/'
}

notices_circle_of_three() {
    small_tree
    put firmware/sev/two.c firmware/sev/three.h
    put firmware/sev/three.h firmware/sev/one.h
    refuses "$includes" 'circle: .* -> .* -> .* -> '
}

notices_each_of_two_circles() {
    small_tree
    put firmware/sev/two.c firmware/sev/one.h
    put crypto/hash.h crypto/key.h
    put crypto/key.h
    put crypto/key.c crypto/hash.h crypto/key.h
    ! sh "$includes" "$tree" >"$work/message" || return 1
    cat "$work/message"
    grep -q '^circle: firmware' "$work/message" && grep -q '^circle: crypto' "$work/message"
}

notices_what_is_never_included() {
    small_tree
    sed -i 's/^never.*/never host : crypto/' "$tree/mk/layers.txt"
    put host/tool.c crypto/hash.h
    refuses "$includes" 'host/tool.c:2: includes crypto/hash.h: host never includes crypto$'
}

notices_internal_header_elsewhere() {
    small_tree
    put firmware/main.c crypto/hash_internal.h
    refuses "$includes" 'crypto/hash_internal.h, which is internal to crypto$'
}

notices_missing_include() {
    small_tree
    put host/tool.c host/gone.h
    refuses "$includes" 'host/tool.c:2: includes host/gone.h, which is no file of the tree'
}

notices_file_without_a_layer() {
    small_tree
    put tools/new.c
    refuses "$includes" 'tools/new.c: in no layer'
}

notices_layer_without_a_file() {
    small_tree
    echo 'layer boot/rom' >>"$tree/mk/layers.txt"
    refuses "$includes" 'boot/rom: there is no such file'
}

accepts_good_licences() {
    small_tree
    printf '%s\n' '#!/bin/sh' '# SPDX-License-Identifier: Apache-2.0' >"$tree/run.sh"
    printf '%s\n' '# SPDX-License-Identifier: Apache-2.0' >"$tree/Makefile"
    accepts "$licence"
}

# notices_missing_licence FILE FIRST-LINE SECOND-LINE
notices_missing_licence() {
    small_tree
    printf '%s\n' "$2" "$3" >"$tree/$1"
    refuses "$licence" "^$1: no line"
}

identifier='SPDX-License-Identifier: Apache-2.0'
check 'includes point one way' sh "$includes"
check 'good includes are accepted' accepts_good_includes
check 'an include of a higher directory is noticed' notices_upward_include
check 'an include of a higher module is noticed' notices_upward_include_between_modules
check 'an include of assembly is noticed' notices_upward_include_of_assembly
check 'an include of the headers of a board is noticed' notices_upward_include_of_a_board_header
check 'two modules in a circle are noticed' notices_circle_of_two
check 'three modules in a circle are noticed' notices_circle_of_three
check 'each of two circles is noticed' notices_each_of_two_circles
check 'an include of what is never included is noticed' notices_what_is_never_included
check 'an internal header elsewhere is noticed' notices_internal_header_elsewhere
check 'an include of no file is noticed' notices_missing_include
check 'a file without a layer is noticed' notices_file_without_a_layer
check 'a layer without a file is noticed' notices_layer_without_a_file
check 'every file says its licence' sh "$licence"
check 'good licences are accepted' accepts_good_licences
check 'C without a licence is noticed' notices_missing_licence a.c '/* A file. */' ''
check 'another licence is noticed' notices_missing_licence a.h '/* SPDX-License-Identifier: MIT */' ''
check 'a licence that comes late is noticed' notices_missing_licence a.S '' "/* $identifier */"
check 'a script without a licence is noticed' notices_missing_licence a.sh '#!/bin/sh' 'set -u'
check 'a makefile without a licence is noticed' notices_missing_licence a.mk 'all:' ''
check 'an awk program without a licence is noticed' notices_missing_licence a.awk 'END { print }' ''
check 'a linker script without a licence is noticed' notices_missing_licence a.ld "# $identifier" ''

# What a killed script leaves is removed by the next of its name, and what a living one uses is not.
in_scratch() { sh -c '. tests/common/scratch.sh; scratch sources-scratch; '"$1" "$work"; }
# A script that has not got its directory makes nothing and removes nothing, wherever it is run.
no_scratch_is_nowhere() {
    # shellcheck disable=SC2016
    nowhere=$(sh -c '. tests/common/scratch.sh; echo "$work"') && [ "${nowhere#/dev/null/}" != "$nowhere" ] &&
        ! mkdir -p "$nowhere/root" 2>/dev/null
}
dead_scratch_goes() {
    # shellcheck disable=SC2016
    dead=$(in_scratch 'echo "$work"; kill -KILL $$')
    [ -d "$dead" ] && in_scratch : && [ ! -e "$dead" ]
}
living_scratch_stays() {
    # shellcheck disable=SC2016 # for the other shell
    in_scratch 'echo "$work $$" >"$0/new"; mv "$0/new" "$0/living"; exec sleep 60' \
        >/dev/null 2>&1 &
    background=$!
    until [ -s "$work/living" ]; do sleep 0.05; done
    read -r living process <"$work/living"
    in_scratch : && [ -d "$living" ]
    status=$?
    kill "$process"
    wait $background 2>/dev/null
    in_scratch : && [ ! -e "$living" ] && [ $status -eq 0 ]
}
scratch_ends() {
    # shellcheck disable=SC2016
    ended=$(in_scratch 'echo "$work"; exit 3')
    [ $? -eq 3 ] && [ -n "$ended" ] && [ ! -e "$ended" ]
}
# No command line of a build has its words apart where the tree lies: make says so, and fetches nothing.
in_place() {
    mkdir -p "$work/$1" && cp -r Makefile mk scripts "$work/$1" &&
        make -C "$work/$1" help >/dev/null || return 1
    for goal in all run tests; do
        make -C "$work/$1" SETUP=no $goal >"$work/said" 2>&1 && return 1
        [ "$(grep -c 'the path of this tree has' "$work/said")" -eq 1 ] &&
            [ ! -e "$work/$1/build" ] || return 1
    done
}
places_are_refused() {
    for place in 'a b' 'a;b' "a'b" 'a=b' 'a#b'; do
        in_place "$place" || { echo "in '$place'" && cat "$work/said" && return 1; }
    done
    mkdir "$work/ä-b+c" && (cd "$work/ä-b+c" && [ -z "$("$place_check")" ])
}
check 'a path that no build can have is refused at once' places_are_refused

# shellcheck source=tests/sources/fetch.sh
. tests/sources/fetch.sh

check 'without a directory a script has no place at all' no_scratch_is_nowhere
check 'the directory of a killed script is removed by the next one' dead_scratch_goes
check 'the directory of a script that still runs stays' living_scratch_stays
check 'a script takes its directory along and keeps its exit status' scratch_ends

counted
