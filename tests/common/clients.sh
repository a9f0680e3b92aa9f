# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # the scripts that read this share the names
# Other people's programs, fetched as Debian packages into trees of their own below $BUILD, with the
# toolchains that some need; what tests/vectors and tests/clients begin with.
#
# usage: . tests/common/clients.sh; scratch NAME; ...; counted
#
# A script that has --clients as its argument fetches all of them. Without it nothing large is fetched,
# and what is there is used.

BUILD=$(realpath "${BUILD:-build}")
virtasp=$BUILD/host/virtasp

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh

fetch=snphost
[ "${1:-}" != --clients ] || fetch=all
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

# large NAME FILE: whether a client with a toolchain of its own is to run: it was built before, or all are.
large() {
    [ "$fetch" = all ] || [ -e "$2" ] ||
        { left_out "$1" "its toolchain is large; make test-clients fetches it" && return 1; }
}

# overlay DIRECTORY: what the package of go-sev-guest lacks, AMD's roots, is what chain_of PRODUCT KIND
# prints, ASK or ASVK and ARK; and so are ours the keys of its tests.
overlay() {
    sources=$BUILD/client-go-sev-guest/usr/share/gocode/src/github.com/google/go-sev-guest
    comma=
    printf '{"Replace": {'
    for line in milan-vcek:ask_ark_milan milan-vlek:ask_ark_milan_vlek genoa-vcek:ask_ark_genoa \
        genoa-vlek:ask_ark_genoa_vlek turin-vcek:ask_ark_turin_vcek turin-vlek:ask_ark_turin_vlek; do
        file=$1/${line%:*}.pem
        chain_of "${line%-*}" "$(expr "$line" : '[a-z]*-\([a-z]*\)')" >"$file"
        printf '%s"%s/verify/trust/%s.pem": "%s"' "$comma" "$sources" "${line#*:}" "$file"
        comma=', '
    done
    for key in ark:rsa_keygen_bits:4096 ask:rsa_keygen_bits:4096 asvk:rsa_keygen_bits:4096 \
        vcek:ec_paramgen_curve:P-384 vlek:ec_paramgen_curve:P-384; do
        file=$1/${key%%:*}_private_key.pem
        type=${key#*:}
        [ -s "$file" ] || openssl genpkey -algorithm "${type%%_*}" -pkeyopt "$type" -out "$file" \
            2>/dev/null || return 1
        printf ', "%s/testing/data/keys/%s": "%s"' "$sources" "${file##*/}" "$file"
    done
    printf '}}\n'
}

# Go, with its own toolchain and packages, and no network.
tree_go() {
    tree client-go-sev-guest trixie golang-go golang-github-google-go-sev-guest-dev \
        golang-github-google-go-configfs-tsm-dev
}
# go_tool ARGUMENT...: the go command, with chain_of's roots built in.
go_tool() {
    root=$BUILD/client-go-sev-guest
    go=$(echo "$root"/usr/lib/go-*/bin/go)
    mkdir -p "$clients/overlay"
    overlay "$clients/overlay" >"$clients/overlay.json" || return 1
    GOROOT=${go%/bin/go} GOPATH=$root/usr/share/gocode GOCACHE=$clients/go-cache GO111MODULE=off \
        GOFLAGS=-overlay=$clients/overlay.json GOTOOLCHAIN=local CGO_ENABLED=0 GOENV=off \
        "$go" "$@"
}

# Rust, in the same way.
tree_rust() {
    tree client-sev sid rustc cargo librust-sev-dev librust-serial-test-dev \
        librust-kvm-bindings-dev librust-kvm-ioctls-dev
}
# cargo_tool ARGUMENT...: cargo, in the directory of a crate.
cargo_tool() {
    root=$BUILD/client-sev
    mkdir -p .cargo
    cat >.cargo/config.toml <<CARGO
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "$root/usr/share/cargo/registry"
[net]
offline = true
CARGO
    # cargo starts the compiler by itself, which needs the tree's C library.
    printf '#!/bin/sh\nexec "%s/run" rustc "$@"\n' "$root" >"$clients/rustc"
    chmod +x "$clients/rustc"
    RUSTC=$clients/rustc CARGO_HOME=$clients/cargo-home "$root/run" cargo "$@"
}
