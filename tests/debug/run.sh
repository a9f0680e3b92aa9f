#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the debug tests: on the firmware as a Linux process with sanitizers, and on the board.
#
# usage: tests/debug/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u
# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

suite_begin debug
suite_run hosted --board hosted
suite_run max --board qemu --cpu max --quick
suite_end
