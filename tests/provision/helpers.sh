# SPDX-License-Identifier: Apache-2.0
# Helpers of the chip factory's tests.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

report() { # NAME STATUS
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $1"
        sed 's/^/    | /' "$work/output"
    fi
}

# check NAME COMMAND...: the command succeeds.
check() {
    name=$1
    shift
    "$@" >"$work/output" 2>&1
    report "$name" $?
}

# All names, modes, times of change and contents below a directory.
snapshot() { (cd "$1" && find . -exec stat -c '%n %f %i %y' {} + | sort); }

# refuse NAME STATUS REASON ARGUMENT...: virtasp exits with the status, names the reason on standard
# error, says nothing on standard output, and leaves $work/kept as it was.
refuse() {
    name=$1
    status=$2
    reason=$3
    shift 3
    snapshot "$work/kept" >"$work/before"
    "$VIRTASP" "$@" >"$work/stdout" 2>"$work/output"
    got=$?
    snapshot "$work/kept" >"$work/after"
    {
        [ $got -eq "$status" ] || echo "exit status $got instead of $status"
        grep -q "$reason" "$work/output" || echo "the reason should be: $reason"
        [ ! -s "$work/stdout" ] || cat "$work/stdout"
        cmp "$work/before" "$work/after"
    } >"$work/complaints" 2>&1
    cat "$work/complaints" >>"$work/output"
    [ ! -s "$work/complaints" ]
    report "$name" $?
}

mode_is() { [ "$(stat -c %a "$2")" = "$1" ] || { ls -ld "$2"; return 1; }; }
size_is() { [ "$(stat -c %s "$2")" = "$1" ] || { ls -ld "$2"; return 1; }; }
same() { [ "$1" = "$2" ] || { printf '%s\n%s\n' "$1" "$2"; return 1; }; }
differ() { [ "$1" != "$2" ]; }
no_file() { [ ! -e "$1" ]; }
said() { grep -q -e "$1" "$work/output"; }
silent_but() { if grep -v -e "$1" "$work/log"; then return 1; fi; }
fact() { sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" "$1/chip.json"; }
part() { tail -c +$(($2 + 1)) "$1" | head -c "$3"; } # FILE OFFSET LENGTH
reversed() { perl -0777 -ne 'print scalar reverse $_'; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# pss KEY HASH-NAME SIGNED SIGNATURE: judged by the openssl command.
pss() {
    openssl pkey -in "$1" -pubout -out "$work/public.pem" &&
        openssl dgst "-$2" -verify "$work/public.pem" -sigopt rsa_padding_mode:pss \
            -sigopt "rsa_mgf1_md:$2" -sigopt rsa_pss_saltlen:digest -signature "$4" "$3"
}

# slot FILE SIGNED-LENGTH SIGNATURE-OFFSET KEY: a little-endian signature over the file's start.
slot() {
    part "$1" 0 "$2" >"$work/signed" && part "$1" "$3" 512 | reversed >"$work/signature" &&
        pss "$4" sha384 "$work/signed" "$work/signature"
}

modulus_is() { # FILE OFFSET KEY (little-endian)
    same "$(part "$1" "$2" 512 | reversed | hex)" \
        "$(openssl rsa -in "$3" -noout -modulus 2>/dev/null | sed 's/Modulus=//' | tr A-F a-f)"
}
