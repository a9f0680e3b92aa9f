#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Opens the page of an audit in headless Chromium, at three widths, light and dark: it must draw all it
# has, fit, and complain about nothing.
#
# usage: sh tests/audit/look.sh PAGE DIRECTORY
#
# DIRECTORY gets the pictures: WIDTH-light.png, WIDTH-dark.png. CHROMIUM: the program, "chromium".
# Prints a line "ok" or "FAIL" for each test. Exit status: 0 if all passed, 77 without Chromium.

set -u

page=$1
work=${2:?}
chromium=${CHROMIUM:-chromium}
here=$(dirname "$0")
status=0

command -v "$chromium" >/dev/null || exit 77

# What looks is in a copy of the page: it writes to the console, which Chromium logs.
{
    sed 's|</body></html>||' "$page"
    echo '<script>'
    cat "$here/look.js"
    echo '</script></body></html>'
} >"$work/look.html"

# look WIDTH SCHEME NUMBER: SCHEME light or dark, NUMBER what Chromium calls it. No window of it is narrower
# than 500 pixels, but a frame is.
look() {
    echo "<!DOCTYPE html><body style='margin: 0'><iframe src='look.html' style='width: $1px;" \
        "height: 100vh; border: 0'></iframe></body>" >"$work/frame.html"
    # As root it has no sandbox of its own; what it opens is our page.
    timeout -k 5 300 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$work/profile" --blink-settings="preferredColorScheme=$3" \
        --enable-logging=stderr --hide-scrollbars --window-size="$1,4000" \
        --screenshot="$work/$1-$2.png" "file://$work/frame.html" >"$work/log" 2>&1
    grep 'CONSOLE' "$work/log" | sed 's/^[^"]*"//; s/", source.*//' >"$work/console"
    if [ "$(cat "$work/console")" = "looked at $1: all is drawn, $2" ] && [ -s "$work/$1-$2.png" ]; then
        echo "ok   the page at $1 pixels, $2"
    else
        echo "FAIL the page at $1 pixels, $2"
        sed 's/^/    | /' "$work/console"
        tail -n 3 "$work/log" | cut -c 1-200 | sed 's/^/    | /'
        status=1
    fi
}

for width in 390 820 1440; do
    look "$width" light 1
done
look 820 dark 0
exit $status
