/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASIDs (section 9): whose key is in which slot, which cores may use it, and which slots wait for
 * DF_FLUSH. Nothing here knows what a guest is: an owner is a number.
 */
#ifndef FIRMWARE_GUEST_ASID_H
#define FIRMWARE_GUEST_ASID_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/fabric.h"

/** Which ASIDs an owner may have: those below MIN_SEV_ASID, or the others. */
enum asid_partition {
    ASID_PARTITION_ES,  /**< Above MAX_SNP_ASID while ciphertext is hidden. */
    ASID_PARTITION_SNP, /**< Those of SEV-ES; up to MAX_SNP_ASID while ciphertext is hidden. */
    ASID_PARTITION_SEV,
};

/** Who asks for an ASID. */
struct asid_owner {
    uint64_t id; /**< Of who has the key, and of nobody with another key. */
    bool shared; /**< Several with this id may have the ASID together; else one alone. */
    enum asid_partition partition;
    uint32_t key_bytes; /**< 16 (AES-128) or 32 (AES-256). */
    const uint8_t *key;
};

/** Whether the ASID exists, is not the host's, and lies in the partition. */
CRYPTO_CHECKED bool asid_is_in_partition(uint32_t asid, enum asid_partition partition);

/**
 * Checks whether an owner can have an ASID.
 *
 * @return as asid_bind
 */
CRYPTO_CHECKED enum sev_status asid_check(const struct asid_owner *owner, uint32_t asid);

/**
 * Binds an owner to an ASID, loads the key and lets cores use it.
 *
 * @param cores  in addition to those of the others that share the ASID
 * @return SUCCESS; INVALID_ASID when it is 0, above MAX_ASID, or in the other partition; ASID_OWNED
 *         when somebody has it who does not share it; DFFLUSH_REQUIRED when it was used since the
 *         last DF_FLUSH
 */
CRYPTO_CHECKED enum sev_status asid_bind(const struct asid_owner *owner, uint32_t asid,
                                         const struct fabric_core_set *cores);

/** Lets more cores use an ASID that is bound. */
void asid_add_cores(uint32_t asid, const struct fabric_core_set *cores);

/** @return the cores that may use an ASID */
const struct fabric_core_set *asid_cores(uint32_t asid);

/**
 * Unbinds one of those that have the ASID. The last one takes cores and key out of the fabric; only then is it noted which
 * WBINVDs have been executed: a core that has flushed already cannot dirty a line any more.
 */
void asid_unbind(uint32_t asid);

/** Whether an ASID waits for DF_FLUSH. */
bool asid_flush_is_pending(void);

/** DF_FLUSH has run: ASIDs that nobody has may be used again. */
void asid_flushed(void);

/** INIT and SHUTDOWN: every ASID is free but needs DF_FLUSH. */
void asid_retire_all(void);

#endif
