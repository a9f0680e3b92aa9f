#!/bin/sh
# Tests of the chip factory: `virtasp provision` and `virtasp sign` as a user sees them, and with
# the openssl command as an independent judge of what they make.
#
# usage: tests/provision/run.sh     (BUILD: the build directory, VIRTASP: the program)

set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
VIRTASP=$(realpath "${VIRTASP:-$BUILD/host/virtasp}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
passed=0
failed=0

. tests/provision/helpers.sh

checker=$BUILD/tests/provision/checker
mkdir -p "${checker%/*}"
check "the checker compiles" "${CC:-gcc}" -std=c11 -D_GNU_SOURCE= -g -O1 \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror \
    -DOPENSSL_API_COMPAT=30000 -DOPENSSL_NO_DEPRECATED -I. -Ihal/include \
    host/provision/*.c tests/provision/*.c -o "$checker" -lcmocka -lcrypto
# Its own count, which does not include a crash, is shown beside ours.
"$checker" >"$work/checked" 2>&1 || failed=$((failed + 1))
cat "$work/checked"

head -c 5001 /dev/urandom >"$work/rom.bin"
head -c 70003 /dev/urandom >"$work/firmware.bin"
vendor=$work/vendor
chip=$work/chip

. tests/provision/sign.sh      # Makes the vendor's keys and some files that the others use.
. tests/provision/provision.sh # Makes the chip.
. tests/provision/refusals.sh  # Works on a copy.
. tests/provision/replace.sh   # Replaces the chip.

echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
