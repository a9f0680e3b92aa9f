#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that the build needs, and only those that are missing.
#
# usage: scripts/setup.sh [--check] [SET...]      sets: base (default), lint, fuzz, package, look
#
# --check only tells by its exit status whether something is missing.
# Exit status: 0 everything is there, 1 something is missing and could not be installed, 2 usage.

set -eu

base="build-essential dpkg-dev gcc-arm-none-eabi binutils-arm-none-eabi libnewlib-arm-none-eabi
      qemu-system-arm openssl libssl-dev libcmocka-dev ovmf valgrind"
lint="clang clang-tidy clang-format cppcheck shellcheck"
package="lintian debootstrap man-db"
fuzz="clang libclang-rt-dev"
look="chromium fonts-dejavu-core"

check_only=no
sets=
for arg in "$@"; do
    case $arg in
        --check) check_only=yes ;;
        base | lint | fuzz | package | look) sets="$sets $arg" ;;
        *)
            echo "usage: $0 [--check] [base|lint|fuzz|package|look...]" >&2
            exit 2
            ;;
    esac
done

wanted=
for set in ${sets:-base}; do
    case $set in
        base) wanted="$wanted $base" ;;
        lint) wanted="$wanted $lint" ;;
        fuzz) wanted="$wanted $fuzz" ;;
        package) wanted="$wanted $package" ;;
        look) wanted="$wanted $look" ;;
    esac
done

# By hand: the commands a user of any system can run instead of this script.
fail() {
    echo "setup: $1" >&2
    echo "setup: please install these packages by hand, then run make again:" >&2
    # shellcheck disable=SC2086 # the list is split into words on purpose
    echo "    apt-get install --no-install-recommends" $missing >&2
    echo "setup: (on another system: install the like, and run make SETUP=no MBEDTLS_DIR=...)" >&2
    exit 1
}

# dpkg-query prints a line per package that it knows; a name it does not know makes it fail,
# which only means that the package is missing.
installed=
if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2016,SC2086 # the format is dpkg's own; the list is split on purpose
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
        sed -n 's/^installed //p' || true)
fi
missing=
for package in $wanted; do
    if ! printf '%s\n' "$installed" | grep -qxF -e "$package"; then
        missing="$missing $package"
    fi
done
if [ -z "$missing" ]; then
    exit 0
fi
if [ $check_only = yes ]; then
    exit 1
fi

if ! command -v apt-get >/dev/null; then
    fail "this system has no apt-get"
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root="env"
elif command -v sudo >/dev/null; then
    # Without a terminal sudo must not wait for a password that nobody can type.
    if [ -t 0 ]; then as_root="sudo env"; else as_root="sudo -n env"; fi
else
    fail "packages are missing, and installing them takes root or sudo"
fi

echo "setup: installing$missing"
# A failed update is not the end: the lists that the machine has may do.
$as_root apt-get -o DPkg::Lock::Timeout=300 update ||
    echo "setup: apt-get update failed, trying with the package lists at hand" >&2
# shellcheck disable=SC2086 # the list is split into words on purpose
$as_root DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y --no-install-recommends $missing </dev/null ||
    fail "apt-get could not install them"
