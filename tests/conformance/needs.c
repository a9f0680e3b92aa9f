/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cases need (needs.h).
 */
#include "tests/conformance/needs.h"

#include <string.h>

#include "abi/snp_command_id.h"
#include "tests/conformance/suite.h"

static const struct {
    const char *name;
    const char *text;
} needs[NEEDS_COUNT] = {
    {"fabric", "the fabric's file (--fabric, or --board)"},
    {"doorbell", "the doorbell's socket (--doorbell, or --board)"},
    {"es", "SEV-ES (--profile es)"},
    {"destructive", "commands that lose keys, identity or firmware (--destructive)"},
    {"certificates", "the chip's certificates (--certificates, or --board)"},
    {"images", "signed images of the firmware (--images)"},
    {"control", "a board that the suite starts and stops itself (this project's own tests)"},
    {"self_owned", "a platform without another owner, or --destructive"},
};

static const uint32_t destructive[] = {
    SEV_COMMAND_PLATFORM_RESET,  SEV_COMMAND_PEK_GEN,           SEV_COMMAND_PDH_GEN,
    SEV_COMMAND_PEK_CERT_IMPORT, SEV_COMMAND_DOWNLOAD_FIRMWARE, SNP_COMMAND_DOWNLOAD_FIRMWARE_EX,
    SNP_COMMAND_COMMIT,
};

static unsigned noted;
static unsigned paused;

const char *need_name(size_t index)
{
    return index < NEEDS_COUNT ? needs[index].name : "?";
}

const char *need_text(size_t index)
{
    return index < NEEDS_COUNT ? needs[index].text : "?";
}

void needs_begin(void)
{
    noted = 0;
    paused = 0;
}

unsigned needs_noted(void)
{
    return noted;
}

void suite_need(unsigned wanted)
{
    if (paused == 0) {
        noted |= wanted;
    }
    for (size_t i = 0; i < NEEDS_COUNT; i++) {
        if ((wanted & ~suite.has & 1u << i) != 0) {
            fail_msg("this needs %s", needs[i].text);
        }
    }
}

void needs_pause(bool is_paused)
{
    if (is_paused) {
        paused++;
    } else {
        paused--;
    }
}

void needs_of_command(uint32_t id, const void *parameters)
{
    struct sev_init init;
    struct sev_init_ex init_ex;

    for (size_t i = 0; i < sizeof destructive / sizeof destructive[0]; i++) {
        /* Without SEV-SNP the last ones are ids of no command. */
        if (destructive[i] == id && (suite.has_snp || id < SNP_COMMAND_INIT)) {
            suite_need(NEEDS_DESTRUCTIVE);
        }
    }
    if (id == SEV_COMMAND_INIT && parameters != NULL) {
        memcpy(&init, parameters, sizeof init);
        suite_need((init.options & SEV_INIT_OPTION_ES) != 0 ? NEEDS_ES : 0);
    } else if (id == SEV_COMMAND_INIT_EX && parameters != NULL) {
        memcpy(&init_ex, parameters, sizeof init_ex);
        suite_need((init_ex.options & SEV_INIT_OPTION_ES) != 0 ? NEEDS_ES : 0);
    }
}

uint8_t *suite_fabric(void)
{
    suite_need(NEEDS_FABRIC);
    return suite.board.fabric_file.bytes;
}

const struct memory_controller *suite_memory(void)
{
    suite_need(NEEDS_FABRIC);
    return &suite.board.memory;
}

int suite_doorbell(void)
{
    suite_need(NEEDS_DOORBELL);
    return suite.board.mailbox.doorbell;
}

const char *suite_directory(enum suite_need need)
{
    suite_need(need);
    if (need == NEEDS_IMAGES && suite.images != NULL) {
        return suite.images;
    }
    return need == NEEDS_CERTIFICATES && suite.certificates != NULL ? suite.certificates
                                                                    : suite.options.directory;
}
