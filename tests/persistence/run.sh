#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the persistence tests: on the firmware as a Linux process with sanitizers, and on the board.
#
# usage: tests/persistence/run.sh [--rounds NUMBER]
#        (after `make tests`, from the root of the tree; BUILD, QEMU)
#
# With --rounds the board alone, which is killed that many times.

set -u
# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

suite_begin persistence
[ $# -ne 0 ] || suite_run hosted --board hosted
suite_run max --board qemu --cpu max "$@"
suite_end
