# SPDX-License-Identifier: Apache-2.0
# Other people's verifiers over the corpus: fetches them as Debian packages into trees of their own, and
# holds their answers against the manifest and tests/vectors/records.
#
# Read by run.sh, which sets $corpus, $list and $time, and reads tests/common/clients.sh.
# shellcheck shell=sh disable=SC2154

# answers CLIENT-VERSION[-MODE] [ONLY]: what is in $work/answers, against the record, or a part of it.
answers() {
    record=tests/vectors/records/$1
    if [ ! -f "$record" ]; then
        left_out "$1" "there is no record of this version; perl tests/vectors/compare.pl makes one"
        return
    fi
    check "$1" perl tests/vectors/compare.pl "$corpus" "$record" "${2:-*}" <"$work/answers"
    cat "$work/output"
}

snphost() {
    tree client-snphost sid snphost || return 0
    only='*'
    [ "$fetch" = all ] || only='milan-v3-vcek*'
    grep "^${only%'*'}" "$list" |
        sh tests/vectors/clients/snphost.sh "$BUILD/client-snphost/run" snphost >"$work/answers"
    answers "snphost-$(version client-snphost snphost)" "$only"
}

# chain_of PRODUCT KIND: the corpus's, for go-sev-guest to have built in.
chain_of() {
    intermediate=ask
    [ "$2" != vlek ] || intermediate=asvk
    cat "$corpus/chains/$1-v5-$2/$intermediate.pem" "$corpus/roots/$1.pem"
}
sev_guest() {
    large client-go-sev-guest "$clients/go-cache" || return 0
    tree_go || return 0
    check "go-sev-guest is built" go_tool build -o "$work/sev-guest" \
        tests/vectors/clients/sev-guest.go
    [ -x "$work/sev-guest" ] || return 0
    for mode in own built-in; do
        "$work/sev-guest" $mode "$time" <"$list" >"$work/answers"
        answers "go-sev-guest-$(version client-go-sev-guest golang-github-google-go-sev-guest-dev
        )-$mode-roots"
    done
}

cargo_build() {
    crate=$clients/sev
    mkdir -p "$crate/src"
    cmp -s tests/vectors/clients/sev.rs "$crate/src/main.rs" ||
        cp tests/vectors/clients/sev.rs "$crate/src/main.rs"
    cat >"$crate/Cargo.toml" <<CARGO
[package]
name = "sev-client"
version = "0.0.0"
edition = "2021"

[dependencies]
sev = { version = "8", default-features = false, features = ["snp", "openssl"] }
CARGO
    (cd "$crate" && cargo_tool build --release)
}
sev() {
    large client-sev "$clients/sev/target/release/sev-client" || return 0
    tree_rust || return 0
    check "the sev crate is built" cargo_build
    [ -x "$clients/sev/target/release/sev-client" ] || return 0
    "$clients/sev/target/release/sev-client" <"$list" >"$work/answers"
    answers "sev-$(version client-sev librust-sev-dev)"
}

snphost
sev_guest
sev
