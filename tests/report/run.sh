#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page that `virtasp run --report` writes: it is well-formed and whole, says what happened, and
# what a guest prints stays text. Where Chromium is installed, it opens the page at three widths.
#
# usage: sh tests/report/run.sh        (after `make all`, from the root of the tree; BUILD, CHROMIUM)

set -u

BUILD=${BUILD:-build}

if [ ! -x "$BUILD/host/virtasp-emulator" ] || [ ! -f "$BUILD/guests/hello.bin" ]; then
    echo "left out: reports; there is no reference emulator here, or no guests (make emulator guests)"
    echo "1 passed, 0 failed"
    exit 0
fi

# shellcheck disable=SC1091 # checked by themselves
. tests/common/scratch.sh
# shellcheck disable=SC1091
. tests/common/counting.sh
# shellcheck disable=SC1091
. tests/report/page.sh
scratch report
"$BUILD/host/virtasp" provision "$work/chip" --vendor "$BUILD/tests/vendor" \
    --rom "$BUILD/board/rom.bin" --firmware "$BUILD/board/firmware.bin" >"$work/provision" 2>&1 ||
    cat "$work/provision"

# run NAME OPTION...: a run's page is $work/NAME.html, its trace $work/NAME.json.
run() {
    name=$1
    shift
    "$BUILD/host/virtasp" run --chip "$work/chip" --hosted "$BUILD/hosted/virtasp-sp" --quiet \
        --report "$work/$name.html" --trace "$work/$name.json" "$@"
}

# Each command of the trace is on the page, as often as it was executed.
has_commands() {
    sed -n 's/.*"event":"command".*"name":"\([A-Z_]*\)".*/\1/p' "$work/$1.json" | sort | uniq -c |
        sed 's/^ *//' >"$work/wanted"
    sed -n 's/.*<code>\([A-Z_]*\)<\/code>\(<span class="times">&#xD7;&nbsp;\([0-9]*\)\)\{0,1\}.*"outcome".*/\1 \3/p' \
        "$work/$1.html" | awk '{ n[$1] += $2 == "" ? 1 : $2 } END { for (i in n) print n[i], i }' |
        sort -k 2 >"$work/found"
    [ -s "$work/wanted" ] && diff "$work/wanted" "$work/found"
}

# What the guest `markup` prints is there, as text, and nowhere as markup.
stays_text() {
    has "$1" '&lt;script&gt;document.title = &#39;hijacked&#39;&lt;/script&gt;' &&
        has "$1" '&lt;/pre&gt;&lt;img src=x onerror=&quot;document.title = &#39;hijacked&#39;&quot;&gt;' &&
        has "$1" '&lt;!-- {{facts}} --&gt;&amp;lt;&#xFFFD;&#xFFFD;[31m&#xFFFD;' &&
        ! grep -qiE '<script>[^/]|<img src=x|<!-- \{\{' "$work/$1.html"
}

named_like_markup() {
    cp "$BUILD/guests/hello.bin" "$work/<b onload=x>&.bin"
    run named "$work/<b onload=x>&.bin" && well_formed named &&
        has named '/&lt;b onload=x&gt;&amp;.bin'
}

# A guest does not notice that somebody looks.
is_not_noticed() {
    "$BUILD/host/virtasp" run --chip "$work/chip" --hosted "$BUILD/hosted/virtasp-sp" --quiet \
        --trace "$work/alone.json" --es tamper || return 1
    for trace in alone es; do
        sed -n 's/^{"us":[0-9]*,"event":"e[a-z]*",//p' "$work/$trace.json" >"$work/$trace.exits"
    done
    [ -s "$work/es.exits" ] && diff "$work/es.exits" "$work/alone.exits"
}

# Each attack but reading has a verdict: of what the processor tells the guest, that it was noticed.
has_verdicts() {
    [ "$(grep -c '</h3> <span class="good">noticed</span>' "$work/$1.html")" -eq 2 ] &&
        has "$1" 'The host maps another page there</h3> <span class="good">noticed</span>' &&
        has "$1" 'and gives it again</h3> <span class="good">noticed</span>' &&
        has "$1" 'The host maps the page itself again</h3> <span>done</span>' &&
        ! has "$1" '<span class="bad">done</span>'
}

refuses() {
    wanted=$1
    shift
    run refused "$@"
    [ $? -eq "$wanted" ]
}

# Before anything is done: the firmware has printed nothing.
refuses_path() {
    "$BUILD/host/virtasp" run --chip "$work/chip" --hosted "$BUILD/hosted/virtasp-sp" \
        --report "$work/none/page.html" hello >"$work/printed" 2>&1
    [ $? -eq 1 ] && grep -q 'none/page.html: cannot be written' "$work/printed" &&
        ! grep -q 'start board' "$work/printed"
}

check "a guest with SEV-ES that is attacked" run es --es tamper
check "a guest with SEV-SNP that asks for a report" run snp --snp snp
check "a guest with SEV-SNP that is attacked" run guarded --snp tamper
check "a guest with SEV-SNP that prints markup" run markup --snp markup
check "a guest without encryption" run plain --plain hello
for page in es snp guarded markup plain; do
    check "$page: well-formed" well_formed "$page"
    check "$page: loads nothing" loads_nothing "$page"
done
for page in es snp markup; do
    check "$page: has the commands of the trace" has_commands "$page"
    check "$page: the measurement is good, and the chain" \
        has "$page" 'Every signature holds, up to the root.'
done
check "es: the measurement" has es 'The measurement is the expected one.'
check "snp: the measurement" has snp 'The guest has asked for the report'
check "es: remapping is not noticed" \
    has es 'The host maps another page there</h3> <span class="bad">done</span>'
check "guarded: the verdicts on attacks" has_verdicts guarded
check "markup: stays text" stays_text markup
check "the policy lets the page's own script run" script_has_its_hash es
check "a name that is markup stays text" named_like_markup
check "a page that cannot be written" refuses_path
# loses_nothing OPTION...: what is read is not written over, nor one output by the other.
loses_nothing() {
    cp "$BUILD/guests/hello.bin" "$work/mine"
    "$BUILD/host/virtasp" run --chip "$work/chip" --hosted "$BUILD/hosted/virtasp-sp" --quiet \
        "$work/mine" "$@" >"$work/printed" 2>&1
    [ $? -eq 1 ] && grep -q ': cannot be written\|: is ' "$work/printed" &&
        cmp "$BUILD/guests/hello.bin" "$work/mine"
}
# stays OPTION TEXT NAME: a file of another kind stays, and so does what a chip cannot do without.
stays() {
    cp "$work/chip/fuses.bin" "$work/fuses"
    echo notes >"$work/notes"
    loses_nothing "$1" "$3" && grep -q "$2" "$work/printed" && grep -q notes "$work/notes" &&
        cmp "$work/fuses" "$work/chip/fuses.bin"
}
check "a page in the guest's place" loses_nothing --report "$work/../${work##*/}/mine"
check "a trace in the guest's place" loses_nothing --trace "$work/mine"
check "a trace in the page's place" loses_nothing --report "$work/both" --trace "$work/both"
for output in --report --trace; do
    check "a text in the place of $output" stays $output 'of another kind, and stays' "$work/notes"
    check "a chip's fuses in the place of $output" stays $output 'own files, and stays' \
        "$work/chip/fuses.bin"
done
check "a trace for which there is no room" loses_nothing --trace /dev/full
check "a page for which there is no room" loses_nothing --report /dev/full
check "a guest does the same without a report" is_not_noticed
check "programs of the host have no report" refuses 2 host
# A guest that finds itself in disorder has a page that says so.
check "a guest that fails" refuses 1 --plain es
check "failed: well-formed" well_formed refused
check "failed: says so" grep -q 'class="verdict bad">' "$work/refused.html"

if [ -n "$CHROMIUM" ]; then
    for page in es snp markup plain; do
        check "$page: opens in Chromium" opens "$page"
    done
else
    echo "left out: opening the pages in a browser; Chromium is not installed (CHROMIUM)"
fi
counted
