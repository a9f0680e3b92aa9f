/*
 * ASIDs (section 9): which guests are bound to which key slot, and which slots wait for DF_FLUSH.
 */
#ifndef FIRMWARE_GUEST_ASID_H
#define FIRMWARE_GUEST_ASID_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/fabric.h"
#include "firmware/guest/guest.h"

/**
 * Binds an inactive guest to an ASID and loads its key. Guests that share a key may share an ASID;
 * each adds the cores it may run on.
 *
 * @param cores  only they may run the guest, and owe a WBINVD when it is unbound
 * @return SUCCESS; INVALID_ASID when it is 0, above MAX_ASID, or in the wrong partition for
 *         POLICY.ES; ACTIVE when the guest has an ASID; ASID_OWNED when a guest with another key has
 *         it; DFFLUSH_REQUIRED when it was used since the last DF_FLUSH
 */
CRYPTO_CHECKED enum sev_status asid_activate(struct guest *guest, uint32_t asid,
                                             const struct fabric_core_set *cores);

/**
 * As asid_activate; a guest that has this ASID already gets the cores in addition.
 *
 * @return as asid_activate; ACTIVE only when the guest has another ASID
 */
CRYPTO_CHECKED enum sev_status asid_activate_more(struct guest *guest, uint32_t asid,
                                                  const struct fabric_core_set *cores);

/** Unbinds a guest, if it is active; the last guest of an ASID takes the key out of the slot. */
void asid_deactivate(struct guest *guest);

/** DF_FLUSH has run: ASIDs that nobody has may be used again. */
void asid_flushed(void);

/** INIT and SHUTDOWN: every ASID is free but needs DF_FLUSH. */
void asid_retire_all(void);

#endif
