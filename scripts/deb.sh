#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes Debian packages of what `make install` installs: virtasp, and libvirtasp-dev with library and
# headers. What debhelper would do is done here by hand, so that building needs nothing more than the
# rest of the tree does.
#
# usage: scripts/deb.sh VERSION [DIR]      (make deb, debian/rules; BUILD, MAKE, SOURCE_DATE_EPOCH)
#
# The packages are in DIR, else in $BUILD/deb. Two runs give the same bytes.

set -eu

version=$1
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date -u -r host/version.h +%s)}"
export SOURCE_DATE_EPOCH
BUILD=${BUILD:-build}
out=${2:-$BUILD/deb}
umask 022
mkdir -p "$BUILD"
stage=$(mktemp -d "$BUILD/deb.XXXXXX")
trap 'rm -rf "$stage"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
architecture=$(dpkg --print-architecture)
# Debian's version of the release: that of the changelog's first entry.
release=$(sed -n '1s/^virtasp (\(.*\)) .*/\1/p' debian/changelog)
case $release in
"$version" | "$version"-*) ;;
*)
    echo "deb: debian/changelog is of $release, host/version.h of $version" >&2
    exit 1
    ;;
esac

mkdir -p "$out"
# The settings of a make that called us hold, but its jobs are not handed on: nothing is left to build.
MAKEFLAGS=$(printf '%s' "${MAKEFLAGS:-}" | sed 's/ *-j[0-9]*//; s/ *--jobserver-[a-z]*=[^ ]*//g')
export MAKEFLAGS
${MAKE:-make} --no-print-directory install SETUP=no EMULATOR=no BUILD="$BUILD" \
    DESTDIR="$stage/virtasp" PREFIX=/usr >/dev/null

# strip's output does not depend on where or when it runs.
strip --strip-unneeded --remove-section=.comment --remove-section=.note \
    "$stage/virtasp/usr/bin/virtasp" "$stage/virtasp/usr/libexec/virtasp/"*
strip --strip-debug --enable-deterministic-archives "$stage/virtasp/usr/lib/libvirtasp.a"
find "$stage/virtasp/usr/share/man" -type f -exec gzip -9n {} +

# What programs are written with is a package of its own, in the directories of this architecture.
libraries=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
mkdir -p "$stage/libvirtasp-dev$libraries" "$stage/libvirtasp-dev/usr"
mv "$stage/virtasp/usr/include" "$stage/libvirtasp-dev/usr/include"
mv "$stage/virtasp/usr/lib/libvirtasp.a" "$stage/virtasp/usr/lib/pkgconfig" \
    "$stage/libvirtasp-dev$libraries/"
mkdir -p "$stage/libvirtasp-dev/usr/share/doc/libvirtasp-dev"
mv "$stage/virtasp/usr/share/doc/virtasp/examples" "$stage/libvirtasp-dev/usr/share/doc/libvirtasp-dev/"
sed -i "s|^libdir=.*|libdir=$libraries|" "$stage/libvirtasp-dev$libraries/pkgconfig/virtasp.pc"

# documents PACKAGE: what each package tells of itself.
documents() {
    directory=$stage/$1/usr/share/doc/$1
    mkdir -p "$directory"
    cp debian/copyright "$directory/copyright"
    gzip -9nc debian/changelog >"$directory/changelog.gz"
}
documents virtasp
documents libvirtasp-dev
gzip -9n "$stage/virtasp/usr/share/doc/virtasp/CHANGELOG.md"

# paragraph PACKAGE: its paragraph of debian/control.
paragraph() {
    awk -v wanted="$1" 'BEGIN { RS = ""; FS = "\n" } $1 == "Package: " wanted' debian/control
}

# control PACKAGE DEPENDS: a binary package's control file, from the source's.
control() {
    root=$stage/$1
    mkdir -p "$root/DEBIAN"
    size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' |
        awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
    maintainer=$(sed -n 's/^Maintainer: //p' debian/control)
    homepage=$(sed -n '/^Homepage: /p' debian/control)
    paragraph "$1" | sed "s/\${binary:Version}/$release/; s/\${shlibs:Depends}/$2/
        s/, \${misc:Depends}//
        s/^Architecture: any$/Architecture: $architecture/
        s|^Package: .*|&\nSource: virtasp\nVersion: $release\nMaintainer: $maintainer\nInstalled-Size: $size|
        /^Source: virtasp$/d" >"$root/DEBIAN/control"
    [ -z "$homepage" ] || sed -i "/^Description: /i $homepage" "$root/DEBIAN/control"
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | LC_ALL=C sort |
        sed 's|^\./||' | xargs -d '\n' md5sum >DEBIAN/md5sums)
}

# What libraries the programs need, as the packages say from which the programs were linked.
mkdir -p "$stage/shlibs/debian" "$stage/virtasp/DEBIAN"
cp debian/control "$stage/shlibs/debian/control"
ln -s ../../virtasp "$stage/shlibs/debian/virtasp"
shared=$(cd "$stage/shlibs" && dpkg-shlibdeps -O debian/virtasp/usr/bin/virtasp \
    debian/virtasp/usr/libexec/virtasp/* | sed -n 's/^shlibs:Depends=//p')
control virtasp "$shared"
control libvirtasp-dev ''

for package in virtasp libvirtasp-dev; do
    find "$stage/$package" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group --uniform-compression -Zxz --build "$stage/$package" \
        "$out/${package}_${release}_$architecture.deb" >/dev/null
    echo "$out/${package}_${release}_$architecture.deb"
done
