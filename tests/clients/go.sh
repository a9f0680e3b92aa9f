# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # set by run.sh
# go-sev-guest's and go-configfs-tsm's own tests, which bring devices of their own; and the former's
# tools, from a report by either of exec's ways to its verification.

sev_guest=github.com/google/go-sev-guest

# chain_of PRODUCT KIND: the chip's, whatever the product.
chain_of() { cat "$work/chip/kds/$2/v1/Milan/cert_chain"; }

# go_tests: "PACKAGE/TEST RESULT" of all; a package that does not get as far counts as a test.
go_tests() {
    go_tool test -json $sev_guest/... github.com/google/go-configfs-tsm/... >"$work/events" 2>&1
    perl -ne 'BEGIN { %word = (pass => "passes", fail => "fails", skip => "skips") }
        next unless /"Action":"(pass|fail|skip)","Package":"github.com\/google\/([^"]*)"/;
        my ($action, $package) = ($1, $2);
        my ($test) = /"Test":"([^"]*)"/;
        $tests{$package} = 1 if defined $test;
        next if !defined $test && ($tests{$package} || $action ne "fail");
        print $package, defined $test ? "/$test" : "", " $word{$action}\n"' "$work/events"
}

# quote OUTPUT OPTION...: a report with certificates and REPORT_DATA $data, by go-sev-guest's tool.
quote() {
    output=$1
    shift
    run "$work/attest" -extended -inform hex -in "$data" -out "$output" "$@" &&
        [ "$(wc -c <"$output")" -gt 4000 ]
}
# accepted REPORT DATA: by its other tool.
accepted() {
    "$work/check" -in "$1" -inform bin -network=false -guest_policy 196608 -report_data "$2" 2>&1
}
refused() { ! accepted "$@" >"$work/said" && cat "$work/said" && grep -q REPORT_DATA "$work/said"; }
go_tools() {
    data=$(printf '%0128d' 7)
    for tool in attest check; do
        check "go-sev-guest's $tool is built" go_tool build -o "$work/$tool" $sev_guest/tools/$tool
    done
    check "go-sev-guest gets a report by /dev/sev-guest" quote "$work/ioctl"
    check "and accepts it" accepted "$work/ioctl" "$data"
    check "but not with other REPORT_DATA" refused "$work/ioctl" "$(printf '%0128d' 8)"
    check "go-sev-guest gets a report by configfs-tsm" quote "$work/tsm" -vmpl 0
    check "and accepts it" accepted "$work/tsm" "$data"
}

go_suites() {
    large "go-sev-guest's tests" "$clients/go-cache" || return 0
    tree_go || return 0
    go_tools
    go_tests >"$work/results"
    recorded "go-sev-guest-$(version client-go-sev-guest golang-github-google-go-sev-guest-dev)"
}
