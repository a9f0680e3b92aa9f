#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the memory tests: on the firmware as a Linux process with sanitizers, and on the board; on both
# with and without the cipher engine, whose work must be the same.
#
# usage: tests/memory/run.sh        (after `make tests`, from the root of the tree; BUILD, QEMU)

set -u
# shellcheck source=tests/common/suite.sh
. tests/common/suite.sh

suite_begin memory
suite_run hosted --board hosted
suite_run hosted-no-engine --board hosted --no-engine
suite_run max --board qemu --cpu max --quick
suite_run max-no-engine --board qemu --cpu max --no-engine --quick
# More memory than a processor with 32 bits could address.
suite_run large --board qemu --cpu cortex-a15 --memory 8192 --quick ranges
suite_end
