# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # work comes from the scripts
# Checks of a page that `virtasp run --report` has written, $work/NAME.html; read by tests/*/run.sh.

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}

well_formed() { awk -f tests/report/well_formed.awk "$work/$1.html"; }

loads_nothing() { ! grep -nE 'https?:|url\(|@import|//[a-z]' "$work/$1.html"; }

has() { grep -qF -- "$2" "$work/$1.html"; }

# The script that may run is the one that is there.
script_has_its_hash() {
    hash=$(tr '\n' '\001' <"$work/$1.html" | sed 's/.*<script>\(.*\)<\/script>.*/\1/' |
        tr '\001' '\n' | openssl dgst -sha256 -binary | openssl base64)
    has "$1" "script-src 'sha256-$hash'"
}

# opens PAGE: in Chromium, at three widths, without a word on its console.
opens() {
    mkdir -p "$work/browser"
    cp "$work/$1.html" "$work/browser/report.html"
    cp tests/report/frames.html "$work/browser/"
    HOME=$work/browser timeout 120 "$CHROMIUM" --headless --no-sandbox --disable-gpu \
        --user-data-dir="$work/browser/profile" --allow-file-access-from-files \
        --disable-background-networking --no-first-run --window-size=1600,1000 \
        --enable-logging=stderr --dump-dom "file://$work/browser/frames.html" \
        >"$work/dom" 2>"$work/console"
    grep -o 'width [0-9]*: [^<]*' "$work/dom"
    ! grep 'CONSOLE' "$work/console" &&
        [ "$(grep -o 'width [0-9]*: good' "$work/dom" | sort -u | wc -l)" -eq 3 ]
}
