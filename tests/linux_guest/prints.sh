# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# A guest's console; read by run.sh.

# shellcheck disable=SC2016 # for the guest's shell
printing='i=0;while_[_$i_-lt_3000_];do_i=$((i+1));echo_"<1>count_$i">/dev/kmsg;done;sleep_1000'

# What the kernel prints, character by character, while nobody is there to read it.
prints() {
    k=$1
    shown=prints.run
    guest_start prints "$k" "$printing printk.devkmsg=on"
    check 'prints: it begins' guest_says 'count 10[^0-9]'
    stand_still "$guest_process"
    sleep 3
    kill -CONT "$guest_process"
    check 'prints: it gets to the end' guest_says 'count 3000'
    seq -f 'count %.0f' 1 3000 >"$work/numbers"
    check 'prints: nothing is lost' printed_all
    request quit
    check 'prints: it ends' guest_ends 0
}

printed_all() { grep -ao 'count [0-9]*' "$guest_name.console" | cmp - "$work/numbers"; }
