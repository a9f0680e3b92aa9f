# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154,SC2016 # work comes from run.sh; the programs expand
# configfs-tsm of tests/exec/run.sh, as shell commands use it.

# not COMMAND...: of a shell with -e, which does not mind what "!" says.
refuses='not() { if "$@"; then return 1; fi; }
    '

# tsm_says COMMANDS: run by a shell in $d, a new request below report/
tsm_says() {
    run "$work/milan" -- sh -euc "$refuses"'d=/sys/kernel/config/tsm/report/request
        mkdir $d
        cd /
        '"$1"
}

tsm() {
    check "tsm: the provider" tsm_says '[ "$(cat $d/provider)" = sev_guest ]'
    check "tsm: a report" tsm_says 'head -c 64 /dev/zero | tr "\0" T >$d/inblob
        out=$(mktemp)
        trap "rm $out" EXIT
        cat $d/outblob >$out
        [ "$(wc -c <$out)" = 1184 ]
        [ "$(tail -c +81 $out | head -c 64 | tr -d T)" = "" ]'
    check "tsm: writes are counted" tsm_says '[ "$(cat $d/generation)" = 0 ]
        head -c 64 /dev/zero >$d/inblob; [ "$(cat $d/generation)" = 1 ]
        echo 2 >$d/privlevel; [ "$(cat $d/generation)" = 2 ]
        [ "$(tail -c +49 $d/outblob | head -c 1 | od -An -tu1 | tr -d " ")" = 2 ]'
    check "tsm: nothing to report" tsm_says 'not cat $d/outblob'
    check "tsm: too short" tsm_says 'head -c 63 /dev/zero >$d/inblob; not cat $d/outblob'
    check "tsm: too long" tsm_says 'head -c 65 /dev/zero >$d/inblob; not cat $d/outblob'
    check "tsm: no such level" tsm_says 'head -c 64 /dev/zero >$d/inblob; echo 4 >$d/privlevel
        not cat $d/outblob'
    check "tsm: a level below the floor" gives 0 run "$work/milan" --vmpl 2 -- sh -euc "$refuses"'
        d=/sys/kernel/config/tsm/report/request; mkdir $d; [ "$(cat $d/privlevel_floor)" = 2 ]
        head -c 64 /dev/zero >$d/inblob; echo 1 >$d/privlevel; not cat $d/outblob
        echo 3 >$d/privlevel; [ "$(wc -c <$d/outblob)" = 1184 ]'
    check "tsm: files have their modes" tsm_says 'not cat $d/inblob; not sh -c "echo >$d/outblob"
        not sh -c ": >$d/other"; [ "$(ls $d | wc -l)" = 7 ]; test -f $d/inblob; test -d $d'
    check "tsm: requests are made once and removed" tsm_says 'not mkdir $d; not rm $d/inblob; rmdir $d
        not rmdir $d; not test -e $d; mkdir $d; not mkdir $d/a; not mkdir /sys/kernel/config/tsm/a'
    check "tsm: sixty-four of them" tsm_says 'for i in $(seq 63); do mkdir $d.$i; done
        not mkdir $d.64; rmdir $d.1; mkdir $d.64
        [ "$(ls /sys/kernel/config/tsm/report | wc -l)" = 64 ]'
    check "tsm: written anew in an open file" tsm_says 'exec 3>$d/inblob
        head -c 64 /dev/zero | tr "\0" A >&3; [ "$(tail -c +81 $d/outblob | head -c 2)" = AA ]
        head -c 64 /dev/zero | tr "\0" B >/proc/self/fd/3
        [ "$(tail -c +81 $d/outblob | head -c 2)" = BB ]'
    check "tsm: no report of before for what has none" tsm_says '
        head -c 64 /dev/zero | tr "\0" A >$d/inblob
        [ "$(tail -c +81 $d/outblob | head -c 2)" = AA ]
        '"'$virtasp' reset '$work/milan'"'
        head -c 64 /dev/zero | tr "\0" B >$d/inblob
        not cat $d/outblob; not cat $d/outblob'
    # O_DIRECTORY, with O_PATH.
    check "tsm: a directory is opened with O_PATH" tsm_says 'for flags in 0200000 010200000; do
            perl -e "sysopen(D, shift, $flags) or die \$!" $d
        done
        not perl -e "sysopen(D, shift, 010000000) or die \$!" $d.other'
    check "tsm: a FIFO keeps nobody waiting" tsm_says "
        mkfifo '$work/milan/run/tsm/report/fifo'
        not cat /sys/kernel/config/tsm/report/fifo
        mv '$work/milan/run/tsm/report/fifo' '$work/fifo'"
    check "tsm: nothing is left" test ! -e "$work/milan/run/tsm"
}
