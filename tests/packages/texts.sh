# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # sourced: variables come from run.sh
# Manual pages, completion and units say what --help says, and are well-formed.

commands() { "$tree/bin/virtasp" help | sed -n '/^COMMANDS/,/^$/s/^    \([a-z][a-z-]*\)  .*/\1/p'; }

# help_of COMMAND: what its page is written from.
help_of() {
    case $1 in
    run-kernel) "$tree/bin/virtasp" run --kernel --help ;;
    *) "$tree/bin/virtasp" help "$1" ;;
    esac
}

each_command_has_a_page() {
    [ -n "$(commands)" ] && for command in $(commands) $(! has_linux_guest || echo run-kernel); do
        page=$tree/share/man/man1/virtasp-$command.1
        [ -s "$page" ] || return 1
        # Each option of the text is a term of the page.
        help_of "$command" |
            sed -n '/^OPTIONS/,/^[A-NP-Z]/s/^    \(-[^ ]*\).*/\1/p' >"$work/options"
        [ -s "$work/options" ] || return 1
        while read -r option; do
            grep -qF -e ".B $(printf %s "$option" | sed 's/-/\\-/g')" "$page" || {
                echo "$page: no $option"
                return 1
            }
        done <"$work/options"
    done
}

pages_are_well_formed() {
    left_out "pages in groff" groff && return
    for page in "$tree"/share/man/man1/*.1; do
        groff -man -ww -z -Tascii "$page" 2>&1
    done >"$work/warnings"
    cat "$work/warnings"
    [ ! -s "$work/warnings" ]
}

# A list in running text would be set as running text: each section is paragraphs, or entries that
# the page has one by one. What is further in than a paragraph is a line of its own by itself.
lists_stay_lists() {
    "$tree/bin/virtasp" help kds | sed -n '/^ADDRESSES/,/^$/s/^    \(\/[^ ]*\).*/\1/p' >"$work/terms"
    [ "$(wc -l <"$work/terms")" -eq 7 ] && while read -r term; do
        grep -qxF -e ".B $(printf %s "$term" | sed 's/-/\\-/g')" "$tree/share/man/man1/virtasp-kds.1" ||
            { echo "virtasp-kds.1: no entry $term" && return 1; }
    done <"$work/terms" && for command in '' $(commands); do
        # shellcheck disable=SC2086 # no command is no word
        "$tree/bin/virtasp" help $command | awk -v command="$command" '
            /^[A-Z]/ { runs = $0 == "DESCRIPTION" }
            runs && substr($0, 5) ~ /^ |[^ .:]  +[^ ]/ { print command ": " $0; bad = 1 }
            END { exit bad }' || return 1
    done
}

# completed WORD...: what bash offers for the last word.
completed() {
    bash -c 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _virtasp
        printf "%s\n" "${COMPREPLY[@]}"' "$tree/share/bash-completion/completions/virtasp" "$@"
}
commands_are_completed() {
    [ "$(completed virtasp stat)" = status ] &&
        [ "$(completed virtasp start --fore)" = --foreground ] &&
        [ "$(completed virtasp conformance --dest)" = --destructive ] &&
        [ -z "$(completed virtasp start --memory 1)" ] &&
        [ "$(cd "$work" && completed virtasp run se)" = secret ] &&
        [ "$(completed virtasp run --snp tam)" = tamper ] &&
        [ "$(completed virtasp run --trac)" = --trace ] &&
        { ! has_linux_guest || [ "$(completed virtasp run --init)" = --initrd ]; } &&
        (cd "$work/moved" && [ "$(completed virtasp provision --vendor u)" = usr ])
}

# Words are offered where there is a choice of them: those that --help names.
choices_are_completed() {
    for choice in "provision --product rome milan genoa turin venice" \
        "provision --report-version 2 3 5" "start --log-level error warning info" \
        "conformance --profile sev es snp" "start --cpu max cortex-a15 cortex-a7" \
        "start --machine pc q35" "exec --vmpl 0 1 2 3"; do
        # shellcheck disable=SC2086 # words
        set -- $choice
        command=$1 option=$2
        shift 2
        [ "$(completed virtasp "$command" "$option" '' | paste -sd' ')" = "$*" ] || return 1
        [ "$option" != --vmpl ] || continue # the text has a range
        for word; do
            "$tree/bin/virtasp" help "$command" | grep -A 2 -e "^    $option " | grep -qw -e "$word" ||
                { echo "$command $option: --help has no $word" && return 1; }
        done
    done
    [ "$(completed virtasp demo '' | paste -sd' ')" = "launch migrate snapshot snp snp-migrate" ] &&
        [ "$(completed virtasp demo mi)" = migrate ] && [ "$(completed virtasp demo --ke)" = --keep ]
}

one_version() {
    [ -n "$version" ] && [ "$("$tree/bin/virtasp" --version)" = "virtasp $version" ] &&
        grep -qx "Version: $version" "$tree/lib/pkgconfig/virtasp.pc" &&
        grep -q "\"virtasp $version\"" "$tree/share/man/man1/virtasp.1" &&
        sed -n 1p debian/changelog | grep -q "^virtasp ($version\(-[^)]*\)\?) "
}

units_are_well_formed() {
    unit=$tree/lib/systemd/system/virtasp@.service
    grep -qx 'ExecStart=/usr/bin/virtasp start /var/lib/virtasp/%i --foreground --log -' "$unit" &&
        ! grep -q '@[A-Z]*@' "$tree"/lib/systemd/system/* || return 1
    left_out "units in systemd-analyze" systemd-analyze && return
    # It wants the program to be there: that of this tree.
    mkdir -p "$work/units" &&
        sed "s|=/usr/bin/|=$tree/bin/|" "$unit" >"$work/units/virtasp@.service" &&
        cp "$tree/lib/systemd/system/virtasp@.socket" "$work/units/" &&
        SYSTEMD_UNIT_PATH="$work/units:" systemd-analyze verify --man=no \
            "$work/units/virtasp@chip.service"
}

# Not built here: what it runs and copies is there.
recipe_fits_the_tree() {
    targets=$(sed -n 's/^RUN make \(.*\)/\1/p' Containerfile)
    [ -n "$targets" ] && for target in $targets; do
        grep -q "^$target:" Makefile mk/*.mk || return 1
    done &&
        grep -q '^COPY --from=build /src/virtasp/build/deb/ ' Containerfile &&
        for word in FROM COPY RUN ENTRYPOINT CMD USER WORKDIR; do
            grep -q "^$word " Containerfile || return 1
        done
}

test_texts() {
    check "each command has a manual page with its options" each_command_has_a_page
    check "lists stay lists on the pages" lists_stay_lists
    check "the pages are well-formed" pages_are_well_formed
    check "bash completes commands, options and names" commands_are_completed
    check "bash completes words that are a choice" choices_are_completed
    check "there is one version" one_version
    check "the units are well-formed" units_are_well_formed
    check "the container's recipe fits the tree" recipe_fits_the_tree
}
