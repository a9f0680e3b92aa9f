# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with run.sh
# The page of a guest that boots() has run; read by run.sh. Checks of pages are those of tests/report.

# told LINE: of the commands that were given, each is on the page with its status.
told_commands() {
    for told in LAUNCH_START LAUNCH_UPDATE_DATA LAUNCH_MEASURE LAUNCH_UPDATE_SECRET LAUNCH_FINISH \
        ATTESTATION; do
        grep -q "<code>$told</code>.*class=\"good\">SUCCESS" "$work/boot.html" || return 1
    done
    grep -q '<code>DBG_DECRYPT</code>.*class="bad">POLICY_FAILURE' "$work/boot.html"
}

told_requests() {
    grep -q 'class="what">pause<.*class="good">done' "$work/boot.html" &&
        grep -q 'class="what">find<.*guest=[1-9][0-9]* dram=0 host-key=0' "$work/boot.html"
}

# Of ciphertext, shared and unwritten pages, there are some of each in the end.
told_memory() {
    grep -q '<svg class="history"' "$work/boot.html" &&
        grep -q '<p>In the end.* of 65536 pages [1-9][0-9]* hold ciphertext, [1-9][0-9]* are shared' \
            "$work/boot.html"
}

# What the guest has in memory, and who looks for it, is not for the page; what it prints is.
tells_no_secret() {
    ! grep -q MARKER-OF-GUEST-42 "$work/boot.html" && has boot 'fact: ready' &&
        ! grep -q '<pre tabindex.*SECRET-4711' "$work/boot.html"
}

# A bit of the kernel's first page, which nobody needs any more.
attack_report() {
    shown='output attacked.run attacked.console'
    guest_start attacked "$1" 'echo_virtasp-attack_0x1000000;sleep_1000 nokaslr' --attack flip \
        --report "$work/attacked.html"
    check 'report: an attack is made' guest_says 'virtasp-attack'
    check 'report: the guest goes on' request sync
    request quit
    check 'report: it ends' guest_ends 0
    check 'report: it says what the attack has changed' told_attack
}

told_attack() {
    well_formed attacked && has attacked 'The host flips a bit</h3> <span class="bad">done' &&
        has attacked 'The host: 1 of 4096 bytes changed' &&
        grep -q 'The guest: \(9\|1[0-6]\) of 4096 bytes changed' "$work/attacked.html"
}

# reports KERNEL
reports() {
    check "$1: its report is well-formed" well_formed boot
    check "$1: it loads nothing" loads_nothing boot
    check "$1: only its own script may run" script_has_its_hash boot
    check "$1: it says how the guest ended" has boot 'class="verdict good">It was switched off by a request'
    check "$1: the measurement" has boot 'The measurement is the expected one.'
    check "$1: the certificates" has boot 'Every signature holds, up to the root.'
    check "$1: commands and their statuses" told_commands
    check "$1: requests" told_requests
    check "$1: memory over time" told_memory
    check "$1: nothing of the guest's memory" tells_no_secret
    if [ -n "$CHROMIUM" ]; then
        check "$1: it opens in Chromium" opens boot
    else
        left_out 'opening the report in a browser; Chromium is not installed (CHROMIUM)'
    fi
}
