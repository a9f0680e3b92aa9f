# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A directory for a script's own use, which goes with it; read by tests/*/run.sh and others.
#
# usage: . tests/common/scratch.sh; clean_up() { ...; }; scratch NAME
#
# $work is then /tmp/virtasp-NAME.XXXXXX: short, because a unix socket's name must be. However the
# script ends, but for SIGKILL, clean_up is called and the directory removed. What a script leaves that
# is killed, the next one of the same name removes: the directories of this user whose file "owner"
# nobody has locked any more, neither the script nor what it has started.

# Until then it is no place: nothing can be made or removed below it, and "$work/root" is not /root.
work=/dev/null/none

# What else is to be done at the end; [ -d "$work" ] tells whether it is there. Scripts that have something define it.
clean_up() { :; }

scratch_end() {
    clean_up
    [ ! -d "$work" ] || rm -rf "$work"
}

# scratch_remove_dead NAME
scratch_remove_dead() {
    for scratch_old in /tmp/virtasp-"$1".*; do
        # shellcheck disable=SC3067 # each shell has -O
        if [ -f "$scratch_old/owner" ] && [ -O "$scratch_old/owner" ]; then
            flock -n "$scratch_old/owner" rm -rf "$scratch_old"
        fi
    done
}

# scratch NAME
scratch() {
    trap scratch_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    scratch_remove_dead "$1"
    work=$(mktemp -d "/tmp/virtasp-$1.XXXXXX") || exit 1
    # Under this name it is locked already: nobody takes it for a dead script's.
    exec 9>"$work/new"
    flock 9
    mv "$work/new" "$work/owner"
}
