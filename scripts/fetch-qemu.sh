#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts Debian's QEMU 11.1 for x86 machines under the build directory: the first in Debian that has
# vfio-user-pci, which `virtasp bridge` serves. It runs on Debian 12 too, with libraries of its own.
#
# usage: scripts/fetch-qemu.sh BUILD-DIRECTORY
#
# BUILD-DIRECTORY/qemu-x86/qemu-system-x86_64 is then a program to be used like the one of that name. It
# is made once; another call does nothing. Exit status: 0 it is there, 1 it could not be had, 2 usage.

set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 BUILD-DIRECTORY" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
"$here/fetch-packages.sh" "$1" qemu-x86 trixie-backports qemu-system-x86

# What the program would otherwise look for in the system's directories: modules and firmware.
cat >"$1/qemu-x86/qemu-system-x86_64.new" <<'WRAPPER'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")
QEMU_MODULE_DIR=$(echo "$root"/usr/lib/*/qemu)
export QEMU_MODULE_DIR
exec "$root/run" qemu-system-x86_64 -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" \
    -L "$root/usr/lib/ipxe/qemu" "$@"
WRAPPER
chmod +x "$1/qemu-x86/qemu-system-x86_64.new"
mv "$1/qemu-x86/qemu-system-x86_64.new" "$1/qemu-x86/qemu-system-x86_64"
