# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# Debian's own root file system, with systemd, as SEV guest: scripts/debian-guest.sh has made it; read by
# run.sh.

# Behind prompts of the shell and what the one before it sends to the terminal, as what was typed in advance
# has it; what is typed itself has "echo" before it.
debian_fact() { grep -qa "\(^\|# \)fact $1" "$guest_name.console"; }

# debian_do COMMAND: the guest's shell is told so, on the console.
debian_do() { printf '%s\n' "$1" >&8; }

# debian_start: its console is standard input and output.
debian_start() {
    guest_name=$work/debian
    cp --sparse=always "$BUILD/debian-guest/disk.img" "$work/disk-debian" && mkfifo "$work/debian.in" ||
        return 1
    ln -s debian.console "$guest_name.run"
    "$VIRTASP" run --kernel "$BUILD/debian-guest/vmlinuz" --initrd "$BUILD/debian-guest/initrd.img" \
        --append 'console=ttyS0 root=/dev/vda rw no_timer_check panic=-1' --secret "$work/secret" \
        --hosted "$SP" --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" \
        --qemu-x86 "$QEMU_X86" --disk "$work/disk-debian" --memory 512 --vcpus 2 --ssh "$port" \
        --chip "$chip" <"$work/debian.in" >"$guest_name.console" 2>&1 9>&- &
    guest_process=$!
    processes="$processes $guest_process"
    exec 8>"$work/debian.in"
}

# over_ssh COMMAND...: with the key that only this guest's root knows, within five minutes.
over_ssh() {
    over_ssh_tries=30
    until timeout 60 ssh -p "$port" -i "$BUILD/debian-guest/key" -o BatchMode=yes \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=30 \
        root@127.0.0.1 "$@" >"$work/ssh" 2>"$work/output"; do
        over_ssh_tries=$((over_ssh_tries - 1))
        [ $over_ssh_tries -gt 0 ] && kill -0 "$guest_process" 2>/dev/null || return 1
        sleep 10
    done
}

over_ssh_is() { [ "$(cat "$work/ssh")" = "$1" ]; }

debian() {
    if [ ! -s "$BUILD/debian-guest/disk.img" ]; then
        left_out "Debian's own root as a guest: it is not there (scripts/test-linux.sh says why)"
        return
    fi
    shown='output debian.console'
    port=$(free_port)
    check 'debian: it is started' debian_start
    check 'debian: it boots to a login' guest_says 'virtasp-guest login:'
    debian_do root
    check 'debian: root logs in' guest_says 'root@virtasp-guest:~#'
    debian_do 'exec sh' # without bash's control sequences
    # shellcheck disable=SC2016 # for the guest's shell
    debian_do 'echo fact $(dmesg | grep -o "Memory Encryption Features active.*")'
    # shellcheck disable=SC2016
    debian_do 'echo fact secret $(tr -d "\\0" </sys/kernel/boot_params/setup_data/0/data)'
    # shellcheck disable=SC2016
    debian_do 'echo fact root $(grep " / " /proc/mounts)'
    debian_do 'until ip -4 -o addr | grep -o "10[.]0[.]2[.]15"; do sleep 1; done; echo fact network'
    # shellcheck disable=SC2016
    debian_do 'echo fact init $(cat /proc/1/comm); echo fact all'
    check 'debian: it does what it is told' guest_eventually debian_fact all
    check 'debian: it finds itself an SEV guest' debian_fact 'Memory Encryption Features active: AMD SEV'
    check 'debian: it finds its secret' debian_fact 'secret the owner says SECRET-4711'
    check 'debian: its root is the disk' debian_fact 'root /dev/vda / ext4'
    check 'debian: it has a network' debian_fact network
    check 'debian: its first process is systemd' debian_fact 'init systemd'
    if [ -s "$BUILD/debian-guest/key" ] && command -v ssh >/dev/null; then
        check 'debian: one logs in over the network' over_ssh cat /etc/hostname
        check 'debian: it is the guest' over_ssh_is virtasp-guest
    else
        left_out 'ssh into the guest: there is no ssh here'
    fi
    debian_do 'systemctl reboot'
    check 'debian: it ends when it is told so' guest_ends 0
    check 'debian: its key is forgotten' shown_by_run 'DECOMMISSION *SUCCESS'
    exec 8>&-
}
