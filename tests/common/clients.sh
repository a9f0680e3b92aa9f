# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # BUILD, work and fetch come from the scripts
# Other people's programs, fetched as Debian packages into trees of their own below $BUILD, with the
# toolchains that some need; read by tests/vectors and tests/clients.
#
# $fetch: all, for everything; else nothing large is fetched.

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

# Go, with its own toolchain and packages, and no network.
tree_go() {
    tree client-go-sev-guest trixie golang-go golang-github-google-go-sev-guest-dev \
        golang-github-google-go-configfs-tsm-dev
}
# go_overlay: roots of the corpus for go_tool -overlay "$clients/overlay.json".
go_overlay() {
    mkdir -p "$clients/overlay"
    overlay "$clients/overlay" >"$clients/overlay.json"
}
# go_tool ARGUMENT...: the go command.
go_tool() {
    root=$BUILD/client-go-sev-guest
    go=$(echo "$root"/usr/lib/go-*/bin/go)
    GOROOT=${go%/bin/go} GOPATH=$root/usr/share/gocode GOCACHE=$clients/go-cache GO111MODULE=off \
        GOFLAGS='' GOTOOLCHAIN=local CGO_ENABLED=0 GOENV=off "$go" "$@"
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
