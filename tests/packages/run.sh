#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is installed, and the packages that are made of it: the files are the ones that are listed, they
# work wherever they lie and without the build tree, and say the same as --help and each other.
#
# usage: sh tests/packages/run.sh      (after `make tests`; BUILD, QEMU)
#
# `make test-deb` does what takes minutes: another build, and a fresh root.

set -u

BUILD=${BUILD:-build}
QEMU=${QEMU:-qemu-system-arm}
export BUILD QEMU
# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC1091
. tests/linux_guest/small_kernel.sh
# shellcheck disable=SC1091
. tests/packages/installed.sh
# shellcheck disable=SC1091
. tests/packages/texts.sh
# shellcheck disable=SC1091
. tests/packages/deb.sh

clean_up() {
    [ ! -d "$work/chip/run" ] || "$BUILD/host/virtasp" stop "$work/chip" >/dev/null 2>&1
}
scratch packages
tree=$work/moved/usr
# The vendor's keys are made once and kept, because RSA keys take seconds.
mkdir -p "$BUILD/tests"
vendor=$(cd "$BUILD/tests" && pwd)/vendor
version=$(sed -n 's/^.define VIRTASP_VERSION "\(.*\)"$/\1/p' host/version.h)

install_into() {
    make --no-print-directory install SETUP=no DESTDIR="$1" PREFIX="${2:-/usr}"
}

# left_out WHAT PROGRAM: says so, and succeeds, when a program is not there. What a test prints is only
# shown when it fails, so this goes past it.
exec 3>&1
left_out() {
    ! command -v "$2" >/dev/null && echo "left out: $1: there is no $2" >&3
}

# What is installed is used from another place than it was made for.
check "everything is installed" install_into "$work/first"
mv "$work/first" "$work/moved"
test_installed
test_texts
test_deb
counted
