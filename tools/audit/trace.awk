# SPDX-License-Identifier: Apache-2.0
# From the specification to the tests: joins rows, tests, threats and what the suites may leave out.
#
# usage: awk -v out=DIRECTORY -f trace.awk COMMANDS TABLE TESTS THREATS MUTANTS EXCUSES
#
#   COMMANDS  name, section, file, row object     TABLE    both command tables, as they are printed
#   TESTS     of tests.awk                        THREATS  docs/threat-model.md
#   MUTANTS   tests/mutants/mutants.txt           EXCUSES  tests/conformance/excuses.c and
#                                                          tests/hypervisor/test_coverage.c
#
# OUT/trace.tsv     section, command, file, threats, tests (name@file)
# OUT/statuses.tsv  command, status, how it is shown, tests of both: "named" a test speaks of command
#                   and status, "run" a suite fails unless it was returned, "apart" the suites
#                   leave it out and tests speak of the status but not of this command, "none"
# OUT/threats.tsv   id, title, tests, mutants, commands
# OUT/untested.tsv  what, name, why: what has no test

BEGIN { FS = "\t" }
FNR == 1 { part++ }
part == 1 { order[++commands] = $1; section[$1] = $2; file[$1] = $3; command_at[$3] = $1; next }
part == 2 || part == 3 { statuses[$2] = $9; next }
part == 4 {
    tests++
    test_name[tests] = $1
    test_file[tests] = $2
    test_statuses[tests] = "," $4 ","
    n = split($4, list, ",")
    for (i = 1; i <= n; i++) spoken[list[i]]++
    n = split($3, list, ",")
    for (i = 1; i <= n; i++) if (list[i] in section) tests_of[list[i]] = tests_of[list[i]] " " tests
    by_name[$1] = by_name[$1] " " tests
    by_file[$2] = by_file[$2] " " tests
    if (match($2, /^tests\/cve\/test_t[0-9][0-9]/)) add_threat(tests, toupper(substr($2, 16, 3)))
    next
}
part == 5 {
    if (match($0, /^\*\*T[0-9][0-9] /)) {
        threat = substr($0, 3, 3)
        threats[++threat_count] = threat
        title[threat] = substr($0, 7)
        open_title = title[threat] !~ /\*\*/
        sub(/\*\*.*$/, "", title[threat])
    } else if (/^## /) threat = ""
    else if (open_title && threat != "") {
        text = $0
        open_title = text !~ /\*\*/
        sub(/\*\*.*$/, "", text)
        title[threat] = title[threat] " " text
    }
    if (threat == "") next
    text = $0
    while (match(text, /`[^`]*`/)) {
        cite(substr(text, RSTART + 1, RLENGTH - 2))
        text = substr(text, RSTART + RLENGTH)
    }
    next
}
part == 6 {
    if ($0 ~ /^#/ || split($0, field, " [|] ") < 4) next
    mutants++
    if (field[1] ~ /^T[0-9][0-9]$/) {
        mutants_of[field[1]]++
        if (field[3] in command_at) add_command_threat(command_at[field[3]], field[1])
    }
    mutants_in[field[3]]++
    next
}
# EXCUSES, the first file: {ID, SEV_STATUS_NAME, ...}; the second: {ID, BIT(NAME) | BIT(NAME)}.
part >= 7 {
    if (match($0, /^    \{(ANY_COMMAND|[A-Z]+_COMMAND_[A-Z_]+), /)) {
        id = substr($0, 6, RLENGTH - 7)
        sub(/^SEV_COMMAND_/, "", id)
        if (sub(/^SNP_COMMAND_/, "SNP_", id) || part == 8 && id == "ANY_COMMAND") api = "SNP"
        else api = "SEV"
        hosted_only = $0 ~ /, true,/
        text = $0
        while (match(text, /(SEV_STATUS_|BIT\()[A-Z_]+/)) {
            status = substr(text, RSTART, RLENGTH)
            sub(/^(SEV_STATUS_|BIT\()/, "", status)
            if (!hosted_only) excused[id == "ANY_COMMAND" ? api : id, status] = 1
            text = substr(text, RSTART + RLENGTH)
        }
    }
}

function cite(word,    n, i, list) {
    if (word ~ /^tests\/.*\.sh$/) tests_of_threat[threat]++ # A suite, which counts as one.
    sub(/\(\)$/, "", word)
    n = split(word in by_name ? by_name[word] : word in by_file ? by_file[word] : "", list, " ")
    for (i = 1; i <= n; i++) if (list[i] != "") add_threat(list[i], threat)
    if (word in command_at) add_command_threat(command_at[word], threat)
}

function add_threat(test, id) {
    if ((test, id) in has_threat) return
    has_threat[test, id] = 1
    threats_of_test[test] = threats_of_test[test] " " id
    tests_of_threat[id]++
}

function add_command_threat(command, id) {
    if ((command, id) in command_threat) return
    command_threat[command, id] = 1
    commands_of_threat[id] = commands_of_threat[id] " " command
}

function threats_text(command,    i, text) {
    for (i = 1; i <= threat_count; i++)
        if ((command, threats[i]) in command_threat) text = text "," threats[i]
    return text == "" ? "-" : substr(text, 2)
}

function untested(what, name, why) { print what "\t" name "\t" why >(out "/untested.tsv") }

# A command's tests and their threats.
function do_command(command,    n, i, m, j, list, ids, text) {
    n = split(tests_of[command], list, " ")
    for (i = 1; i <= n; i++) {
        text = text "," test_name[list[i]] "@" test_file[list[i]]
        m = split(threats_of_test[list[i]], ids, " ")
        for (j = 1; j <= m; j++) add_command_threat(command, ids[j])
    }
    print section[command] "\t" command "\t" file[command] "\t" threats_text(command) "\t" \
        (text == "" ? "-" : substr(text, 2)) >(out "/trace.tsv")
    if (n == 0) untested("command", command, "no test speaks of it by name")
    do_statuses(command, n, list)
}

function do_statuses(command, n, list,    m, i, j, all, count, api, how) {
    m = split(statuses[command], all, ",")
    api = section[command] ~ /^SNP/ ? "SNP" : "SEV"
    for (i = 1; i <= m; i++) {
        count = 0
        for (j = 1; j <= n; j++) count += index(test_statuses[list[j]], "," all[i] ",") > 0
        how = count ? "named" : "run"
        if (!count && ((api, all[i]) in excused || (command, all[i]) in excused))
            how = all[i] in spoken ? "apart" : "none"
        print command "\t" all[i] "\t" how "\t" count >(out "/statuses.tsv")
        if (how == "apart" || how == "none")
            untested("status", command " " all[i], how == "apart" ? \
                "left out of the suites; tests speak of the status, none of both by name" : \
                "left out of the suites, and no test speaks of the status")
    }
}

END {
    printf "" >(out "/untested.tsv")
    for (i = 1; i <= commands; i++) do_command(order[i])
    for (i = 1; i <= threat_count; i++) {
        id = threats[i]
        print id "\t" title[id] "\t" tests_of_threat[id] + 0 "\t" mutants_of[id] + 0 "\t" \
            (commands_of_threat[id] == "" ? "-" : substr(commands_of_threat[id], 2)) \
            >(out "/threats.tsv")
        if (!tests_of_threat[id])
            untested("threat", id, "its paragraph names no test, and tests/cve has none")
    }
}
