#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches Debian's source package of Mbed TLS 3.6 and unpacks it.
#
# usage: scripts/fetch-mbedtls.sh BUILD-DIRECTORY
#
# The result is BUILD-DIRECTORY/mbedtls-src. apt does the work, because it checks Debian's
# signature and every checksum, but with lists, cache and sources of its own under
# BUILD-DIRECTORY/apt, so that the system's apt never notices. Mirror and signing keys are the ones
# that this machine already trusts; its proxy settings hold too.

set -eu

suite=${MBEDTLS_SUITE:-trixie} # the Debian release that carries 3.6
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
build=$(cd "$1" && pwd)
apt=$build/apt
package=$apt/package
tree=$build/mbedtls-src

say() { echo "mbedtls: $*"; }
fail() {
    say "$*" >&2
    say "any unpacked Mbed TLS 3.6 will do instead: make MBEDTLS_DIR=/path/to/mbedtls" >&2
    exit 1
}

# apt's own settings: nothing outside $apt is written. The #clear lines drop the hooks that a
# system may have for its own updates. As root apt would otherwise read and write as a user who
# may have no access to this directory.
write_config() {
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/log" "$package.new"
    : >"$apt/status"
    cat >"$apt/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
Dir::Cache::archives "$apt/cache/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "$apt/log";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    if [ "$(id -u)" -eq 0 ]; then
        echo 'APT::Sandbox::User "root";' >>"$apt/apt.conf"
    fi
}

# Downloads the package from the one mirror that $apt/sources.list names.
download() {
    apt-get -q -c "$apt/apt.conf" update -o APT::Update::Error-Mode=any &&
        (cd "$package.new" &&
            apt-get -q -c "$apt/apt.conf" source --download-only mbedtls) &&
        ls "$package.new"/mbedtls_3.6.*.dsc
}

# Tries the mirrors of this machine in turn: a third party's archive may look like Debian's own
# in the list, and then simply has no such package.
fetch() {
    command -v apt-get >/dev/null || fail "this system has no apt-get"
    rm -rf "$package.new"
    write_config
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    "$here/apt-mirrors.sh" "${codename:-stable}" >"$apt/mirrors"
    [ -s "$apt/mirrors" ] || fail "apt's sources name no mirror of Debian's main archive"
    while read -r url options; do
        say "fetching the source package of Debian $suite through $url"
        echo "deb-src $options $url $suite main" >"$apt/sources.list"
        if download >"$apt/log/fetch" 2>&1 </dev/null; then
            (cd "$package.new" && sha256sum -- * >"$apt/sums.new")
            rm -rf "$package"
            mv "$package.new" "$package"
            mv "$apt/sums.new" "$apt/package.sums"
            rm -rf "$apt/lists" # 22 MB that nothing needs any more
            return
        fi
        sed 's/^/    /' "$apt/log/fetch" >&2
    done <"$apt/mirrors"
    fail "could not fetch the package (is there a network? full log: $apt/log/fetch)"
}

# A package that was fetched and verified before is used again, after a look at its checksums.
(cd "$package" && sha256sum --quiet -c "$apt/package.sums") >/dev/null 2>&1 || fetch

rm -rf "$tree" "$tree.new"
dpkg-source --no-check --no-copy -x "$package"/mbedtls_3.6.*.dsc "$tree.new" >"$apt/log/unpack" 2>&1 ||
    fail "could not unpack $package (see $apt/log/unpack)"
grep -q 'MBEDTLS_VERSION_STRING  *"3\.6\.' "$tree.new/include/mbedtls/build_info.h" ||
    fail "$package is not Mbed TLS 3.6"
mv "$tree.new" "$tree"
say "unpacked $(basename "$package"/mbedtls_3.6.*.dsc .dsc) into $tree"
