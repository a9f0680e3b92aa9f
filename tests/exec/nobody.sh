#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A user without privileges makes a chip, starts its board, and runs the client. Read by run.sh, which
# hands it to a shell of that user.
#
# usage: nobody.sh DIRECTORY GROUPS      the directory has what is needed

set -eu
cd "$1"
./virtasp provision chip --vendor vendor --rom rom.bin --firmware firmware.bin >/dev/null
./virtasp start chip --hosted ./virtasp-sp
status=0
# shellcheck disable=SC2086 # a list of words
./virtasp exec chip -- ./exec-client $2 || status=$?
./virtasp stop chip
exit $status
