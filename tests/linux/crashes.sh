# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# What happens when one of the three ends without a word: machine, bridge, board; read by run.sh.

# drives KERNEL: a machine that boots gives commands.
drives() { boot crash "$1" q35 && drives_again "$1"; }

# commands: how many the board has served.
commands() { "$VIRTASP" status "$chip" | sed -n 's/^commands *\([0-9]*\).*/\1/p'; }
are_served() { [ "$(commands)" -ge "$1" ]; }

crashes() {
    k=$1
    shown='output crash.console crash.qemu bridge.err'
    board_start q35 --dram "$work/dram" && bridge_start
    result "crashes: a board is served" $?
    check "crashes: a machine drives it" drives "$k"
    served=$(commands)
    guest_begin sev cycle 100000
    check "crashes: it gives commands" machine_eventually 3000 are_served $((served + 20))
    machine_kill
    check "crashes: the next machine drives it after one that was killed in a command" drives "$k"

    kill -KILL "$(cat "$chip/run/pid")"
    check "crashes: commands without a board fail at once" guest sev gone
    check "crashes: the board comes back" tool start "$chip" --machine q35 --dram "$work/dram"
    check "crashes: the machine drives it again" guest sev cycle 1
    check "crashes: no command was late" guest is_quiet

    kill -KILL "$bridge_process"
    wait "$bridge_process" 2>/dev/null
    machine_kill
    bridge_start
    check "crashes: the next bridge serves after one that was killed" drives "$k"
    check "crashes: the machine ends" machine_stop
    check "crashes: bridge ends" bridge_stop
    shown=output
    tool stop "$chip"
}
