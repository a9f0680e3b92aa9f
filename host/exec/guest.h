/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest behind /dev/sev-guest: a real one of SEV-SNP, launched on the board for the program and
 * ended after it. No CPU runs in it; what it would do, this does with its key.
 */
#ifndef HOST_EXEC_GUEST_H
#define HOST_EXEC_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_launch.h"
#include "host/demo/snp_tenant.h"
#include "host/exec/claim.h"
#include "host/exec/machine.h"

#define EXEC_HOST_DATA_BYTES 32u
#define EXEC_DEFAULT_POLICY 0x30000u /**< SMT may be on; no debugging, no migration. */

/** How the guest shall be launched. */
struct exec_guest_options {
    const char *image; /**< File of its firmware; NULL = a page with a text. */
    uint64_t policy;
    uint32_t vmpl; /**< Of the program's operating system: which VMPCK it has, 0 to 3. */
    uint8_t host_data[EXEC_HOST_DATA_BYTES];
    const struct snp_id_block *id_block; /**< NULL = none. */
    const struct snp_id_auth *id_auth;   /**< With ID_BLOCK. */
    bool author_key;                     /**< ID_AUTH has one. */
};

struct exec_guest {
    struct exec_machine *machine;
    struct snp_host host;
    struct snp_image image;
    struct snp_tenant tenant;
    uint32_t opening; /**< Of the machine, when the guest was launched. */
    struct exec_claim claim;
    uint8_t measurement[SNP_DIGEST_BYTES];
};

/**
 * Lays the guest out, and computes its launch digest, without a board.
 *
 * @param directory  of the chip
 * @param c_bit      number of the C-bit
 * @param[out] guest to be freed with exec_guest_free(), also when this fails
 */
bool exec_guest_prepare(struct exec_guest *guest, const char *directory,
                        const struct exec_guest_options *options, uint32_t c_bit,
                        struct provision_error *error) __attribute__((warn_unused_result));

/**
 * Turns SEV-SNP on, and launches the guest. What a program of this kind that was killed left behind is
 * ended before.
 *
 * @param guest  prepared
 * @return false when it cannot be launched: another program has SEV-SNP on, or the firmware refuses
 */
bool exec_guest_launch(struct exec_guest *guest, struct exec_machine *machine,
                       const struct exec_guest_options *options, struct provision_error *error)
    __attribute__((warn_unused_result));

/**
 * One message of the guest.
 *
 * @param version     of the message
 * @param[out] error  see exec_machine_command()
 * @return 0; -EIO: the firmware refused the message; -EBADMSG: the answer is not genuine; -ETIMEDOUT
 */
int exec_guest_ask(struct exec_guest *guest, enum snp_message_type type, uint8_t version,
                   const void *request, size_t request_bytes,
                   uint8_t response[SNP_MESSAGE_PAYLOAD_MAX], uint32_t *error)
    __attribute__((warn_unused_result));

/** Ends the guest and SEV-SNP, if they are there. @return false when the board did not do it */
bool exec_guest_end(struct exec_guest *guest);

/** Frees what is kept of it. */
void exec_guest_free(struct exec_guest *guest);

#endif
