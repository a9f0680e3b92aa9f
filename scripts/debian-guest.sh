#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a small Debian for `virtasp run --kernel`, of Debian's packages alone: with systemd, a login on
# the serial console, the network by DHCP, and ssh for whoever has the key.
#
# usage: scripts/debian-guest.sh [--key FILE.pub] DIRECTORY [RELEASE]
#
# DIRECTORY gets vmlinuz, initrd.img and disk.img, an ext4 file system without partitions. RELEASE is
# bookworm, trixie, ... (this machine's own). The console lets root in without a password; the network
# wants the key. Without root it takes the package uidmap; what mmdebstrap mounts is in its own
# namespace. MMDEBSTRAP names the program, DISK_MIB the size (1024). Exit status: 0 made, 1 it could not be, 2 usage.

set -eu

key=
if [ "${1-}" = --key ] && [ $# -ge 2 ]; then
    key=$2
    shift 2
fi
case $#,${1-} in
    1,[!-]* | 2,[!-]*) ;;
    *)
        echo "usage: $0 [--key FILE.pub] DIRECTORY [RELEASE]" >&2
        exit 2
        ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
directory=$(cd "$1" && pwd)
own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
release=${2:-$own}
mmdebstrap=${MMDEBSTRAP:-mmdebstrap}
PATH=$PATH:/usr/sbin:/sbin # where users have no mke2fs
mib=${DISK_MIB:-1024}

fail() {
    echo "debian-guest: $*" >&2
    exit 1
}

case $mmdebstrap in */*) PATH=$(dirname "$mmdebstrap"):$PATH ;; esac # it has a helper beside it
command -v "$mmdebstrap" >/dev/null ||
    fail "there is no mmdebstrap here: apt-get install mmdebstrap (and uidmap, unless you are root)"
command -v mke2fs >/dev/null || fail "there is no mke2fs here: apt-get install e2fsprogs"
mirrors=$("$here/apt-mirrors.sh" "${own:-stable}")
[ -n "$mirrors" ] || fail "apt has no mirror of Debian here"
sources=$(echo "$mirrors" | sed 's|^\([^ ]*\) *\(.*\)$|deb \2 \1 '"$release"' main|')

# In the new root, before the kernel's package makes its initrd: it needs the devices of such a machine.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"
mkdir -p "$work/etc/dpkg/dpkg.cfg.d" "$work/etc/initramfs-tools/conf.d" "$work/usr/share/initramfs-tools/modules.d" \
    "$work/etc/systemd/network" "$work/etc/systemd/system" "$work/root/.ssh"
for path in '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '*/kernel/drivers/gpu/*' \
    '*/kernel/drivers/media/*' '*/kernel/drivers/net/wireless/*' '*/kernel/sound/*'; do
    echo "path-exclude=$path"
done >"$work/etc/dpkg/dpkg.cfg.d/virtasp"
echo MODULES=list >"$work/etc/initramfs-tools/conf.d/virtasp"
printf '%s\n' virtio_pci virtio_blk virtio_net virtio_rng ext4 \
    >"$work/usr/share/initramfs-tools/modules.d/virtasp"
printf '[Match]\nName=en* eth*\n[Network]\nDHCP=yes\n' >"$work/etc/systemd/network/virtasp.network"
cat >"$work/etc/systemd/system/ssh-guest.service" <<'UNIT'
[Unit]
Description=ssh for whoever has the key; the guest makes its own
[Service]
ExecStartPre=/bin/mkdir -p /etc/dropbear
ExecStart=/usr/sbin/dropbear -F -E -R -s -p 22
[Install]
WantedBy=multi-user.target
UNIT
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$work/etc/fstab"
echo virtasp-guest >"$work/etc/hostname"
[ -z "$key" ] || cp "$key" "$work/root/.ssh/authorized_keys"
chmod -R go+rX "$work"

# The kernel is not the one for clouds, which has no use for a machine without ACPI, but leaves the drivers
# at home that no such machine needs. File systems that are mounted in the new root are left out by cp -x.
# shellcheck disable=SC2016 # "$1" is for the hooks
"$mmdebstrap" --variant=minbase --format=null \
    --include=linux-image-amd64,initramfs-tools,systemd-sysv,udev,iproute2,dropbear-bin \
    --essential-hook="copy-in $work/etc $work/usr $work/root /" \
    --customize-hook='chown -R 0:0 "$1/root" "$1/etc/fstab" && chmod 700 "$1/root" "$1/root/.ssh"' \
    --customize-hook='chroot "$1" passwd --delete root' \
    --customize-hook='chroot "$1" systemctl enable systemd-networkd ssh-guest' \
    --customize-hook='mkdir "$1/virtasp" && cp -L "$1/vmlinuz" "$1/initrd.img" "$1/virtasp"' \
    --customize-hook='cp -ax "$1" "$1.tree" && rm -r "$1.tree/virtasp"' \
    --customize-hook='mke2fs -q -t ext4 -d "$1.tree" "$1/virtasp/disk.img" '"$mib"'M' \
    --customize-hook='rm -r "$1.tree"' \
    --customize-hook="sync-out /virtasp $directory" \
    "$release" - "$sources" >/dev/null || fail "mmdebstrap has failed"
fallocate --dig-holes "$directory/disk.img" 2>/dev/null || true
echo "debian-guest: Debian $release is in $directory"
