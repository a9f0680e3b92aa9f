# SPDX-License-Identifier: Apache-2.0
# What --force replaces, two factories at work at once, and what the commands say of themselves.
#
# Read by run.sh, which sets the variables.
# shellcheck shell=sh disable=SC2154

check "--force makes a new chip" provision "$chip" --vendor "$vendor" --force \
    --chip-secret-file "$work/secret" --minimum-security-version 0
check "the new chip has the secret of the file" \
    same "$(part "$chip/fuses.bin" 8 32 | hex)" "$(hex <"$work/secret")"
known=ae53b33927a97bb3fe2693578527a6df429eb77bc2983e65c5c84bafedbb6a02
known=${known}e9867b509687ce115b444b8eb96aecb3237419cd5b0ae25fa0bd5a62941456a8
check "the new chip has the ID of that secret" same "$(fact "$chip" chip_id)" $known
check "the new chip has the minimum" same "$(part "$chip/fuses.bin" $((0x7C)) 4 | hex)" 00000000
check "the old chip's certificate is gone" no_file "$cek"
check "under both names" no_file "$cek_upper"
check "the old chip's stored data is gone" \
    same "$(part "$chip/nv.img" 0 1048576 | tr -d '\377' | wc -c)" 0
check "the vendor's keys stay" cmp "$vendor/firmware-root.pem" "$work/root.pem"

high_minimum() { # The chip is made, but not complete.
    "$VIRTASP" provision "$chip" --vendor "$vendor" --force --minimum-security-version 9 \
        >"$work/log" 2>&1
    status=$?
    cat "$work/log"
    [ $status -eq 1 ] && grep -q "would not boot.*too low" "$work/log"
}
check "a minimum above the flash's version is an error" high_minimum
check "provision signs for it" provision "$chip" --vendor "$vendor" --rom "$work/rom.bin" \
    --firmware "$work/firmware.bin" --security-version 9

# Its fuses are gone: what is left is removed, and a new chip made.
rm "$chip/fuses.bin"
echo "stored" | dd of="$chip/nv.img" conv=notrunc status=none
cek=$chip/kds/cek/id/$(fact "$chip" chip_id)
check "--force makes a chip where one without fuses was" provision "$chip" --force
check "the lost chip's certificate is gone" no_file "$cek"
check "the lost chip's stored data is gone" differ "$(head -c 6 "$chip/nv.img")" stored
check "one chip is left" same "$(find "$chip/kds/cek/id" -type f | wc -l)" 2

# Two at once: one makes the chip, the other waits and finds it.
"$VIRTASP" provision "$work/race" --vendor "$vendor" --no-flash >"$work/race1" 2>&1 &
first=$!
"$VIRTASP" provision "$work/race" --vendor "$vendor" --no-flash >"$work/race2" 2>&1
second=$?
wait $first
first=$?
cat "$work/race1" "$work/race2" >"$work/output"
[ $first -eq 0 ] && [ $second -eq 0 ] &&
    [ "$(grep -c '^made chip' "$work/output")" -eq 1 ] &&
    [ "$(grep -c '^kept chip' "$work/output")" -eq 1 ]
report "two factories at once make one chip" $?

# All keys but one are there already: a new one takes seconds.
mkdir -p "$work/deep/own/vendor"
cp -p "$cached/firmware-root.pem" "$cached/firmware-signing.pem" "$cached/ask.pem" \
    "$cached/asvk.pem" "$cached/csp.secret" \
    "$work/deep/own/vendor"
check "provision with keys of its own" provision "$work/deep/own" --no-flash --verbose
check "makes the key that is missing" grep -q "^made $work/deep/own/vendor/ark.pem$" "$work/log"
check "its key is private" mode_is 600 "$work/deep/own/vendor/ark.pem"
check "and only that" same "$(grep -c 'pem$' "$work/log")" 1
check "makes no flash" no_file "$work/deep/own/flash.img"
check "no temporary file is left" \
    same "$(find "$work" -name '*.new-*')" ""
# make flash looks at the keys before it makes anything with them.
mkdir "$work/build"
ln -s "$(realpath "$BUILD/host")" "$(realpath "$BUILD/board")" "$work/build"
flash() { BUILD=$work/build KEYS=$1 sh scripts/flash.sh; }
check "make flash makes a chip of the keys" flash "$vendor"
check "and again" flash "$vendor"
snapshot "$work/build" >"$work/before"
if flash "$work/typo" >"$work/output" 2>&1; then false; else said "Nothing was made"; fi
report "make flash refuses keys that the chip does not trust" $?
snapshot "$work/build" >"$work/after"
check "and leaves all as it was" cmp "$work/before" "$work/after"
check "and makes no keys" no_file "$work/typo"

# Every command says what it is, in every way.
"$VIRTASP" help >"$work/output"
commands=$(sed -n '/^COMMANDS/,/^$/s/^    \([a-z-]*\) .*/\1/p' "$work/output")
version=$("$VIRTASP" --version)
answers() { # TEXT-OR-VERSION ARGUMENT...
    expected=$1
    shift
    same "$("$VIRTASP" "$@")" "$expected"
}
check "the manual lists the commands" [ "$(echo "$commands" | wc -w)" -ge 9 ]
for option in -V version; do
    check "virtasp $option is --version" answers "$version" $option
done
manual=$("$VIRTASP" help)
for option in -h --help; do
    check "virtasp $option is the manual" answers "$manual" $option
done
for command in $commands; do
    manual=$("$VIRTASP" help "$command")
    check "$command has a manual" [ "$(echo "$manual" | grep -c '^NAME$')" -eq 1 ]
    check "that names its options" [ "$(echo "$manual" | grep -c '^    -[hV], --')" -eq 2 ]
    for option in -h --help; do
        check "$command $option is its manual" answers "$manual" "$command" $option
        check "also among others" answers "$manual" "$command" "$work" $option more
    done
    for option in -V --version; do
        check "$command $option is the version" answers "$version" "$command" $option
    done
    refuse "$command refuses other letters" 2 "'-x' is no option" "$command" -x
    refuse "$command refuses other words" 2 "'--bogus' is no option" "$command" --bogus
done

for command in sign provision; do
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" FILES; do
        "$VIRTASP" $command --help >"$work/output" 2>&1 && said "^$section$"
        report "$command --help has the section $section" $?
    done
done
