# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # BUILD and work come from run.sh
# Debian's kernels and the first file system of a machine that runs one; read by run.sh.
#
# A kernel has a short name, and a tree build/linux-NAME that scripts/fetch-packages.sh made: the
# kernel, its modules ccp and for virtio devices, and a static busybox.

# kernel_suite NAME: the release of Debian that it is from.
kernel_suite() {
    case $1 in
    6.1) echo bookworm ;;
    6.12) echo trixie ;;
    new) echo trixie-backports ;;
    esac
}

# kernel_is_told NAME: whether it believes its command line that its CPU has SEV, as 6.15 and newer do.
kernel_is_told() { [ "$1" = new ]; }

# kernel_tree NAME [--look]: as scripts/fetch-packages.sh.
kernel_tree() {
    # shellcheck disable=SC2086 # there may be no option
    scripts/fetch-packages.sh ${2-} --only '*/vmlinuz*' --only '*/kernel/drivers/crypto/ccp/*' \
        --only '*/virtio*.ko*' --only '*/*failover.ko*' --only '*/bin/busybox' \
        "$BUILD" "linux-$1" "$(kernel_suite "$1")" linux-image-amd64 busybox-static
}

kernel_fetch() { kernel_tree "$1"; }

# kernel_is_current NAME: whether it is there with all that the tests want of it now.
kernel_is_current() { kernel_tree "$1" --look; }

# kernel_found: the newest one that is current, else the newest that is there; fails without any.
kernel_found() {
    for kernel_test in kernel_is_current kernel_image; do
        for kernel_name in new 6.12 6.1; do
            if "$kernel_test" "$kernel_name" >/dev/null; then
                echo "$kernel_name"
                return
            fi
        done
    done
    return 1
}

# kernel_image NAME: its file; fails when it is not there.
kernel_image() {
    image=$(find "$BUILD/linux-$1" -name 'vmlinuz*' -type f 2>/dev/null | head -n 1)
    [ -n "$image" ] && echo "$image"
}

# kernel_module FILE OUTPUT: a module as the kernel reads it.
kernel_module() {
    case $1 in
    *.xz) xz -dc "$1" >"$2" ;;
    *) cp "$1" "$2" ;;
    esac
}

# snphost_fetch: the tool for hosts with SEV-SNP, with its libraries, into build/snphost.
snphost_fetch() { scripts/fetch-packages.sh "$BUILD" snphost sid snphost; }

# add_snphost DIRECTORY: as far as it is there, with what it loads.
add_snphost() {
    [ -x "$BUILD/snphost/usr/bin/snphost" ] || return 0
    mkdir -p "$1/snphost" && cp "$BUILD/snphost/usr/bin/snphost" "$1/snphost" &&
        find "$BUILD"/snphost/usr/lib* -name '*.so.[0-9]*' ! -name '*.so.[0-9]*.*' \
            -exec cp -L {} "$1/snphost" \;
    [ -e "$1/snphost/libc.so.6" ]
}

# initramfs NAME OUTPUT [FILE...]: FILEs are programs for /bin.
initramfs() {
    tree=$BUILD/linux-$1
    output=$2
    root=$work/root
    shift 2
    rm -rf "$root"
    mkdir -p "$root/bin" "$root/lib/modules"
    cp "$tree/usr/bin/busybox" "$@" "$root/bin" &&
        cp tests/linux/guest/init tests/linux/guest/functions "$root" &&
        ln -s busybox "$root/bin/sh" && chmod +x "$root/init" || return 1
    module=$(find "$tree/usr/lib/modules" -name 'ccp.ko*') &&
        kernel_module "$module" "$root/lib/modules/ccp.ko" || return 1
    echo ccp >"$root/modules"
    add_snphost "$root" || return 1
    (cd "$root" && find . | "$root/bin/busybox" cpio -o -H newc -R 0:0 2>/dev/null) |
        gzip -1 >"$output"
}
