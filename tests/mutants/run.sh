#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# That `make mutants` has a mutant for each class of the threat model, and a sample of it for every run
# of the tests: the classes that need the fewest programs.
cd "$(dirname "$0")/../.." || exit 1
missing=$(sed -n 's/^\*\*\(T[0-9]*\) .*/\1/p' docs/threat-model.md | while read -r class; do
    grep -q "^$class | " tests/mutants/mutants.txt || printf ' %s' "$class"
done)
if [ -n "$missing" ]; then
    echo "tests/mutants/mutants.txt has no mutant of$missing"
    echo "0 passed, 1 failed"
    exit 1
fi
MUTANTS_JOBS=1 exec sh scripts/mutants.sh T04 T21 T24
