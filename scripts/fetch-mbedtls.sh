#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches Debian's source package of Mbed TLS 3.6 and unpacks it.
#
# usage: scripts/fetch-mbedtls.sh BUILD-DIRECTORY
#
# The result is BUILD-DIRECTORY/mbedtls-src. The work is done by an apt of its own under
# BUILD-DIRECTORY/apt (private-apt.sh).

set -eu

suite=${MBEDTLS_SUITE:-trixie} # the Debian release that carries 3.6
HERE=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
build=$(cd "$1" && pwd)
APT=$build/apt
package=$APT/package
tree=$build/mbedtls-src

# shellcheck source=scripts/private-apt.sh
. "$HERE/private-apt.sh"

say() { echo "mbedtls: $*"; }
fail() {
    say "$*" >&2
    say "any unpacked Mbed TLS 3.6 will do instead: make MBEDTLS_DIR=/path/to/mbedtls" >&2
    exit 1
}

# Two makes may want it at once: the second one waits, and finds it there.
exec 9>"$tree.lock"
flock -n 9 || {
    flock 9
    [ ! -d "$tree" ] || exit 0
}

download() {
    (cd "$package.new" && apt-get -q -c "$APT/apt.conf" source --download-only mbedtls) &&
        ls "$package.new"/mbedtls_3.6.*.dsc
}

fetch() {
    rm -rf "$package.new"
    mkdir -p "$package.new"
    say "fetching the source package of Debian $suite"
    private_apt_get deb-src "$suite" download ||
        fail "could not fetch the package (is there a network, and a mirror of Debian in apt's" \
            "sources? full log: $APT/log/fetch)"
    (cd "$package.new" && sha256sum -- * >"$APT/sums.new")
    rm -rf "$package"
    mv "$package.new" "$package"
    mv "$APT/sums.new" "$APT/package.sums"
}

# A package that was fetched and verified before is used again, after a look at its checksums.
(cd "$package" && sha256sum --quiet -c "$APT/package.sums") >/dev/null 2>&1 || fetch

rm -rf "$tree" "$tree.new"
dpkg-source --no-check --no-copy -x "$package"/mbedtls_3.6.*.dsc "$tree.new" >"$APT/log/unpack" 2>&1 ||
    fail "could not unpack $package (see $APT/log/unpack)"
grep -q 'MBEDTLS_VERSION_STRING  *"3\.6\.' "$tree.new/include/mbedtls/build_info.h" ||
    fail "$package is not Mbed TLS 3.6"
mv "$tree.new" "$tree"
say "unpacked $(basename "$package"/mbedtls_3.6.*.dsc .dsc) into $tree"
