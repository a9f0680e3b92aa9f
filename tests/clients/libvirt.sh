# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # set by run.sh
# virt-qemu-sev-validate of libvirt: the owner of an SEV guest judges by it the measurement that the
# firmware made, and injects the secret that it builds.

secret_guid=736869e5-84f0-4973-92ec-06879ce3da0b

# validate_in FOLDER: a script that judges the launch of client-owner's folder; its argument is FIRMWARE.
validate_in() {
    cat <<VALIDATE
#!/bin/sh
cd "$1" || exit 9
set -f
exec "$BUILD/client-libvirt/run" python3 "$BUILD/client-libvirt/usr/bin/virt-qemu-sev-validate" \\
    \$(cat arguments) --measurement "\$(cat measurement)" --tk tk --firmware "\$1" \\
    --inject-secret $secret_guid:"$work/secret" --secret-header header --secret-payload payload
VALIDATE
}
# launched IMAGE FIRMWARE: IMAGE is launched, FIRMWARE what the owner thinks it is.
launched() {
    mkdir -p "$work/launch"
    rm -f "$work/launch"/*
    validate_in "$work/launch" >"$work/validate"
    chmod +x "$work/validate"
    PYTHONDONTWRITEBYTECODE=1 PYTHONHOME=$BUILD/client-libvirt/usr \
        PYTHONPATH=$BUILD/client-libvirt/usr/lib/python3/dist-packages \
        within 120 "$BUILD/tests/client-owner" "$work/chip" "$1" "$work/launch" "$work/validate" "$2"
}
found() { launched "$work/image" "$work/image" && grep -qF "$(cat "$work/secret")" "$work/launch/plain"; }
not_found() {
    ! launched "$work/image" "$work/another" 2>"$work/said" && cat "$work/said" &&
        grep -qi 'measurement.*does not match\|does not match.*measurement' "$work/said" &&
        [ ! -e "$work/launch/payload" ] && [ ! -e "$work/launch/plain" ]
}

libvirt() {
    [ "$fetch" = all ] || [ -e "$BUILD/client-libvirt/packages" ] || {
        left_out virt-qemu-sev-validate "make test-clients fetches it" && return 0
    }
    tree client-libvirt trixie libvirt-clients-qemu || return 0
    head -c 262144 "$BUILD/hosted/virtasp-sp" >"$work/image"
    { head -c 262143 "$work/image" && echo; } >"$work/another"
    echo "a secret of the owner" >"$work/secret"
    check "virt-qemu-sev-validate accepts a measurement, and the guest finds its secret" found
    check "it refuses that of another image" not_found
}
