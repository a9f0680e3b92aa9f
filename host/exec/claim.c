/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose SEV-SNP it is that is on (claim.h).
 */
#include "host/exec/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "abi/snp_rmp.h"
#include "host/lib/fabric.h"
#include "host/lib/run_lock.h"
#include "host/lib/status.h"
#include "host/x86/snp_pages.h"

#define NOTE_BYTES 96
#define GUEST_ASID 1u /* A guest is not bound to an ASID that has pages. */

/* Which start of which board: a note of another one is nobody's. */
static void write_note(const struct exec_machine *machine, uint64_t nonce, char note[NOTE_BYTES])
{
    struct fabric_status status = {0};
    if (status_copy(machine->board.fabric_file.bytes, STATUS_TIMEOUT_MS, &status) !=
        STATUS_SERVING) {
        status.boot_count = 0;
    }
    (void)snprintf(note, NOTE_BYTES, "%ld %u %" PRIx64 "\n",
                   (long)run_lock_holder(machine->directory), status.boot_count, nonce);
}

/* @return the ASID that the mark's page has, the last of the machine; 0 when there can be no mark */
static uint32_t mark_asid(const struct exec_machine *machine)
{
    const struct fabric_config *config = fabric_configuration(machine->board.fabric_file.bytes);
    return machine->mark_paddr != 0 && config != NULL && config->max_asid > GUEST_ASID
               ? config->max_asid
               : 0;
}

/* @return the mark in force, 0 when there is none */
static uint64_t read_mark(const struct exec_machine *machine)
{
    struct x86_rmp_page page;
    const uint32_t asid = mark_asid(machine);
    return asid != 0 && x86_rmp_look_up(&machine->rmp, machine->mark_paddr, &page) &&
                   page.covered && page.assigned && page.asid == asid
               ? page.gpa
               : 0;
}

bool exec_claim_open(struct exec_claim *claim, const struct exec_machine *machine, bool *left,
                     struct provision_error *error)
{
    char path[PATH_MAX];
    char note[NOTE_BYTES];
    char found[NOTE_BYTES] = "";
    if (!board_path(path, machine->directory, "run/exec")) {
        return provision_fail(error, "%s: name too long", machine->directory);
    }
    claim->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (claim->file < 0) {
        return provision_fail_errno(error, "%s", path);
    }
    if (flock(claim->file, LOCK_EX | LOCK_NB) != 0) {
        return provision_fail(error, "another 'virtasp exec' has its guest on this board; "
                                     "--no-guest does without one");
    }
    const uint64_t mark = read_mark(machine);
    write_note(machine, mark, note);
    *left =
        mark != 0 && pread(claim->file, found, sizeof found - 1, 0) > 0 && strcmp(found, note) == 0;
    return true;
}

bool exec_claim_note(struct exec_claim *claim, const struct exec_machine *machine)
{
    char note[NOTE_BYTES];
    if (RAND_bytes((unsigned char *)&claim->nonce, sizeof claim->nonce) != 1) {
        errno = EIO;
        return false;
    }
    claim->nonce = (claim->nonce & RMP_GPA) | DRAM_PAGE_BYTES; /* not 0 */
    write_note(machine, claim->nonce, note);
    claim->holds = ftruncate(claim->file, 0) == 0 &&
                   pwrite(claim->file, note, strlen(note), 0) == (ssize_t)strlen(note);
    return claim->holds;
}

bool exec_claim_mark(const struct exec_claim *claim, const struct exec_machine *machine)
{
    const uint32_t asid = mark_asid(machine);
    return asid == 0 || snp_page_to_guest(&machine->rmp, machine->mark_paddr, false, asid,
                                          claim->nonce) == RMP_SUCCESS;
}

bool exec_claim_drop(struct exec_claim *claim)
{
    claim->holds = false;
    return ftruncate(claim->file, 0) == 0;
}

void exec_claim_close(struct exec_claim *claim)
{
    if (claim->file >= 0) {
        (void)close(claim->file);
        claim->file = -1;
    }
}
