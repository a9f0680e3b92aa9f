# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # work comes from run.sh, which reads this
# scripts/fetch-packages.sh with an apt that has two packages and two mirrors, of which the first fails
# half-way.

fetch=$work/fetch
mkdir -p "$fetch/scripts" "$fetch/bin" "$fetch/debs"
cp scripts/fetch-packages.sh scripts/private-apt.sh "$fetch/scripts"

# package NAME: which holds the file usr/share/NAME.
package() {
    mkdir -p "$fetch/$1/DEBIAN" "$fetch/$1/usr/share"
    echo "$1" >"$fetch/$1/usr/share/$1"
    printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: none\n' \
        "$1" >"$fetch/$1/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$fetch/$1" "$fetch/debs/$1.deb"
}

make_apt() {
    # shellcheck disable=SC2016 # the scripts' own
    printf '#!/bin/sh\necho http://first\necho http://second\n' >"$fetch/scripts/apt-mirrors.sh"
    cat >"$fetch/bin/apt-get" <<APT
#!/bin/sh
# apt-get -q -c CONF update|install ...: packages are what is named last.
[ "\$4" = install ] || exit 0
for wanted; do :; done
echo "\$wanted" >>"$fetch/fetched"
sleep 0.2
archives=\$(dirname "\$3")/cache/archives
if [ ! -e "$fetch/debs/\$wanted.deb" ] || grep -q first "\$(dirname "\$3")/sources.list"; then
    cp "$fetch/debs/old.deb" "\$archives"
    exit 1
fi
cp "$fetch/debs/\$wanted.deb" "\$archives"
APT
    chmod +x "$fetch/scripts/apt-mirrors.sh" "$fetch/bin/apt-get"
    package old && package new
}

# fetch_packages NAME...: into the tree "tree".
fetch_packages() {
    PATH=$fetch/bin:$PATH "$fetch/scripts/fetch-packages.sh" "$fetch/build" tree trixie "$@"
}

# holds_new: the tree is what was asked for last, and nothing else.
holds_new() {
    [ "$(cat "$fetch/build/tree/packages")" = "new 1" ] &&
        [ -f "$fetch/build/tree/usr/share/new" ] && [ ! -e "$fetch/build/tree/usr/share/old" ]
}

takes_only_what_it_fetched() {
    ! fetch_packages none || return 1 # What fails leaves a package.
    [ -n "$(ls "$fetch"/build/apt-tree/cache/archives/*.deb)" ] || return 1
    fetch_packages new && holds_new
}

fetches_once_for_two() {
    rm -rf "$fetch/build" "$fetch/fetched"
    fetch_packages new &
    first=$!
    fetch_packages new && wait "$first" && holds_new && [ "$(wc -l <"$fetch/fetched")" -eq 2 ]
}

if command -v dpkg-deb >/dev/null; then
    check "an apt with two packages" make_apt
    check "packages: only those are unpacked that were fetched" takes_only_what_it_fetched
    check "packages: two who want the same fetch it once" fetches_once_for_two
else
    echo "left out: scripts/fetch-packages.sh: there is no dpkg-deb"
fi
