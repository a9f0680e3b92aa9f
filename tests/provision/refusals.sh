# SPDX-License-Identifier: Apache-2.0
# What `virtasp provision` refuses, with everything left as it was.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

rm -r "$work/kept"
cp -r "$chip" "$work/kept"
set -- provision "$work/kept" --vendor "$vendor"
printf '\377%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 >"$work/secret16"
cat "$work/secret16" "$work/secret16" >"$work/secret"
head -c 32 /dev/zero >"$work/zero"
cp "$work/a.img" "$work/damaged.img"
printf x | dd of="$work/damaged.img" bs=1 seek=$((0x41000)) conv=notrunc status=none
refuse "provision wants a directory" 2 "needed" provision
refuse "provision wants ROM and firmware together" 2 "go together" "$@" --rom "$work/rom.bin"
refuse "provision takes a bank or its parts" 2 "goes without" "$@" --rom "$work/rom.bin" \
    --firmware "$work/firmware.bin" --flash "$work/a.img"
refuse "provision takes a bank or none" 2 "goes without" "$@" --flash "$work/a.img" --no-flash
refuse "provision wants firmware for a security version" 2 "signed, and none is: give --rom" "$@" \
    --security-version 7
refuse "provision wants firmware for an entry" 2 "^virtasp provision: --entry is for" "$@" \
    --entry 0x0e010000 --no-flash
refuse "provision signs no bank that is given" 2 "signed, and none is" "$@" --flash "$work/a.img" \
    --security-version 7
refuse "provision makes no chip that would not boot" 2 "below --minimum-security-version 9" \
    provision "$work/kept/new" --vendor "$work/nobody" --rom "$work/rom.bin" \
    --firmware "$work/firmware.bin" --minimum-security-version 9
refuse "provision makes no Rome with reports" 2 "rome has no attestation reports" \
    provision "$work/kept/new" --vendor "$work/nobody" --no-flash --product rome --report-version 2
check "and makes no keys for either" no_file "$work/nobody"
refuse "provision names the report version that a chip has" 1 "has the report version 5 for ever" \
    "$@" --report-version 3
check "and takes it" provision "$work/kept" --vendor "$vendor" --no-flash --report-version 5
refuse "provision wants numbers" 2 "wants a number, decimal or 0x..., not 'abc'" "$@" \
    --minimum-security-version abc
refuse "provision keeps a chip with another secret" 1 "another secret" "$@" \
    --chip-secret-file "$work/secret"
refuse "provision keeps a chip with another minimum" 1 "minimum security version 1" "$@" \
    --minimum-security-version 2
refuse "provision keeps a chip of another vendor" 1 "not its vendor's key" \
    provision "$work/kept" --vendor "$work/bad"
refuse "provision keeps a chip whose vendor is unknown" 1 "not its vendor's key" \
    provision "$work/kept" --vendor "$work/nobody"
check "and makes no keys for it" no_file "$work/nobody"
mkdir "$work/half"
cp -p "$work/bad/firmware-root.pem" "$cached/ark.pem" "$work/half"
refuse "provision tells that the keys are another vendor's" 1 "of another vendor" \
    provision "$work/kept" --vendor "$work/half"
check "and makes none that is missing there" same "$(find "$work/half" -type f | wc -l)" 2
rm "$work/kept/vendor"
ln -s "$work/nobody/gone" "$work/kept/vendor"
refuse "provision tells which vendor is gone" 1 "$work/kept/vendor" provision "$work/kept"
rm "$work/kept/vendor"
ln -s "$vendor" "$work/kept/vendor"
refuse "provision wants two directories" 1 "a directory each" \
    provision "$work/kept" --vendor "$work/kept/"
refuse "--force with a secret of zeros costs no chip" 1 "all zero" "$@" --force \
    --chip-secret-file "$work/zero"
refuse "--force with a short secret costs no chip" 1 "has not the 32 bytes" "$@" --force \
    --chip-secret-file "$work/secret16"
refuse "--force with text as boot ROM costs no chip" 1 "no Arm program" "$@" --force \
    --rom "$work/text" --firmware "$work/firmware.bin"
refuse "--force with text as firmware costs no chip" 1 "no Arm program" "$@" --force \
    --rom "$work/rom.bin" --firmware "$work/text"
refuse "--force with firmware that is missing costs no chip" 1 "No such file" "$@" --force \
    --rom "$work/rom.bin" --firmware "$work/none"
# refuse_flash NAME REASON ARGUMENT...: by then the chip is known, and flash stays as it was.
refuse_flash() {
    name=$1
    reason=$2
    shift 2
    snapshot "$work/kept" >"$work/before"
    "$VIRTASP" provision "$work/kept" --vendor "$vendor" "$@" >"$work/stdout" 2>"$work/output"
    status=$?
    snapshot "$work/kept" >"$work/after"
    [ $status -eq 1 ] && said "$reason" &&
        cmp "$work/before" "$work/after" >>"$work/output" 2>&1
    report "$name" $?
}
refuse_flash "provision refuses a damaged bank" "body was changed" --flash "$work/damaged.img"
refuse_flash "provision refuses a bank without image" "no firmware image" \
    --flash "$work/kept/nv.img"
cp --sparse=always "$work/a.img" "$work/romless.img"
dd if="$work/text" of="$work/romless.img" bs=1024 count=1 conv=notrunc status=none
refuse_flash "provision refuses a bank with text as boot ROM" "no Arm program" \
    --flash "$work/romless.img"
refuse_flash "provision refuses a short bank" "too short" --flash "$work/rom.bin"
"$VIRTASP" sign --vendor "$work/bad" --rom "$work/rom.bin" --firmware "$work/firmware.bin" \
    --output "$work/foreign.img" >/dev/null
refuse_flash "provision refuses a bank of another vendor" "not of this chip's vendor" \
    --flash "$work/foreign.img"
refuse_flash "provision refuses firmware below the minimum" "too low" \
    --rom "$work/rom.bin" --firmware "$work/firmware.bin" --security-version 0
printf x >>"$work/kept/nv.img"
refuse_flash "provision refuses stored data of a wrong size" "67108864 bytes"
truncate -s 67108864 "$work/kept/nv.img"

cp "$work/kept/flash.img" "$work/flash.img"
printf x | dd of="$work/kept/flash.img" bs=1 seek=$((0x41000)) conv=notrunc status=none
refuse_flash "provision refuses a damaged bank that is there" "body was changed.*give --rom"
check "a bank that is not needed is not looked at" provision "$work/kept" --no-flash
head -c 262144 /dev/zero | dd of="$work/flash.img" conv=notrunc status=none
cp "$work/flash.img" "$work/kept/flash.img"
refuse_flash "provision refuses a bank without a boot ROM" "no boot ROM"
truncate -s 4194304 "$work/kept/flash.img"
printf x | dd of="$work/kept/flash.img" bs=1 conv=notrunc status=none
refuse_flash "provision refuses a bank that was cut" "not a whole bank"
rm "$work/kept/flash.img"
# A program that lies alone has no firmware to take.
tool=$VIRTASP
mkdir -p "$work/alone/bin"
cp "$VIRTASP" "$work/alone/bin/virtasp"
VIRTASP=$work/alone/bin/virtasp
refuse "provision refuses a chip whose bank is missing" 1 "there is no .*flash.img.*give --rom" "$@"
refuse "provision makes no chip without a bank" 1 "there is no .*flash.img" \
    provision "$work/kept/new" --vendor "$vendor"
check "unless it is asked to" provision "$work/kept" --no-flash
mkdir -p "$work/alone/share/virtasp"
cp "$work/rom.bin" "$work/firmware.bin" "$work/alone/share/virtasp/"
check "a bank is made of the firmware that is installed" provision "$work/kept" --vendor "$vendor"
check "and is the one that these files make" provision "$work/kept" --vendor "$vendor" \
    --rom "$work/rom.bin" --firmware "$work/firmware.bin"
VIRTASP=$tool
rm -f "$work/kept/flash.img"

# Without its fuses a chip is gone, and what it left belongs to no new one.
mv "$work/kept/fuses.bin" "$work/kept.fuses"
set -- provision "$work/kept" --vendor "$vendor" --no-flash
refuse "provision refuses stored data without fuses" 1 "has nv.img of a chip, but not its" "$@"
mv "$work/kept/nv.img" "$work/kept.nv"
refuse "provision refuses facts without fuses" 1 "has chip.json of a chip" "$@"
mv "$work/kept/chip.json" "$work/kept.json"
refuse "provision refuses certificates without fuses" 1 "has kds/cek/id of a chip" "$@"
mv "$work/kept.fuses" "$work/kept/fuses.bin"
mv "$work/kept.nv" "$work/kept/nv.img"
mv "$work/kept.json" "$work/kept/chip.json"

# Without the privilege of root to write everywhere, which is dropped where there is any.
cp -r "$work/kept" "$work/unwritable"
{
    printf '#!/bin/sh\n'
    [ "$(id -u)" -ne 0 ] || printf 'exec setpriv --bounding-set=-all --inh-caps=-all '
    [ "$(id -u)" -eq 0 ] || printf 'exec '
    printf '"%s" "$@"\n' "$VIRTASP"
} >"$work/unprivileged"
chmod +x "$work/unprivileged"
if "$work/unprivileged" --version >/dev/null 2>&1; then
    VIRTASP=$work/unprivileged
    for directory in . kds/cek/id; do
        chmod 555 "$work/unwritable/$directory"
        snapshot "$work/unwritable" >"$work/unwritable.before"
        refuse "--force in a directory that is read-only ($directory) costs no chip" 1 \
            "Permission denied" provision "$work/unwritable" --vendor "$vendor" --force --no-flash
        snapshot "$work/unwritable" >"$work/unwritable.after"
        check "and no certificate" cmp "$work/unwritable.before" "$work/unwritable.after"
        chmod 755 "$work/unwritable/$directory"
    done
    VIRTASP=$tool
else
    echo "left out: read-only directories, since root's privileges cannot be dropped here"
fi

chmod 644 "$work/kept/fuses.bin"
refuse "provision refuses fuses that others may read" 1 "other users" "$@"
chmod 600 "$work/kept/fuses.bin"
head -c 255 "$chip/fuses.bin" >"$work/kept/fuses.bin"
refuse "provision refuses short fuses" 1 "256 bytes" "$@"
head -c 256 /dev/zero >"$work/kept/fuses.bin"
refuse "provision refuses what are no fuses" 1 "no fuses" "$@"
cp "$chip/fuses.bin" "$work/kept/fuses.bin"
refuse "provision names a directory that it cannot make" 1 "not a directory" \
    provision "$work/rom.bin/chip" --vendor "$vendor" --no-flash
