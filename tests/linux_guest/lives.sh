# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# The life of a guest, and its deaths; read by run.sh.

# shellcheck disable=SC2016 # for the guest's shell
counting='i=0;while_sleep_0.2;do_i=$((i+1));echo_tick_$i;done'

has_counted_past() { [ "$(ticks)" -gt "$1" ] 2>/dev/null; }
goes_on_from() { guest_eventually has_counted_past $(($1 + 3)); }

# stands_still: it counts no further, and changes no memory; a request is answered once the console is read.
stands_still() {
    request status && before=$(ticks) && request sync && grep -q ' 0 written back' "$work/output" &&
        request sync && grep -q ' 0 written back' "$work/output" && [ "$(ticks)" = "$before" ]
}

# is_off CHIP: within five minutes; the guest has its answer before the board that it left is stopped.
is_off() {
    tries=3000
    while timeout 60 "$VIRTASP" status "$1" && [ $tries -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.1
    done
    ! timeout 60 "$VIRTASP" status "$1"
}

# answered TEXT: a line of the answer kept in $work/answer begins so.
answered() { grep -q "^$1" "$work/answer"; }

machine_of() { request status && sed 's/.*machine \([0-9]*\).*/\1/' "$work/output"; }

# files_of PROCESS NAME: how many different files without a name it has open that are called NAME.
files_of() {
    for descriptor in "/proc/$1/fd"/*; do
        case $(readlink "$descriptor") in
            "/memfd:$2 "*) stat -L -c %i "$descriptor" ;;
        esac
    done | sort -u | grep -c .
}

# has_one_guest: QEMU, and nobody else's view, control page or ROM. The guest's memory is in one piece.
has_one_guest() {
    machine=$(machine_of)
    for name in "guest's view" control 'entry ROM'; do
        [ "$(files_of "$machine" "$name")" -eq 1 ] || return 1
    done
}

lives() {
    k=$1
    shown='output life.run life.console'
    port=$(free_port)
    guest_start life "$k" "$counting" --ssh "$port" --report "$work/life.html"
    check 'life: it counts' guest_says '^tick 3[^0-9]'
    check 'life: it is paused' request pause
    check 'life: it stands still' stands_still
    at=$(ticks)
    check 'life: it is resumed' request resume
    check 'life: it counts further' goes_on_from "$at"
    at=$(ticks)
    check 'life: it makes no directories to another board' not request "migrate $work/none/chip"
    check 'life: none is there' [ ! -e "$work/none" ]
    check 'life: it moves to another board' request "migrate $work/chip-b"
    cp "$work/output" "$work/answer"
    check 'life: who waits is told how far it is' answered '[.]* pass 1, .* MiB changed meanwhile'
    check 'life: and how long that took' answered 'ok moved in [0-9.]* s, stood still for [0-9.]* s; '
    check 'life: so is whoever sees the steps' shown_by_run 'migrate *pass 1 .*MiB'
    check 'life: it counts further there' goes_on_from "$at"
    check 'life: its QEMU there has nothing of the one that it left' has_one_guest
    check 'life: the board that it left is off' is_off "$chip"
    check 'life: the port leads there' answers "$port"
    at=$(ticks)
    check 'life: it falls asleep' request "snapshot $work/sleep"
    cp "$work/output" "$work/answer"
    check 'life: that is told on the way, too' answered '[.]* private, .* MiB'
    check 'life: and in the end' answered 'ok .*: written in [0-9.]* s'
    check 'life: it has ended then' guest_ends 0
    check 'life: the page says that it sleeps' has life 'It sleeps in a snapshot'
    check 'life: the page has one mark for two requests, of which one was refused' \
        [ "$(grep -o '<li>[0-9.]* s: migrate</li>' "$work/life.html" | wc -l)" -eq 1 ]
    check 'life: the page has the certificates of both chips' \
        [ "$(grep -c '>Every signature holds, up to the root[.]<' "$work/life.html")" -eq 2 ]
    check 'life: and since when it was on the second one' has life '<h3>Chip 2, from '
    check 'life: the file tells nothing' not grep -qa SECRET-4711 "$work/sleep"
    check 'life: its files are for their owner' [ "$(stat -c %a "$work"/sleep* | sort -u)" = 600 ]
    check "life: QEMU's state is known as such" [ "$(head -c 4 "$work/sleep.machine")" = QEVM ]
    home=$chip
    chip=$work/chip-b
    guest_start life "$k" "$counting" --ssh "$port" --restore "$work/sleep" --vcpus 2
    check 'life: it does not wake up with another number of CPUs' guest_ends 1
    check 'life: the option is told' shown_by_run 'it had 1 CPU: --vcpus must say so'
    check 'life: nothing is received for it' not shown_by_run 'RECEIVE'
    guest_start life "$k" "$counting" --ssh "$port" --restore "$work/sleep"
    check 'life: it wakes up' goes_on_from "$at"
    check 'life: the port leads there again' answers "$port"
    check 'life: it has not begun anew' not fact ready
    request quit
    check 'life: it ends' guest_ends 0
    chip=$home
    guest_start life "$k" "$counting" --ssh "$port" --restore "$work/sleep"
    check 'life: it does not wake up on another board' guest_ends 1
    check 'life: that is said before it is received' shown_by_run 'restore *FAILED .*made for chip .*, this is'
    chip=$work/chip-b
    printf x >>"$work/sleep.machine"
    guest_start life "$k" "$counting" --ssh "$port" --restore "$work/sleep"
    check "life: QEMU's state of another moment is refused" guest_ends 1
    check 'life: which one is told' shown_by_run 'sleep.shared: it belongs to another snapshot'
    check 'life: nothing is received for it either' not shown_by_run 'RECEIVE'
    printf x | dd of="$work/sleep" bs=1 seek=100000 conv=notrunc 2>/dev/null
    guest_start life "$k" "$counting" --ssh "$port" --restore "$work/sleep"
    check 'life: a damaged file is refused' guest_ends 1
    check 'life: that is said' shown_by_run 'restore *FAILED'
    chip=$home
}

# is_gone PROCESS: within five minutes.
is_gone() {
    tries=3000
    while kill -0 "$1" 2>/dev/null && [ $tries -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.1
    done
    ! kill -0 "$1" 2>/dev/null
}

deaths() {
    k=$1
    shown='output death.run'
    guest_start death "$k" 'sleep_1000'
    check 'deaths: a guest runs' guest_is_ready
    kill -KILL "$(machine_of)"
    check 'deaths: a killed QEMU is noticed' guest_ends 1
    check 'deaths: it is said' shown_by_run 'QEMU has ended by itself'
    check 'deaths: its guest is decommissioned' shown_by_run 'DECOMMISSION *SUCCESS'

    guest_start death "$k" 'sleep_1000'
    check 'deaths: a guest runs' guest_is_ready
    machine=$(machine_of)
    kill -KILL "$(cat "$chip/run/pid")"
    check 'deaths: a killed board is noticed' guest_ends 6
    check 'deaths: it is said' shown_by_run 'the board has ended'
    check 'deaths: QEMU ends with it' is_gone "$machine"

    guest_start death "$k" 'sleep_1000'
    check 'deaths: a guest runs' guest_is_ready
    machine=$(machine_of)
    board=$(cat "$chip/run/pid")
    kill -KILL "$guest_process"
    wait "$guest_process" 2>/dev/null
    check 'deaths: QEMU ends with a killed controller' is_gone "$machine"
    check 'deaths: so does the board' is_gone "$board"
}

# go N TEXT: the guest waits for N on its disk, until the attack before has been made.
go() {
    guest_eventually shown_by_run "$2" &&
        printf 'go %d\n' "$1" | dd of="$work/disk" conv=notrunc 2>/dev/null
}

attacks() {
    k=$1
    shown='output attack.run attack.console'
    sum='secret|md5sum'
    attack "$k" "echo_fact:_sum1_\$($sum);echo_virtasp-attack;page_wait_1;echo_fact:_sum2_\$($sum)" flip
    check 'attacks: a flipped bit is made' go 1 'attack: flip *done'
    check 'attacks: its guest goes on' guest_ends 0
    check 'attacks: the guest reads something else, and is not told' changed_sum
    attack "$k" page replay
    check 'attacks: a page is recorded' go 1 'attack: replay *recorded'
    check 'attacks: it is put back' go 2 'attack: replay *done'
    check 'attacks: its guest goes on' guest_ends 0
    check 'attacks: the guest reads what was there before' fact 'page the old balance'
    attack "$k" 'echo_virtasp-attack;page_wait_1' read --policy 0
    check 'attacks: the host reads noise' go 1 'attack: read *noise *through another ASID'
    check 'attacks: its guest goes on' guest_ends 0
    check 'attacks: a guest that may be debugged can be read' \
        shown_by_run 'DBG_DECRYPT *SUCCESS.*console=ttyS0'
}

# attack KERNEL DO KIND [OPTION...]
attack() {
    attack_kernel=$1
    attack_do=$2
    attack_kind=$3
    shift 3
    printf 'nothing\n' | dd of="$work/disk" conv=notrunc 2>/dev/null
    guest_start attack "$attack_kernel" "$attack_do" --attack "$attack_kind" --disk "$work/disk" "$@"
}

changed_sum() {
    one=$(grep -ao 'sum1 [0-9a-f]*' "$guest_name.console" | cut -d' ' -f2)
    two=$(grep -ao 'sum2 [0-9a-f]*' "$guest_name.console" | cut -d' ' -f2)
    [ -n "$one" ] && [ -n "$two" ] && [ "$one" != "$two" ]
}
