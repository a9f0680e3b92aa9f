# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# The command by itself, without a machine; read by run.sh.

bridge_process=

# board_start TYPE [OPTION...]: for a machine of that type, with 1 GiB.
board_start() {
    type=$1
    shift
    tool start "$chip" --machine "$type" --memory 1024 "$@"
}

# bridge_start: serves the board; succeeds once it listens, within two minutes.
bridge_start() {
    : >"$work/bridge.out"
    "$VIRTASP" bridge "$chip" --vfio-user "$socket" >"$work/bridge.out" 2>"$work/bridge.err" 9>&- &
    bridge_process=$!
    processes="$processes $bridge_process"
    tries=1200
    until [ -s "$work/bridge.out" ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 $bridge_process 2>/dev/null || return 1
        sleep 0.1
    done
}

# bridge_stop: succeeds when it ends as it should.
bridge_stop() {
    kill "$bridge_process"
    wait "$bridge_process" && [ ! -e "$socket" ]
}

# starts: how often the board's firmware has started.
starts() { "$VIRTASP" status "$chip" | sed -n 's/^starts *//p'; }

# fits TYPE MIB: QEMU's machine of that type and size has its memory where the board has it.
fits() {
    type=$1
    "$VIRTASP" start "$chip" --hosted "$SP" --machine "$type" --memory "$2" && bridge_start &&
        eval "set -- $(cat "$work/bridge.out")" || return 1
    echo quit | timeout 60 "$QEMU_X86" -nodefaults -display none -no-user-config -S \
        -monitor stdio -machine "$type" "$@" &&
        bridge_stop && [ ! -s "$work/bridge.err" ] && "$VIRTASP" stop "$chip"
}

# Sizes on both sides of each limit.
layouts() {
    shown='output bridge.err'
    for layout in 'pc 3582' 'pc 3584' 'q35 2814' 'q35 2816' 'q35 4096'; do
        # shellcheck disable=SC2086 # type and size
        check "a machine of type ${layout% *} with ${layout#* } MiB has the board's memory" \
            fits $layout
        tool stop "$chip"
    done
    shown=output
}

# named NAME: a socket of that name, and what is said of it.
named() {
    usual=$socket
    socket=$work/$1
    bridge_start && eval "set -- $(cat "$work/bridge.out")" && [ $# -eq 8 ] && echo "$8" |
        grep -qF '/it\u0027s \u0022a\u0022 \u005c name, too"}}' && bridge_stop
    name_status=$?
    socket=$usual
    return $name_status
}

tool_alone() {
    tool bridge "$chip" --vfio-user "$socket"; [ $? -eq 6 ] && said 'no board is running' &&
        [ ! -e "$socket" ]
    result "bridge wants a board that runs" $?
    tool bridge "$chip"; [ $? -eq 2 ] && said '--vfio-user SOCKET is needed'
    result "bridge wants a socket" $?
    tool start "$chip" --machine microvm; [ $? -eq 2 ] && said "pc or q35, not 'microvm'"
    result "start refuses other machines than pc and q35" $?
    board_start q35 --hosted "$SP" && bridge_start &&
        grep -q '^-m 1024M .*"size":1073741824,"share":true,.*vfio-user-pci' "$work/bridge.out" &&
        [ ! -s "$work/bridge.err" ] && [ "$(stat -c %a "$socket")" = 600 ]
    result "bridge says what QEMU needs, and listens for this user alone" $?
    tool bridge "$chip" --vfio-user "$socket"; [ $? -eq 1 ] && said 'another program listens there'
    result "bridge leaves another bridge its socket" $?
    bridge_stop
    result "bridge ends at SIGTERM, and its socket goes" $?
    named "it's \"a\" \\ name, too"
    result "what bridge says is for a shell, whatever the socket's name" $?
    : >"$work/file"
    tool bridge "$chip" --vfio-user "$work/file"; [ $? -eq 1 ] && said 'is not a socket' &&
        [ -f "$work/file" ]
    result "bridge leaves a file alone" $?
    bridge_start && rm "$socket" && first_bridge=$bridge_process && bridge_start &&
        kill "$first_bridge" && wait "$first_bridge" && [ -S "$socket" ] && bridge_stop
    result "bridge leaves a socket that another has made in its place" $?
    bridge_start && kill -KILL "$bridge_process"
    wait "$bridge_process" 2>/dev/null
    [ -S "$socket" ] && bridge_start && bridge_stop
    result "bridge replaces the socket of one that was killed" $?
    tool stop "$chip" && tool start "$chip" --hosted "$SP" && bridge_start &&
        grep -q 'was started without --machine' "$work/bridge.err" && bridge_stop
    result "bridge warns of a board that is none for QEMU" $?
    tool stop "$chip"
}
