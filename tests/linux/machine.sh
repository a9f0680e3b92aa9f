# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # variables come from run.sh
# An x86 machine, whose first process does what it is told; read by run.sh.
#
# Its files are $work/NAME.*: the console's output in NAME.console, what its first process says in
# NAME.said, what QEMU says in NAME.qemu.

machine_process=
machine_number=0

# no_timer_check: on a busy host the kernel would find its timer dead, and panic.

# machine_start NAME KERNEL INITRAMFS APPEND OPTION...: starts it, and waits until it is ready.
machine_start() {
    machine=$work/$1
    machine_kernel=$2
    machine_initrd=$3
    machine_append=$4
    shift 4
    rm -f "$machine".*
    mkfifo "$machine.port.in" "$machine.port.out" "$machine.monitor.in" "$machine.monitor.out" ||
        return 1
    : >"$machine.said"
    "$QEMU_X86" -nodefaults -display none -no-user-config "$@" \
        -kernel "$machine_kernel" -initrd "$machine_initrd" \
        -append "console=ttyS0 quiet panic=-1 no_timer_check $machine_append" \
        -serial "file:$machine.console" -serial "pipe:$machine.port" \
        -monitor "pipe:$machine.monitor" >"$machine.qemu" 2>&1 9>&- &
    machine_process=$!
    processes="$processes $machine_process"
    cat "$machine.port.out" >"$machine.said" 9>&- &
    processes="$processes $!"
    machine_is_ready 1
}

# machine_is_ready N: whether it has booted N times, within ten minutes.
machine_is_ready() {
    machine_boots=$1
    machine_eventually 6000 machine_has_booted
}
machine_has_booted() { [ "$(grep -c '^ready' "$machine.said")" -ge "$machine_boots" ]; }

# machine_eventually TENTHS COMMAND...: until it succeeds, or the machine has ended.
machine_eventually() {
    machine_tries=$1
    shift
    until "$@"; do
        machine_tries=$((machine_tries - 1))
        [ $machine_tries -gt 0 ] && kill -0 "$machine_process" 2>/dev/null || return 1
        sleep 0.1
    done
}

# guest COMMAND...: has the machine do it; what it prints is printed, and in $work/heard. Succeeds when the
# command does, within ten minutes. Not to be used in a pipe: commands are counted.
guest() {
    guest_begin "$@" && guest_finish
}

# Pipes are opened for both directions, so that a machine that is gone keeps nobody waiting.

# guest_begin COMMAND...; guest_finish: as guest, with something in between.
guest_begin() {
    machine_number=$((machine_number + 1))
    machine_lines=$(wc -l <"$machine.said")
    echo "$machine_number $*" 1<>"$machine.port.in"
}
guest_finish() {
    machine_eventually 6000 grep -q "^end $machine_number " "$machine.said"
    tail -n "+$((machine_lines + 1))" "$machine.said" | tr -d "\r" >"$work/heard"
    cat "$work/heard"
    grep -q "^end $machine_number 0" "$work/heard"
}

# machine_reset: as its reset button does.
machine_reset() { echo system_reset 1<>"$machine.monitor.in"; }

# machine_stop: as the guest's power button does; it ends within five minutes.
machine_stop() {
    echo "0 poweroff -f" 1<>"$machine.port.in"
    machine_tries=3000
    while kill -0 "$machine_process" 2>/dev/null && [ $machine_tries -gt 0 ]; do
        machine_tries=$((machine_tries - 1))
        sleep 0.1
    done
    kill "$machine_process" 2>/dev/null
    wait "$machine_process"
}

# machine_kill: as a crash of QEMU.
machine_kill() {
    kill -KILL "$machine_process"
    wait "$machine_process" 2>/dev/null
}
