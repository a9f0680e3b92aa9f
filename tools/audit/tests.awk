# SPDX-License-Identifier: Apache-2.0
# What each test of the suites written in C speaks of: commands and statuses.
#
# usage: awk -v ids=COMMANDS -f tests.awk FILE.c...
#
#   COMMANDS  lines: name, section, file, row object
#
# A line per test (static void NAME(void **state)): name, file, commands, statuses; lists are separated
# by commas, "-" is nothing. A test speaks of a command if it names its id (SEV_COMMAND_INIT), calls the
# client library's function (sev_init), names a table that has the id, or calls a helper that leads to
# this one command. Helpers that lead to several say nothing: setting a board up tests no command.

BEGIN {
    FS = "\n"
    while ((getline line <ids) > 0) {
        split(line, field, "\t")
        api = field[4] ~ /^snp_/ ? "SNP" : "SEV"
        short = field[1]
        sub(/^SNP_/, "", short)
        command_of[api "_COMMAND_" short] = field[1]
        command_of[tolower(api "_" short)] = field[1]
    }
}

FNR == 1 { inside = 0 }
{ sub(/\/\/.*$/, "") }

# A definition begins in the first column; its body ends with } there.
!inside && /^[a-z].*[a-z0-9_]+\(/ && !/;$/ && !/^(typedef|struct|enum|union) [a-z_]+ \{/ {
    text = $0
    sub(/\(.*$/, "", text)
    sub(/^.*[ *]/, "", text)
    begin(text, $0 ~ /^static/, $0 ~ /^static void [a-z0-9_]+\(void \*\*state\)/)
    if (/\{$/) inside = 2
    next
}
!inside && /^(static )?const .*= *\{/ || !inside && /^(static )?(const )?struct .*\] = *\{/ {
    text = $0
    sub(/ *=.*$/, "", text)
    sub(/\[.*$/, "", text)
    sub(/^.*[ *]/, "", text)
    begin(text, $0 ~ /^static/, 0)
    table[count] = 1
    inside = /\};/ ? 0 : 2
    note($0)
    next
}
!inside && /^\} [a-z_]+\[.*\] = \{$/ { # A table of an unnamed structure.
    text = $0
    sub(/^\} /, "", text)
    sub(/\[.*$/, "", text)
    begin(text, 1, 0)
    table[count] = 1
    inside = 2
    next
}
inside == 1 && /^\{/ { inside = 2; next }
inside == 1 && /;$/ { inside = 0; count--; next }
inside && /^\}/ { inside = 0; next }
inside { note($0) }

function begin(text, static, is_test) {
    count++
    name[count] = text
    file[count] = FILENAME
    test[count] = is_test
    if (static) in_file[FILENAME, text] = count
    else global[text] = count
    inside = 1
}

# The words of a line: commands, statuses, names of helpers and tables.
function note(line,    word) {
    gsub(/"[^"]*"/, "", line)
    while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (word in command_of) {
            # The structure of the parameters says nothing, the function of that name does.
            if (word ~ /^[a-z]/ && line !~ /^\(/) continue
            add_command(count, command_of[word])
        } else if (word ~ /^SEV_STATUS_/) {
            if (!((count, word) in has_status)) {
                has_status[count, word] = 1
                statuses[count] = statuses[count] "," substr(word, 12)
            }
        } else if (!((count, word) in uses)) {
            uses[count, word] = 1
            used[count] = used[count] " " word
        }
    }
}

function add_command(i, command) {
    if ((i, command) in has) return
    has[i, command] = 1
    commands[i] = commands[i] "," command
    number[i]++
}

function found(i, word) {
    return (file[i], word) in in_file ? in_file[file[i], word] : word in global ? global[word] : 0
}

END {
    # Four rounds: helpers of helpers.
    for (round = 1; round <= 4; round++) {
        for (i = 1; i <= count; i++) {
            n = split(used[i], words, " ")
            for (w = 1; w <= n; w++) {
                j = found(i, words[w])
                if (!j || j == i || test[j]) continue
                if (number[j] != 1 && !(file[j] == file[i] && is_table(j))) continue
                m = split(substr(commands[j], 2), list, ",")
                for (k = 1; k <= m; k++) add_command(i, list[k])
            }
        }
    }
    for (i = 1; i <= count; i++) {
        if (!test[i]) continue
        print name[i] "\t" file[i] "\t" (commands[i] == "" ? "-" : substr(commands[i], 2)) "\t" \
            (statuses[i] == "" ? "-" : substr(statuses[i], 2))
    }
}

# Tables call nothing: they are lists of ids, which a test that names them goes through.
function is_table(j) { return table[j] && commands[j] != "" }
