# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# The Debian packages: made twice, looked into, judged by lintian.

make_packages() { scripts/deb.sh "$version" "$1"; }

made_again_later() {
    touch "$BUILD/host/virtasp" "$BUILD/board/rom.bin" && make_packages "$work/again" || return 1
    for package in "$work"/deb/*.deb; do
        cmp "$package" "$work/again/${package##*/}" || return 1
    done
}

# What a package must have, and whose it is: nobody's but root's.
contents() {
    for package in "$work"/deb/*.deb; do
        dpkg-deb -c "$package" >"$work/contents" || return 1
        [ "$(awk '$2 != "root/root"' "$work/contents")" = '' ] || return 1
    done
    dpkg-deb -c "$work"/deb/virtasp_*.deb >"$work/contents" &&
        for file in bin/virtasp libexec/virtasp/conformance share/virtasp/rom.bin \
            $(wanted_files | grep 'linux\|qemu') \
            share/man/man1/virtasp.1.gz share/doc/virtasp/copyright \
            lib/systemd/system/virtasp@.service; do
            grep -q " \./usr/$file\$" "$work/contents" || { echo "no $file"; return 1; }
        done &&
        ! grep examples/ "$work/contents" &&
        dpkg-deb -c "$work"/deb/libvirtasp-dev_*.deb >"$work/contents" &&
        grep -q ' ./usr/share/doc/libvirtasp-dev/examples/emulator.c$' "$work/contents"
}

files_are_as_packed() {
    dpkg-deb -R "$work"/deb/virtasp_*.deb "$work/unpacked" &&
        (cd "$work/unpacked" && md5sum --quiet -c DEBIAN/md5sums) &&
        [ "$("$work/unpacked/usr/bin/virtasp" --version)" = "virtasp $version" ] &&
        "$work/unpacked/usr/bin/virtasp" provision "$work/second" --vendor "$vendor" \
            >/dev/null &&
        "$work/unpacked/usr/bin/virtasp" conformance --list >/dev/null
}

lintian_finds_nothing() {
    left_out "packages in lintian" lintian && return
    lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$work"/deb/*.deb
}

test_deb() {
    left_out "Debian packages" dpkg-shlibdeps && return
    check "packages are made" make_packages "$work/deb"
    check "made again they are the same" made_again_later
    check "they have what they must, and it is root's" contents
    check "their files are as they were packed, and work" files_are_as_packed
    check "lintian finds nothing" lintian_finds_nothing
}
