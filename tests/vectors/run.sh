#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Test vectors for verifiers (virtasp vectors): they repeat from their seed, the independent verifier
# answers each as the manifest has it, and so do other people's verifiers, but for what is known of them.
#
# usage: tests/vectors/run.sh [--clients]   (after `make tests`, from the root of the tree; BUILD)
#
# --clients: fetches every verifier that Debian has, toolchains included (make test-clients). Without it
# snphost is fetched, and what is there of the others is used; "left out" lines say what is not.

set -u

# shellcheck source=tests/common/clients.sh
. tests/common/clients.sh
# shellcheck disable=SC1091 # checked by itself
. tests/common/page.sh
scratch vectors

corpus=$work/corpus
list=$work/list

# The example of docs/ci.md makes a corpus of today, and judges some of it.
mkdir "$work/ci"
page_blocks docs/ci.md "A verifier of attestation reports" "$work/ci"
example() {
    cat "$work"/ci/block-* >"$work/ci/commands" &&
        (cd "$work/ci" && PATH=$BUILD/host:$PATH && export PATH &&
            exec timeout --kill-after=10 300 sh -eu ./commands)
}
check "docs/ci.md: a verifier judges test vectors" example
cp "$work/output" "$work/verdicts"
judged_many() { [ "$(wc -l <"$work/ci/list")" -gt 40 ] && grep '^as the manifest' "$work/verdicts"; }
check "docs/ci.md: it judges them as the manifest has it" judged_many

# The same text and day give the same bytes.
date=$(sed -n 's/.*"time": "\(.*\)T12:00:00Z".*/\1/p' "$work/ci/corpus/manifest.json")
check "a corpus is made" timeout --kill-after=10 300 "$virtasp" vectors "$corpus" --date "$date"
check "both are the same, byte for byte" diff -r "$corpus" "$work/ci/corpus"

lines() { perl tests/vectors/list.pl "$corpus" >"$list"; }
check "the manifest follows its schema" lines
time=$(perl tests/vectors/list.pl "$corpus" time)
judged() { "$BUILD/tests/vectors" "$time" <"$list"; }
check "the independent verifier answers as the manifest has it" judged
cat "$work/output"

# What anybody sees who does not read the manifest.
marked() {
    for root in "$corpus"/roots/*.pem "$corpus"/chains/milan-v3-v?ek/*.pem; do
        openssl x509 -in "$root" -noout -subject -issuer | grep -c 'description *= *"*TEST, NOT AMD' |
            grep -qx 2 || return 1
    done
    grep -qx "TEST, NOT AMD" "$corpus/README"
}
check "certificates and README say that they are not AMD's" marked

# accepted DIRECTORY LEAF INTERMEDIATE: by the openssl command, at the corpus's time.
accepted() {
    openssl verify -attime "$time" -CAfile "$corpus/roots/${1%%-*}.pem" \
        -untrusted "$corpus/chains/$1/$3.pem" "$corpus/chains/$1/$2.pem"
}
for product in milan genoa turin venice; do
    check "openssl verifies the VCEK of $product" accepted $product-v5-vcek vcek ask
    check "openssl verifies the VLEK of $product" accepted $product-v5-vlek vlek asvk
done
refused() { ! accepted "$@"; }
check "openssl refuses one that has expired" refused milan-v3-vcek.leaf-expired vcek ask
check "openssl refuses one that another key signed" refused milan-v3-vcek.leaf-by-another vcek ask

# fails STATUS ARGUMENT...: of virtasp vectors; there is no manifest then.
fails() {
    expected=$1
    shift
    "$virtasp" vectors "$@"
    [ $? -eq "$expected" ] && [ ! -e "$work/none/manifest.json" ]
}
check "a directory in use is refused" fails 1 "$corpus"
check "a day that does not exist is refused" fails 2 "$work/none" --date 2026-02-30
check "a time is refused where a day is wanted" fails 2 "$work/none" --date 2026-02-03T00:00
check "a day before the authorities' is refused" fails 2 "$work/none" --date 2023-12-31
check "a seed that no manifest can name is refused" fails 2 "$work/none" --seed "$(printf 'a\tb')"
check "no firmware, no corpus" fails 1 "$work/none" --hosted "$work/missing"
check "no directory, no corpus" fails 2
# interrupted SIGNAL: while a firmware runs. The shell has its background programs ignore SIGINT.
interrupted() {
    rm -rf "$work/none"
    perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$virtasp" vectors "$work/none" &
    process=$!
    tries=0
    until [ -e "$work/none/work/run" ] || [ $tries -ge 600 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill "-$1" "$process"
    wait "$process"
    [ $? -eq 1 ] && [ ! -e "$work/none/work" ] && [ ! -e "$work/none/manifest.json" ]
}
for signal in HUP INT TERM; do
    check "SIG$signal ends it, and leaves no chip" interrupted "$signal"
done
rm -rf "$work/none"
check "nor in a directory that is not there" fails 1 "$work/absent/x"
seed_is_refused() {
    "$BUILD/hosted/virtasp-sp" --entropy-seed "$1"
    [ $? -eq 2 ]
}
for seed in '' -1 x 1x 18446744073709551616; do
    check "virtasp-sp refuses the seed '$seed'" seed_is_refused "$seed"
done

# shellcheck source=tests/vectors/clients.sh
. tests/vectors/clients.sh

counted
