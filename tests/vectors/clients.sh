# SPDX-License-Identifier: Apache-2.0
# Other people's verifiers over the corpus: fetches them as Debian packages into trees of their own, and
# holds their answers against the manifest and tests/vectors/records.
#
# Read by run.sh, which sets the variables: $corpus, $list, $time, $fetch (snphost, or all).
# shellcheck shell=sh disable=SC2154

clients=$BUILD/clients
mkdir -p "$clients"

# left_out CLIENT WHY
left_out() { echo "left out: $1: $2"; }

# tree NAME SUITE PACKAGE...: whether the packages are there, in build/NAME; they are fetched when they
# are not.
tree() {
    if ! scripts/fetch-packages.sh "$BUILD" "$@" >"$work/fetch.log" 2>&1; then
        [ "$fetch" != all ] || cat "$work/fetch.log"
        left_out "$1" "$(tail -n 1 "$work/fetch.log")"
        return 1
    fi
}
# version TREE PACKAGE: upstream's.
version() { sed -n "s/^$2 \\([0-9]*:\\)\\{0,1\\}\\([^-]*\\)-.*/\\2/p" "$BUILD/$1/packages"; }

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

# overlay DIRECTORY: what the package of go-sev-guest lacks, AMD's roots, is ours.
overlay() {
    trust=$BUILD/client-go-sev-guest/usr/share/gocode/src/github.com/google/go-sev-guest/verify/trust
    comma=
    printf '{"Replace": {'
    for line in milan:ask_ark_milan:ask_ark_milan_vlek genoa:ask_ark_genoa:ask_ark_genoa_vlek \
        turin:ask_ark_turin_vcek:ask_ark_turin_vlek; do
        product=${line%%:*}
        names=${line#*:}
        cat "$corpus/chains/$product-v5-vcek/ask.pem" "$corpus/roots/$product.pem" \
            >"$1/$product-vcek.pem"
        cat "$corpus/chains/$product-v5-vlek/asvk.pem" "$corpus/roots/$product.pem" \
            >"$1/$product-vlek.pem"
        printf '%s"%s/%s.pem": "%s"' "$comma" "$trust" "${names%:*}" "$1/$product-vcek.pem"
        printf ', "%s/%s.pem": "%s"' "$trust" "${names#*:}" "$1/$product-vlek.pem"
        comma=', '
    done
    printf '}}\n'
}
# go_build OUTPUT SOURCE: with the tree's own toolchain and packages, and no network.
go_build() {
    root=$BUILD/client-go-sev-guest
    mkdir -p "$clients/overlay"
    overlay "$clients/overlay" >"$clients/overlay.json"
    go=$(echo "$root"/usr/lib/go-*/bin/go)
    GOROOT=${go%/bin/go} GOPATH=$root/usr/share/gocode GOCACHE=$clients/go-cache GO111MODULE=off \
        GOFLAGS='' GOTOOLCHAIN=local CGO_ENABLED=0 GOENV=off \
        "$go" build -overlay "$clients/overlay.json" -o "$1" "$2"
}
# large NAME FILE: whether a client with a toolchain of its own is to run: it was built before, or all are.
large() {
    [ "$fetch" = all ] || [ -e "$2" ] ||
        { left_out "$1" "its toolchain is large; make test-clients fetches it" && return 1; }
}
sev_guest() {
    large client-go-sev-guest "$clients/go-cache" || return 0
    tree client-go-sev-guest trixie golang-go golang-github-google-go-sev-guest-dev || return 0
    check "go-sev-guest is built" go_build "$work/sev-guest" tests/vectors/clients/sev-guest.go
    [ -x "$work/sev-guest" ] || return 0
    for mode in own built-in; do
        "$work/sev-guest" $mode "$time" <"$list" >"$work/answers"
        answers "go-sev-guest-$(version client-go-sev-guest golang-github-google-go-sev-guest-dev
        )-$mode-roots"
    done
}

# cargo_build: with the tree's own toolchain and crates, and no network.
cargo_build() {
    root=$BUILD/client-sev
    crate=$clients/sev
    mkdir -p "$crate/src" "$crate/.cargo"
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
    cat >"$crate/.cargo/config.toml" <<CARGO
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "$root/usr/share/cargo/registry"
[net]
offline = true
CARGO
    # cargo starts the compiler by itself, which needs the tree's C library.
    printf '#!/bin/sh\nexec "%s/run" rustc "$@"\n' "$root" >"$crate/rustc"
    chmod +x "$crate/rustc"
    (cd "$crate" && RUSTC=$crate/rustc CARGO_HOME=$crate/home "$root/run" cargo build --release)
}
sev() {
    large client-sev "$clients/sev/target/release/sev-client" || return 0
    tree client-sev sid rustc cargo librust-sev-dev || return 0
    check "the sev crate is built" cargo_build
    [ -x "$clients/sev/target/release/sev-client" ] || return 0
    "$clients/sev/target/release/sev-client" <"$list" >"$work/answers"
    answers "sev-$(version client-sev librust-sev-dev)"
}

snphost
sev_guest
sev
