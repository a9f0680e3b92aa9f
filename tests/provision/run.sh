#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of the chip factory: `virtasp provision` and `virtasp sign` as a user sees them, and with
# the openssl command as an independent judge of what they make.
#
# usage: tests/provision/run.sh     (BUILD: the build directory, VIRTASP: the program)

set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
VIRTASP=$(realpath "${VIRTASP:-$BUILD/host/virtasp}")
checking=
server= # Of kds.sh.
# shellcheck disable=SC1091 # checked by itself
. tests/common/scratch.sh
clean_up() {
    for process in $checking $server; do
        kill "$process"
    done
}
scratch provision
umask 022
passed=0
failed=0

. tests/provision/helpers.sh

# RSA keys take seconds: some come from other suites' directory of keys, or go there.
"$VIRTASP" provision "$work/warm" --vendor "$BUILD/tests/vendor" --no-flash >/dev/null || exit 1
cached=$(realpath "$BUILD/tests/vendor")

checker=$BUILD/tests/provision/checker
mkdir -p "${checker%/*}"
check "no deprecated function of OpenSSL is called" "${CC:-gcc}" -std=c11 -D_GNU_SOURCE= \
    -fsyntax-only -Wall -Wextra -Werror -DOPENSSL_API_COMPAT=30000 -DOPENSSL_NO_DEPRECATED -I. \
    -Ihal/include host/provision/*.c
# The factory's objects are those that the build made with sanitizers.
check "the checker compiles" "${CC:-gcc}" -std=c11 -D_GNU_SOURCE= -g -O1 \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -I. -Ihal/include \
    tests/provision/*.c "$BUILD"/obj/test/host/provision/*.o -o "$checker" -lcmocka -lcrypto
"$checker" "$cached" >"$work/checked" 2>&1 &
checking=$!

# A branch to itself, and what follows.
code() { printf '\376\377\377\352' && head -c $(($1 - 4)) /dev/urandom; }
code 5001 >"$work/rom.bin"
code 70003 >"$work/firmware.bin"
vendor=$work/vendor
chip=$work/chip

. tests/provision/sign.sh      # Makes the vendor's keys and some files that the others use.
. tests/provision/provision.sh # Makes the chip.
. tests/provision/refusals.sh  # Works on a copy.
. tests/provision/replace.sh   # Replaces the chip.
. tests/provision/attestation.sh
. tests/provision/kds.sh

# Its own count, which does not include a crash, is shown beside ours.
wait "$checking" || failed=$((failed + 1))
checking=
cat "$work/checked"

echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
