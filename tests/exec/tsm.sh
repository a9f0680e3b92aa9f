# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154,SC2016 # work comes from run.sh; the programs expand
# configfs-tsm of tests/exec/run.sh, as shell commands use it.

# tsm_says COMMANDS: run by a shell in $d, a new request below report/
tsm_says() {
    run "$work/milan" -- sh -euc 'd=/sys/kernel/config/tsm/report/request
        mkdir $d
        cd /
        '"$1"
}

tsm() {
    check "tsm: the provider" tsm_says '[ "$(cat $d/provider)" = sev_guest ]'
    check "tsm: a report" tsm_says 'head -c 64 /dev/zero | tr "\0" T >$d/inblob
        cat $d/outblob >/tmp/virtasp-exec-outblob.$$
        trap "rm /tmp/virtasp-exec-outblob.$$" EXIT
        [ "$(wc -c </tmp/virtasp-exec-outblob.$$)" = 1184 ]
        [ "$(tail -c +81 /tmp/virtasp-exec-outblob.$$ | head -c 64 | tr -d T)" = "" ]'
    check "tsm: writes are counted" tsm_says '[ "$(cat $d/generation)" = 0 ]
        head -c 64 /dev/zero >$d/inblob; [ "$(cat $d/generation)" = 1 ]
        echo 2 >$d/privlevel; [ "$(cat $d/generation)" = 2 ]
        [ "$(tail -c +49 $d/outblob | head -c 1 | od -An -tu1 | tr -d " ")" = 2 ]'
    check "tsm: nothing to report" tsm_says '! cat $d/outblob'
    check "tsm: too short" tsm_says 'head -c 63 /dev/zero >$d/inblob; ! cat $d/outblob'
    check "tsm: too long" tsm_says 'head -c 65 /dev/zero >$d/inblob; ! cat $d/outblob'
    check "tsm: no such level" tsm_says 'head -c 64 /dev/zero >$d/inblob; echo 4 >$d/privlevel
        ! cat $d/outblob'
    check "tsm: a level below the floor" gives 0 run "$work/milan" --vmpl 2 -- sh -euc '
        d=/sys/kernel/config/tsm/report/request; mkdir $d; [ "$(cat $d/privlevel_floor)" = 2 ]
        head -c 64 /dev/zero >$d/inblob; echo 1 >$d/privlevel; ! cat $d/outblob
        echo 3 >$d/privlevel; [ "$(wc -c <$d/outblob)" = 1184 ]'
    check "tsm: files have their modes" tsm_says '! cat $d/inblob; ! echo >$d/outblob
        ! sh -c ": >$d/other"; [ "$(ls $d | wc -l)" = 7 ]; test -f $d/inblob; test -d $d'
    check "tsm: requests are made once and removed" tsm_says '! mkdir $d; ! rm $d/inblob; rmdir $d
        ! rmdir $d; ! test -e $d; mkdir $d; ! mkdir $d/a; ! mkdir /sys/kernel/config/tsm/a'
    check "tsm: sixty-four of them" tsm_says 'for i in $(seq 63); do mkdir $d.$i; done
        ! mkdir $d.64; rmdir $d.1; mkdir $d.64
        [ "$(ls /sys/kernel/config/tsm/report | wc -l)" = 64 ]'
    check "tsm: nothing is left" test ! -e "$work/milan/run/tsm"
}
