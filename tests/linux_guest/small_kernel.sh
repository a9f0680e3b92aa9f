# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A file that is a kernel for whoever loads it; read by this directory's run.sh, and by tests/packages.

# small_kernel FILE SECTORS JUMP: as much of a kernel as a loader looks at; numbers in octal.
small_kernel() {
    yes "not zeros" | head -c 20000 >"$1"
    set -- "$1" "497:\\$2" "513:\\$3" '514:HdrS\017\002' '529:\002' '566:\001\000\377\007\000\000' \
        '600:\000\000\000\001\000\000\000\000\000\000\020\000'
    small=$1
    shift
    for patch; do
        # shellcheck disable=SC2059 # the patch is a format on purpose
        printf "${patch#*:}" | dd of="$small" bs=1 seek="${patch%%:*}" conv=notrunc 2>/dev/null || return 1
    done
}
