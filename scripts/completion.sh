#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the completion of virtasp's command line for bash, from the texts of --help.
#
# usage: scripts/completion.sh VIRTASP      standard output: a script for bash-completion

set -eu

virtasp=$1
commands=$("$virtasp" help | sed -n '/^COMMANDS/,/^$/s/^    \([a-z][a-z-]*\)  .*/\1/p')

# options COMMAND: a line for each: its name, and the word for its value, if it has one.
options() {
    {
        "$virtasp" help "$1"
        # On other processors than x86-64 there is no such program.
        [ "$1" != run ] || "$virtasp" run --kernel --help 2>/dev/null || true
    } | sed -n '/^OPTIONS/,/^[A-NP-Z]/{
        s/^    -\([a-zA-Z]\), \(--[a-z-]*\).*/-\1\n\2/p
        s/^    \(--[a-z-]*\) \([A-Z][A-Z]*\).*/\1 \2/p
        t
        s/^    \(--[a-z-]*\).*/\1/p
    }' | awk '!seen[$1]++'
}

# A line for each option with a choice of words: its name, and they.
choices='--product rome milan genoa turin venice
--report-version 2 3 5
--profile sev es snp
--log-level error warning info
--cpu max cortex-a15 cortex-a7
--machine pc q35
--attack flip replay read load
--vmpl 0 1 2 3'

# The word that says what to show, by the lines of the synopsis.
demos=$("$virtasp" help demo | sed -n 's/^    virtasp demo \[*\([a-z-]*\)\]* \[OPTION.*/\1/p')

# Names of guests, by their list.
guests=$("$virtasp" help run | sed -n '/^GUESTS/,/^$/s/^    \([a-z][a-z-]*\)  .*/\1/p')

cat <<'END'
# bash completion for virtasp. Written by scripts/completion.sh from the texts of --help.
_virtasp() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} options files dirs values
    COMPREPLY=()
END
printf '    local commands="%s"\n' "$(echo "$commands" | paste -sd' ')"
cat <<'END'
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands help --help --version" -- "$cur")
        return
    fi
    case ${COMP_WORDS[1]} in
        help)
            mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
            return
            ;;
END
for command in $commands; do
    list=$(options "$command")
    printf '        %s)\n' "$command"
    printf '            options="%s"\n' "$(echo "$list" | cut -d' ' -f1 | paste -sd' ')"
    printf '            files="%s"\n' \
        "$(echo "$list" | sed -n 's/ \(FILE\|PATH\|SOCKET\)$//p' | paste -sd' ')"
    printf '            dirs="%s"\n' "$(echo "$list" | sed -n 's/ DIR$//p' | paste -sd' ')"
    printf '            values="%s"\n' "$(echo "$list" | sed -n \
        '/ \(FILE\|PATH\|SOCKET\|DIR\)$/d; s/ [A-Z][A-Z]*$//p' | paste -sd' ')"
    printf '            ;;\n'
done
cat <<'END'
        *)
            return
            ;;
    esac
    case $prev in
END
echo "$choices" | while read -r option words; do
    printf '        %s)\n' "$option"
    # shellcheck disable=SC2016 # for the other shell
    printf '            mapfile -t COMPREPLY < <(compgen -W "%s" -- "$cur")\n' "$words"
    printf '            return\n            ;;\n'
done
cat <<'END'
    esac
    case " $files " in
        *" $prev "*)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
            ;;
    esac
    case " $dirs " in
        *" $prev "*)
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            compopt -o filenames 2>/dev/null
            return
            ;;
    esac
    case " $values " in
        *" $prev "*) return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    elif [ "${COMP_WORDS[1]}" = demo ]; then
END
# shellcheck disable=SC2016 # for the other shell
printf '        mapfile -t COMPREPLY < <(compgen -W "%s" -- "$cur")\n' "$(echo "$demos" | paste -sd' ')"
cat <<'END'
    elif [ "${COMP_WORDS[1]}" = run ] && [[ $cur != */* ]]; then
END
# shellcheck disable=SC2016 # for the other shell
printf '        mapfile -t COMPREPLY < <(compgen -W "%s" -- "$cur"; compgen -d -- "$cur")\n' \
    "$(echo "$guests" | paste -sd' ')"
cat <<'END'
        compopt -o filenames 2>/dev/null
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
    fi
} && complete -F _virtasp virtasp
END
