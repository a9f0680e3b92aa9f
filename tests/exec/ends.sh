# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # work and the rest come from run.sh
# Ends of tests/exec/run.sh: of programs, of exec itself, of boards; and what else uses a board meanwhile.

# eventually COMMAND...: within half a minute.
eventually() {
    tries=300
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}
uninitialized() { "$virtasp" status "$1" | grep -q '^platform  *UNINIT'; }

# begin COMMAND...: in the background, until it has made $work/begun
begin() {
    rm -f "$work/begun"
    "$@" >"$work/began" 2>&1 &
    begun=$!
    processes="$processes $begun"
    eventually test -e "$work/begun"
}

forwards() {
    begin "$virtasp" exec "$work/milan" -- \
        sh -c "trap 'exit 42' TERM; : >$work/begun; for i in \$(seq 600); do sleep 0.05; done" || return
    kill -TERM "$begun"
    wait "$begun"
    gives 42 sh -c "exit $?"
}

ends_what_is_left() {
    run "$work/milan" -- sh -c "sleep 600 & echo \$! >$work/left; (setsid sleep 600 &)" &&
        ! kill -0 "$(cat "$work/left")" 2>/dev/null
}

# The program goes with exec, and the next one ends the guest that was left.
recovers() {
    begin "$virtasp" exec "$work/milan" -- \
        sh -c "echo \$\$ >$work/victim; : >$work/begun; exec sleep 600" || return
    kill -KILL "$begun"
    wait "$begun"
    eventually sh -c "! kill -0 $(cat "$work/victim") 2>/dev/null" &&
        report
}

# What another program has turned on since exec was killed is that program's, and stays.
leaves_what_came_later() {
    begin "$virtasp" exec "$work/milan" -- sh -c ": >$work/begun; exec sleep 600" || return
    kill -KILL "$begun"
    wait "$begun"
    "$owner" again "$work/milan" && gives 125 run "$work/milan" -- true 2>"$work/reason" &&
        cat "$work/reason" && grep -q 'SEV-SNP is on: another program' "$work/reason" &&
        "$virtasp" status "$work/milan" | grep -q '^SEV-SNP  *INIT$' &&
        "$virtasp" reset "$work/milan" && report
}

# Killed while a command has the platform initialised, exec leaves it so: a guest has room beside that.
initialized() { "$virtasp" status "$1" | grep -q '^platform  *INIT'; }
recovers_initialized() {
    tries=50
    until initialized "$work/milan"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        begin "$virtasp" exec --no-guest "$work/milan" -- \
            sh -c ": >$work/begun; while $client platform; do :; done" || return
        sleep 0.05
        kill -KILL "$begun"
        wait "$begun"
    done
    report
    reported=$?
    "$virtasp" reset "$work/milan" && return $reported
}

# While a program is a guest, status and info tell of it.
is_told() {
    begin "$virtasp" exec "$work/milan" -- sh -c ": >$work/begun; exec sleep 600" || return
    "$virtasp" status "$work/milan" >"$work/told"
    "$virtasp" status "$work/milan" --json >"$work/told.json"
    "$virtasp" info "$work/milan" >>"$work/told.json"
    kill -TERM "$begun"
    wait "$begun"
    cat "$work/told" "$work/told.json"
    tcb=$(sed -n 's/^TCB  *\([0-9a-f]\{16\}\); committed \1, reported \1$/\1/p' "$work/told")
    [ -n "$tcb" ] && [ "$tcb" != 0000000000000000 ] &&
        grep -q '^SEV-SNP  *INIT$' "$work/told" && grep -q '^SNP guests  *1$' "$work/told" &&
        [ "$(grep -c "\"snp\": {\"state\": \"INIT\", \"guests\": 1, \"tcb\": {\"current\": \"$tcb\"," \
            "$work/told.json")" -eq 2 ]
}

# What a program was built for: the commands of both APIs.
knows_both() {
    "$virtasp" info --offline >"$work/told" &&
        grep -q '{"id": 1, "name": "INIT"}' "$work/told" &&
        [ "$(grep -c '"name": "SNP_' "$work/told")" -eq 31 ]
}

# guests_are NUMBER: SEV-SNP is on, with so many guests.
guests_are() {
    "$virtasp" status "$work/milan" >"$work/told" && grep -q '^SEV-SNP  *INIT$' "$work/told" &&
        grep -q "^SNP guests  *$1\$" "$work/told"
}

# One guest on a board, which a second exec leaves alone; without one, any number of them.
shares() {
    begin "$virtasp" exec "$work/milan" -- sh -c ": >$work/begun; exec sleep 600" || return
    gives 125 run "$work/milan" -- true && guests_are 1
    refused=$?
    run --no-guest "$work/milan" -- "$client" platform &
    first=$!
    run --no-guest "$work/milan" -- "$client" device
    second=$?
    wait "$first"
    first=$?
    "$virtasp" status "$work/milan" >/dev/null && "$virtasp" info "$work/milan" >/dev/null
    looked=$?
    kill -TERM "$begun"
    wait "$begun"
    [ $refused$first$second$looked = 0000 ]
}

# Another hypervisor's table is where that wanted it, in memory that exec's guests have.
after_another() { "$owner" table "$work/milan" "$1" && report; }
status_after_another() {
    "$owner" table "$work/milan" end && run --no-guest "$work/milan" -- "$client" snp && report
}

# What another hypervisor has on stays on, whoever wants a guest.
leaves_others_alone() {
    "$owner" table "$work/milan" on && gives 125 run "$work/milan" -- true && guests_are 0
    left=$?
    "$virtasp" reset "$work/milan" && return $left
}

# uses BOARD WHAT: PLATFORM_STATUS again and again, until the board fails or $work/over is there, in the
# background; succeeds once the board has answered.
uses() {
    rm -f "$work/over"
    begin run "$1" -- env CLIENT_BEGUN="$work/begun" CLIENT_OVER="$work/over" "$client" "$2"
}

# goes_on: the program finds the board again.
goes_on() { : >"$work/over" && wait "$begun"; }

survives_reset() {
    uses "$1" patient && "$virtasp" reset "$1" && goes_on
}

survives_restart() {
    uses "$work/milan" patient && "$virtasp" stop "$work/milan" && start "$work/milan" && goes_on
}

loses_its_board() {
    uses "$work/milan" lost && "$virtasp" stop "$work/milan" && wait "$begun" &&
        start "$work/milan"
}

# Nothing is left of a run but the board as it was.
leaves_nothing() {
    run "$work/milan" -- true && uninitialized "$work/milan" &&
        "$virtasp" status "$work/milan" | grep -q '^guests  *0' &&
        flock -n "$work/milan/run/mailbox" true
}

# What exec opens must not be taken for a standard descriptor that was closed.
# shellcheck disable=SC2016 # the program expands it
closed_descriptors() {
    run "$work/milan" -- sh -c 'for file in 0 1 2; do
        [ "$(readlink /proc/$PPID/fd/$file)" = / ] || exit 1; done' <&- >&- 2>&-
}

ends() {
    for status in 0 1 77; do
        check "exit status $status" gives $status run "$work/milan" -- sh -c "exit $status"
    done
    check "a signal" gives 137 run "$work/milan" -- sh -c 'kill -KILL $$'
    check "no such program" gives 127 run "$work/milan" -- "$work/nothing"
    check "no program" gives 126 run "$work/milan" -- "$work/owner"
    check "in itself" gives 125 run "$work/milan" -- "$virtasp" exec "$work/milan" -- true
    check "closed standard descriptors" closed_descriptors
    check "signals are forwarded" forwards
    check "what is left running is ended" ends_what_is_left
    check "exec is killed" recovers
    check "exec is killed, and another program takes the machine" leaves_what_came_later
    check "exec is killed in a command" recovers_initialized
    check "status and info tell of the guest" is_told
    check "info --offline knows both APIs" knows_both
    check "others use the board meanwhile" shares
    check "nothing is left" leaves_nothing
    check "another hypervisor has SEV-SNP on" leaves_others_alone
    check "another hypervisor was there" after_another end
    check "another hypervisor's table is in force" after_another keep
    check "another hypervisor was there, and no guest" status_after_another
    check "a reset" survives_reset "$work/milan"
    check "a board that ends and starts" survives_restart
    check "a board that ends" loses_its_board
    check "a guest after all that" report
}
