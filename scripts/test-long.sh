#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tests that take too long for make test (make test-long): hundreds of power cuts on the board,
# every byte of a migration flipped, every word of the flash cut, 100000 random cases of P-384, 400000
# random steps of SEV-SNP's pages, 20000 random programs on x86 memory, every mutant.
#
# usage: scripts/test-long.sh       after `make tests`, from the root of the tree; BUILD, QEMU
#
# LONG_ROUNDS: how often the board is killed (200). Exit status: 0 if every part passed.

set -u

BUILD=${BUILD:-build}
export BUILD
failed=0

# part NAME COMMAND...
part() {
    name=$1
    shift
    echo "== $name"
    "$@" || {
        echo "FAIL  $name"
        failed=$((failed + 1))
    }
}

# p384: keys and agreements, then signatures.
p384() {
    for kind in opinions signatures; do
        VIRTASP_LONG=1 "$BUILD/tests/native/test_p384_$kind" || return 1
    done
}

# snp_pages: one after the other, then at once.
snp_pages() {
    for kind in random chaos; do
        VIRTASP_LONG=1 "$BUILD/tests/unit/test_firmware_snp_$kind" || return 1
    done
}

part "power cuts on the board" sh tests/persistence/run.sh --rounds "${LONG_ROUNDS:-200}"
part "migration, every byte" sh tests/migration/run.sh --all
part "power cuts at every operation" env VIRTASP_LONG=1 "$BUILD/tests/fault/test_fault_power_cut"
part "P-384, random cases" p384
part "SEV-SNP's pages, random steps" snp_pages
part "x86 memory, random programs" env VIRTASP_LONG=1 "$BUILD/tests/host/test_x86_random"
part "mutants" sh scripts/mutants.sh

echo "$((7 - failed)) passed, $failed failed"
[ $failed -eq 0 ]
