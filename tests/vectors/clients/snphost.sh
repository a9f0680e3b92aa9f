#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has snphost judge the certificates of test vectors; reports it does not read.
#
# usage: snphost.sh PROGRAM... <LIST     LIST as of tests/vectors/list.pl
#
# Prints a line for each vector: name, "accepts" or "refuses", or "skips" for one without certificates of
# its own. What counts is what snphost prints: its exit status says nothing about signatures.

set -u
green=$(printf '\033[38;5;2m')
red=$(printf '\033[38;5;1m')
tab=$(printf '\t')

while IFS=$tab read -r name reason _ _ ark _; do
    folder=${ark%/*}
    # A VLEK's certificates that are called as a VCEK's are sound.
    if [ "$name" != "${folder##*/}" ] || [ "$reason" = key-kind ]; then
        echo "$name${tab}skips"
    elif shown=$("$@" verify certs "$folder" 2>&1) &&
        [ "$(printf '%s\n' "$shown" | grep -cF "$green")" -eq 3 ] &&
        ! printf '%s\n' "$shown" | grep -qF "$red"; then
        echo "$name${tab}accepts"
    else
        echo "$name${tab}refuses"
    fi
done
