#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sample of `make mutants` for every run of the tests: the classes that need the fewest programs.
cd "$(dirname "$0")/../.." || exit 1
exec sh scripts/mutants.sh T04 T21 T24
