#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks Debian packages of another release, with all that they depend on, into a directory of
# their own: programs and libraries newer than the system's, which the system never notices.
#
# usage: scripts/fetch-packages.sh [--look] [--only PATTERN]... BUILD-DIRECTORY NAME SUITE PACKAGE...
#
# With --look it fetches nothing: it only tells by its exit status whether the tree is there, and holds what
# is asked for.
# With --only the tree holds only files that match one of the patterns, "./boot/vmlinuz*" for example:
# tar's wildcards, in which * also stands for slashes.
# SUITE is a release, trixie for example; of NAME-backports the packages come from there, what they
# depend on from the release itself where that will do. The result:
#   BUILD-DIRECTORY/NAME            the tree: usr/bin, usr/lib, ...
#   BUILD-DIRECTORY/NAME/packages   what it holds, a line each: package, version
#   BUILD-DIRECTORY/NAME/run        starts a program of it with the tree's own C library, which a
#                                   system with an older one needs: run PROGRAM [ARGUMENT...];
#                                   with a slash it is a path, as of one that was built with them
# It is made once; a call that asks for the same again does nothing. No package's scripts run.
# Exit status: 0 it is there, 1 it could not be had, 2 usage.

set -eu

only=
look=
if [ "${1-}" = --look ]; then
    look=1
    shift
fi
while [ "${1-}" = --only ] && [ $# -ge 2 ]; do
    only="$only $2"
    shift 2
done
if [ $# -lt 4 ]; then
    echo "usage: $0 [--look] [--only PATTERN]... BUILD-DIRECTORY NAME SUITE PACKAGE..." >&2
    exit 2
fi
HERE=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
build=$(cd "$1" && pwd)
name=$2
suite=$3
shift 3
wanted="$suite: $*${only:+, only$only}"
tree=$build/$name
APT=$build/apt-$name

# shellcheck source=scripts/private-apt.sh
. "$HERE/private-apt.sh"

say() { echo "$name: $*"; }
fail() {
    say "$*" >&2
    exit 1
}

# Two suites may ask for the same at once: the second one waits, and finds it there.
exec 9>"$tree.lock"
flock 9

if [ "$(cat "$tree/wanted" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
[ -z "$look" ] || exit 1

# What an attempt has left, with another mirror or for other packages, is not to be unpacked.
# shellcheck disable=SC2317,SC2086 # called by private_apt_get; the list is split on purpose
download() {
    rm -f "$APT"/cache/archives/*.deb
    apt-get -q -c "$APT/apt.conf" install --download-only --yes --no-install-recommends \
        -t "$suite" $packages
}

# The programs of a tree know only the system's places. Directories below that of the libraries
# hold those that belong to one package.
write_run() {
    cat >"$1/run" <<'RUN'
#!/bin/sh
# Starts a program of this tree with the tree's own libraries: run PROGRAM [ARGUMENT...]
root=$(dirname "$(readlink -f "$0")")
loader=$(echo "$root"/usr/lib*/ld-linux*.so.* "$root"/usr/lib/*/ld-linux*.so.*)
for loader in $loader; do
    [ -x "$loader" ] && break
done
path=
for directory in "$root"/usr/lib/*-linux-gnu* "$root"/usr/lib/*-linux-gnu*/*; do
    [ -d "$directory" ] && path=$path:$directory
done
program=$1
case $program in
*/*) ;;
*) program=$root/usr/bin/$program ;;
esac
shift
exec "$loader" --library-path "${path#:}" "$program" "$@"
RUN
    chmod +x "$1/run"
}

# unpack FILE: into the new tree. tar fails where a package has nothing that matches, so that the names
# are looked up first.
unpack() {
    if [ -z "$only" ]; then
        dpkg-deb --fsys-tarfile "$1" | tar -C "$tree.new" -x --keep-directory-symlink --no-same-owner
        return
    fi
    (
        set -f
        # shellcheck disable=SC2086 # patterns are split on purpose
        dpkg-deb --fsys-tarfile "$1" | tar -t --wildcards $only 2>/dev/null |
            grep -v '/$' >"$tree.new/files" || true
        [ ! -s "$tree.new/files" ] || dpkg-deb --fsys-tarfile "$1" |
            tar -C "$tree.new" -x --keep-directory-symlink --no-same-owner --no-wildcards \
                --files-from "$tree.new/files"
    )
    rm -f "$tree.new/files"
}

packages=$*
say "fetching from Debian $suite: $*"
rm -rf "$tree.new"
private_apt_get deb "${suite%-backports} $(case $suite in *-backports) echo "$suite" ;; esac)" \
    download || fail "could not be fetched: $(sed -n 's/^E: //p' "$APT/log/fetch" 2>/dev/null |
    tail -n 1) (is there a network, and a mirror of Debian in apt's sources? full log:" \
    "$APT/log/fetch)"

# Packages of releases before the merge of /usr have files in /lib and /bin.
mkdir -p "$tree.new/usr/lib" "$tree.new/usr/lib64" "$tree.new/usr/bin" "$tree.new/usr/sbin"
for directory in lib lib64 bin sbin; do
    ln -s "usr/$directory" "$tree.new/$directory"
done
for file in "$APT"/cache/archives/*.deb; do
    unpack "$file" || fail "could not unpack $file"
    # shellcheck disable=SC2016 # the format is dpkg-deb's own
    dpkg-deb -W --showformat='${Package} ${Version}\n' "$file" >>"$tree.new/packages"
done
write_run "$tree.new"
echo "$wanted" >"$tree.new/wanted"
rm -rf "$tree" "$APT"
mv "$tree.new" "$tree"
say "unpacked $(wc -l <"$tree/packages") packages into $tree"
