/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp conformance: holds an implementation of the mailbox against the specification. The suites
 * are programs of their own, which are installed beside this one; it gives them what they work with.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/cmd/conformance_wishes.h"
#include "host/cmd/report.h"
#include "host/lib/installed.h"

#define ARGUMENTS_MAX 64u
#define NUMBER_BYTES 16u

static const char help[] =
    "NAME\n"
    "    virtasp conformance - hold an implementation of the mailbox against the specification\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp conformance --board DIR [OPTION...] [CASE]\n"
    "    virtasp conformance --mailbox FILE --dram FILE [OPTION...] [CASE]\n"
    "    virtasp conformance --list [--json] [--profile NAME] [CASE]\n"
    "\n"
    "DESCRIPTION\n"
    "    Gives commands to a security processor that is running, and compares what it does with\n"
    "    the specification: this project's firmware or any other implementation. A case is left\n"
    "    out when it needs what is not there, and the report says what that is. CASE is the name\n"
    "    of a case, or of a group of them, the part in front of a dot.\n"
    "\n"
    "    What it needs: the mailbox and x86 memory as files (docs/mailbox.md), 32 MiB of memory\n"
    "    at address 0 or more, for itself alone: it writes there, and nothing else may use the\n"
    "    memory, or give commands, while it runs. The platform may be in any state. It is shut\n"
    "    down, and all guests are lost. A platform that has an owner keeps it, unless\n"
    "    --destructive is given. A signal that asks for the end lets the case that runs end, and\n"
    "    the reports are of what was done; the platform is shut down.\n"
    "\n"
    "OPTIONS\n"
    "    --board DIR         the running board of the chip in DIR: all its files, and its\n"
    "                        certificates\n"
    "    --mailbox FILE      the mailbox, 2 MiB\n"
    "    --dram FILE         x86 memory; without a fabric it lies as docs/fabric.md says, "
    "\"Defaults\"\n"
    "    --doorbell SOCKET   the doorbell; without it the suite looks at the registers\n"
    "    --fabric FILE       the fabric; without it what needs another machine, WBINVD reports, "
    "or\n"
    "                        a look at keys and guests' memory is left out, and all of SEV-SNP\n"
    "    --certificates DIR  DIR/kds holds the chip's certificates, as 'virtasp provision' makes\n"
    "                        them; without them chains are not verified up to the root\n"
    "    --images DIR        DIR/same.img, older.img and newer.img are signed firmware with the\n"
    "                        security version of the running one, one lower and one higher, as\n"
    "                        'virtasp sign --image-only' makes them; without them\n"
    "                        DOWNLOAD_FIRMWARE is left out. With --destructive, newer.img is\n"
    "                        committed on a chip with SEV-SNP: its flash starts no more until\n"
    "                        'virtasp provision' has put a firmware into it that is as new\n"
    "    --profile NAME      sev: SEV alone; es: SEV and SEV-ES; snp: SEV-SNP alone (es)\n"
    "    --destructive       also give commands after which the platform is another: factory\n"
    "                        resets, generation of keys, PEK_CERT_IMPORT, DOWNLOAD_FIRMWARE,\n"
    "                        SNP_COMMIT. Without it, none of them is ever given\n"
    "    --c-bit N           without a fabric: the C-bit's position (51),\n"
    "    --max-asid N        the highest ASID (509),\n"
    "    --min-sev-asid N    and the first that is not for SEV-ES (100)\n"
    "    --quick             fewer rounds where their number matters little\n"
    "    --tap               report in TAP, version 13\n"
    "    --junit FILE        also write a report in JUnit's XML\n"
    "    --list              print the names of the profile's cases, and run none\n"
    "    --json              with --list: as JSON, with each case's command, its section in\n"
    "                        docs/specification.md, the statuses it wants, and what it needs\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  every case that ran has passed\n"
    "    1  a case has failed, or none could run\n"
    "    2  wrong usage\n"
    "    6  nobody answers\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp conformance --board chip --destructive --junit results.xml\n"
    "    virtasp conformance --mailbox bar2 --dram ram --doorbell bell --profile sev --tap\n"
    "    virtasp conformance --list --json | jq -r '.cases[] | select(.section == \"6.2\").id'\n";

/** A command line that is being made. */
struct arguments {
    const char *words[ARGUMENTS_MAX];
    size_t count;
};

static void add(struct arguments *arguments, const char *word)
{
    if (arguments->count + 1 < ARGUMENTS_MAX) {
        arguments->words[arguments->count++] = word;
    }
}

static void add_option(struct arguments *arguments, const char *name, const char *value)
{
    if (value != NULL) {
        add(arguments, name);
        add(arguments, value);
    }
}

/** What the suite works with. */
struct material {
    char program[PATH_MAX];
    char cases[PATH_MAX];
    char commands[PATH_MAX];
};

static bool find_material(bool is_snp, struct material *material, struct provision_error *error)
{
    const struct {
        enum installed_file file;
        char *path;
    } files[] = {
        {is_snp ? INSTALLED_CONFORMANCE_SNP : INSTALLED_CONFORMANCE, material->program},
        {is_snp ? INSTALLED_CASES_SNP : INSTALLED_CASES, material->cases},
        {is_snp ? INSTALLED_COMMANDS_SNP : INSTALLED_COMMANDS, material->commands},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (!installed_find(files[i].file, files[i].path)) {
            return provision_fail(error, "%s: %s (is virtasp installed as a whole?)", files[i].path,
                                  strerror(errno));
        }
    }
    return true;
}

/** Becomes the suite's program. @return the exit status when that fails */
static int become(const struct conformance_wishes *wishes, const struct material *material)
{
    static const char *const number_names[] = {"--c-bit", "--max-asid", "--min-sev-asid"};
    char numbers[3][NUMBER_BYTES];
    struct arguments arguments = {.count = 0};
    add(&arguments, material->program);
    add(&arguments, "--attach");
    add_option(&arguments, "--table", material->commands);
    add_option(&arguments, "--catalogue", material->cases);
    add_option(&arguments, "--profile", wishes->profile);
    add_option(&arguments, "--board", wishes->board);
    add_option(&arguments, "--mailbox", wishes->mailbox);
    add_option(&arguments, "--dram", wishes->dram);
    add_option(&arguments, "--doorbell", wishes->doorbell);
    add_option(&arguments, "--fabric", wishes->fabric);
    add_option(&arguments, "--certificates", wishes->certificates);
    add_option(&arguments, "--images", wishes->images);
    add_option(&arguments, "--junit", wishes->junit);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(numbers[i], sizeof numbers[i], "%u", wishes->numbers[i]);
        add_option(&arguments, number_names[i], wishes->numbers_given[i] ? numbers[i] : NULL);
    }
    const struct {
        bool given;
        const char *name;
    } flags[] = {
        {wishes->destructive, "--destructive"},
        {wishes->quick, "--quick"},
        {wishes->tap, "--tap"},
        {wishes->list, "--list"},
        {wishes->json, "--json"},
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (flags[i].given) {
            add(&arguments, flags[i].name);
        }
    }
    add(&arguments, "--");
    if (wishes->name != NULL) {
        add(&arguments, wishes->name);
    }
    /* execv() changes none of the words. */
    (void)execv(material->program, (char *const *)(uintptr_t)arguments.words);
    (void)fprintf(stderr, "virtasp conformance: %s: %s\n", material->program, strerror(errno));
    return BOARD_FAILED;
}

int command_conformance(int argc, char **argv)
{
    struct conformance_wishes wishes = {0};
    struct material material;
    struct provision_error error = {0};
    enum provision_request request;
    const struct provision_option table[] = {
        {"board", &wishes.board, NULL, NULL},
        {"mailbox", &wishes.mailbox, NULL, NULL},
        {"dram", &wishes.dram, NULL, NULL},
        {"doorbell", &wishes.doorbell, NULL, NULL},
        {"fabric", &wishes.fabric, NULL, NULL},
        {"certificates", &wishes.certificates, NULL, NULL},
        {"images", &wishes.images, NULL, NULL},
        {"profile", &wishes.profile, NULL, NULL},
        {"destructive", NULL, NULL, &wishes.destructive},
        {"c-bit", NULL, &wishes.numbers[0], &wishes.numbers_given[0]},
        {"max-asid", NULL, &wishes.numbers[1], &wishes.numbers_given[1]},
        {"min-sev-asid", NULL, &wishes.numbers[2], &wishes.numbers_given[2]},
        {"quick", NULL, NULL, &wishes.quick},
        {"tap", NULL, NULL, &wishes.tap},
        {"junit", &wishes.junit, NULL, NULL},
        {"list", NULL, NULL, &wishes.list},
        {"json", NULL, NULL, &wishes.json},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &wishes.name, &request,
                         &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    if (!conformance_wishes_check(&wishes, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (!wishes.list && !conformance_directories_check(&wishes, &error)) {
        return provision_failure(argv[0], &error);
    }
    if (!find_material(strcmp(wishes.profile, "snp") == 0, &material, &error)) {
        return provision_failure(argv[0], &error);
    }
    return become(&wishes, &material);
}
