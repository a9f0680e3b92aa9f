# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Boards under a service manager, and in the foreground; their log.

# service NAME OPTION...: under a service manager.
service() {
    name=$1
    shift
    rm -f "$work/told"
    "$work/manager" "$work/bell" "$work/notify" "$VIRTASP" start "$chip" --foreground \
        --log "$work/log" "$@" >"$work/told" 2>&1 &
    manager=$!
    processes="$processes $manager"
    eventually has '^READY=1$' "$work/told" && is_serving &&
        [ "$(readlink "$chip/run/doorbell")" = "$work/bell" ]
    result "$name: a service is ready at the socket that was passed on" $?
    tool reset "$chip" && is_serving
    result "$name: a service is reset and keeps its socket" $?
    kill -TERM $manager
    wait $manager && has '^STOPPING=1$' "$work/told" && is_free
    result "$name: a service stops when it is told to" $?
    [ -S "$work/bell" ] && [ ! -e "$work/bell.kept" ]
    result "$name: the socket that was passed on outlives the board" $?
    cp "$work/log" "$work/output"
    said ' info: board: firmware: .* ready after ' && said ' info: signal 15'
    result "$name: the log has what board and tool say" $?
    rm -f "$work/log"
}

# A file that has the second name of the socket that was passed on is somebody's.
leaves_a_file_alone() {
    echo mine >"$work/bell.kept"
    rm -f "$work/told"
    "$work/manager" "$work/bell" "$work/notify" "$VIRTASP" start "$chip" --foreground "$@" \
        >"$work/told" 2>&1 &
    manager=$!
    processes="$processes $manager"
    eventually has '^READY=1$' "$work/told" && kill -TERM $manager
    wait $manager && has mine "$work/bell.kept"
    result "a file in the place of the socket's second name stays" $?
    rm -f "$work/bell.kept"
}

# log_refused NAME FILE WORDS: --log that would spoil a file is refused, and the file stays as it is.
log_refused() {
    before=$(cksum <"$2" 2>/dev/null)
    ! timeout 120 "$VIRTASP" start "$chip" --foreground --dram "$work/own.ram" --log "$2" \
        >"$work/output" 2>&1 && said "$3" && [ "$(cksum <"$2" 2>/dev/null)" = "$before" ] && is_free
    result "--log $1 is refused" $?
}

logs() {
    head -c 67108864 /dev/zero >"$work/own.ram"
    head -c 4096 /dev/zero >"$work/own.bin"
    log_refused "nv.img" "$chip/nv.img" "own files"
    log_refused "fuses.bin" "$chip/fuses.bin" "own files"
    log_refused "the x86 memory" "$work/own.ram" "two purposes"
    log_refused "something that is no text" "$work/own.bin" "something else than a log"
    mkfifo "$work/pipe"
    ! timeout 120 "$VIRTASP" start "$chip" --foreground --log "$work/pipe" >"$work/output" 2>&1 </dev/null &&
        said "pipe: "
    result "--log into a pipe that nobody reads is refused" $?
    rm -f "$work/own.ram" "$work/own.bin" "$work/pipe"
}

# crashed NAME OPTION...: a service whose board ends by itself has failed, and one that is stopped not.
crashed() {
    name=$1
    shift
    for signal in KILL SEGV ABRT; do
        $all_signals "$VIRTASP" start "$chip" --foreground "$@" >"$work/started" 2>&1 &
        starter=$!
        processes="$processes $starter"
        eventually is_serving && kill -$signal "$(cat "$chip/run/pid")"
        wait $starter; [ $? -eq 5 ] && is_free
        result "$name: a service fails when its board dies by SIG$signal" $?
    done
    $all_signals "$VIRTASP" start "$chip" --foreground "$@" >"$work/started" 2>&1 &
    starter=$!
    processes="$processes $starter"
    eventually is_serving && tool stop "$chip"
    wait $starter
    result "$name: a service does not fail when its board is stopped" $?
}

