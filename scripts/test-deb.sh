#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the packages of `make deb`: another build, elsewhere and later, gives the same bytes; they are
# installed in a fresh root of this system's Debian release, used, and removed. The latter needs root,
# debootstrap and Debian's archive.
#
# usage: scripts/test-deb.sh      (make test-deb; BUILD, MAKE)
#
# ROOT: an unpacked root to take instead of one that debootstrap makes; it is copied, not changed.

set -u

BUILD=${BUILD:-build}
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date -u -r host/version.h +%s)}"
export SOURCE_DATE_EPOCH
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
scratch deb
# shellcheck disable=SC2154 # work comes from scratch.sh
root=$work/root

# A copy of the sources, with what was downloaded, under a name of another length.
same_elsewhere() {
    mkdir -p "$work/some/where/else" &&
        tar -cf - --exclude=./.git --exclude="./$BUILD" . | tar -xf - -C "$work/some/where/else" &&
        mkdir -p "$work/some/where/else/build" &&
        cp -r "$BUILD/mbedtls-src" "$work/some/where/else/build/" &&
        (cd "$work/some/where/else" && touch . && find . -name '*.c' -exec touch {} + &&
            MAKEFLAGS='' CCACHE_DISABLE=1 ${MAKE:-make} -j"$(nproc)" --no-print-directory deb SETUP=no BUILD=build \
                MBEDTLS_DIR=build/mbedtls-src -s) >"$work/make.log" 2>&1 &&
        for package in "$BUILD"/deb/*.deb; do
            cmp "$package" "$work/some/where/else/build/deb/${package##*/}" || return 1
        done
    status=$?
    rm -rf "$work/some"
    return $status
}

within() { chroot "$root" "$@"; }

# With apt's settings and sources of this system: what serves it serves the root.
fresh_root() {
    if [ -n "${ROOT:-}" ]; then
        cp -a "$ROOT" "$root" || return 1
    else
        release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
        mirror=$(apt-cache policy | sed -n "s|^ *[0-9]* \(http[^ ]*\) $release/main.*|\1|p" |
            head -n 1)
        debootstrap --variant=minbase "$release" "$root" "$mirror" || return 1
    fi
    cp -r /etc/apt/. "$root/etc/apt/"
    cp /etc/hosts "$root/etc/hosts"
    [ ! -f /etc/resolv.conf ] || cp /etc/resolv.conf "$root/etc/resolv.conf"
    cp "$BUILD"/deb/*.deb "$root/tmp/"
}

# The files of the root, but for those that packages' managers and programs write.
files() {
    find "$root" -xdev \( -path "$root/tmp" -o -path "$root/var" -o -path "$root/etc" \) -prune \
        -o -print | LC_ALL=C sort
}

# The packages that ours depend on; the name of OpenSSL's is not the same in all releases.
dependencies() {
    packages=$(dpkg-deb -f "$(echo "$BUILD"/deb/virtasp_*.deb)" Depends | tr ',' '\n' |
        sed 's/(.*//; s/|.*//; s/ //g')
    within apt-get update
    # shellcheck disable=SC2086 # a list
    within env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

unchanged() { within dpkg --verify virtasp >"$work/verify" && [ ! -s "$work/verify" ]; }
removed() { within dpkg --purge virtasp && files >"$work/after" && diff "$work/before" "$work/after"; }

check "another build gives the same packages" same_elsewhere
if [ "$(id -u)" -eq 0 ]; then
    check "there is a fresh root" fresh_root
    check "what virtasp depends on can be installed" dependencies
    files >"$work/before"
    check "virtasp is installed" within sh -c 'dpkg -i /tmp/virtasp_*.deb'
    check "it runs" within virtasp --version
    check "it makes a chip of the firmware that came with it" within virtasp provision /tmp/chip
    check "the conformance suite is there" within virtasp conformance --list --json
    check "its files are as they were packed" unchanged
    check "it is removed, and nothing of it stays" removed
else
    echo "left out: only root can make a root to install the packages in"
fi
counted
