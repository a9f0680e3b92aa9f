/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Model of the memory controller: the AES engine between x86 cores and DRAM. It reads keys from the
 * fabric (abi/fabric.h) and does the arithmetic with OpenSSL, independently of the firmware.
 *
 * AES-128-XTS (IEEE 1619): data unit = 4 KiB page, unit number = page frame number, data key = the
 * ASID's slot, tweak key = the same for all.
 *
 * Threads may share a controller, and copies of it, cache included; memory that several access at the
 * same moment is theirs to keep in order.
 */
#ifndef HOST_LIB_MEMORY_CONTROLLER_H
#define HOST_LIB_MEMORY_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/dram.h"
#include "host/lib/memory_cipher.h"

enum memory_controller_result {
    MEMORY_CONTROLLER_OK = 0,
    MEMORY_CONTROLLER_UNALIGNED, /**< Address or length is not a multiple of 16. */
    MEMORY_CONTROLLER_UNMAPPED,  /**< No DRAM at that address. */
    MEMORY_CONTROLLER_PROTECTED, /**< In a TMR, which x86 software may not touch. */
    MEMORY_CONTROLLER_NO_KEYS, /**< The firmware has not initialised the controller, or is changing it. */
    MEMORY_CONTROLLER_FAILED, /**< The cryptographic library failed. */
};

struct memory_controller {
    const uint8_t *fabric; /**< The mapped fabric file, or NULL when there is none. */
    const struct dram *dram;
    bool hardware; /**< Accesses are the CPU's own, as at VMRUN: a TMR is no obstacle. */
    /** Keeps what is derived from keys from one access to the next; NULL: nothing is kept. */
    struct memory_cipher_cache *cache;
};

/**
 * Reads memory through the key of an ASID. An ASID whose slot holds no key reads garbage.
 *
 * @param asid         0 = the host's (SME) key
 * @param paddr        without the C-bit, a multiple of 16
 * @param[out] buffer  @p length bytes of plaintext
 * @param length       a multiple of 16
 */
enum memory_controller_result memory_controller_read(const struct memory_controller *controller,
                                                     uint32_t asid, uint64_t paddr, void *buffer,
                                                     size_t length)
    __attribute__((warn_unused_result));

/**
 * What memory_controller_read() would give if memory held other bytes than it does.
 *
 * @param ciphertext  @p length bytes in place of those at @p paddr
 */
enum memory_controller_result
memory_controller_decrypt(const struct memory_controller *controller, uint32_t asid, uint64_t paddr,
                          const void *ciphertext, void *buffer, size_t length)
    __attribute__((warn_unused_result));

/** Writes memory through the key of an ASID; parameters as for memory_controller_read(). */
enum memory_controller_result memory_controller_write(const struct memory_controller *controller,
                                                      uint32_t asid, uint64_t paddr,
                                                      const void *buffer, size_t length)
    __attribute__((warn_unused_result));

/**
 * Whether an access may be made: there is DRAM, and no TMR.
 *
 * @param paddr   without the C-bit
 * @param length  bytes; all of them in one DRAM range
 * @return MEMORY_CONTROLLER_OK, _UNMAPPED or _PROTECTED, the last one also while the firmware does not
 *         come to the end of a change
 */
enum memory_controller_result memory_controller_check(const struct memory_controller *controller,
                                                      uint64_t paddr, uint64_t length)
    __attribute__((warn_unused_result));

/**
 * @param[out] tmr  the trusted memory region that holds the VMSA table (docs/fabric.md)
 * @return false when there is none: SEV-ES is off
 */
bool memory_controller_tmr(const struct memory_controller *controller, struct fabric_tmr *tmr)
    __attribute__((warn_unused_result));

/**
 * Reads all trusted memory regions, for who looks at them more often than they change.
 *
 * @param[out] tmr         set in any case; LENGTH of an unused one is 0
 * @param[out] generation  of the state that they are from: they hold as long as it is the fabric's
 * @return false when the firmware has not initialised the controller: all are unused; or does not come
 *         to the end of a change: the first one is all of memory
 */
bool memory_controller_tmrs(const struct memory_controller *controller,
                            struct fabric_tmr tmr[FABRIC_TMR_MAX], uint64_t *generation)
    __attribute__((warn_unused_result));

#define MEMORY_CONTROLLER_VMSA_KEY_BYTES 32u

/**
 * @param[out] key  of the values in the VMSA table, which the CPU's own hardware knows
 * @return false when the firmware has not made it yet
 */
bool memory_controller_vmsa_key(const struct memory_controller *controller,
                                uint8_t key[MEMORY_CONTROLLER_VMSA_KEY_BYTES])
    __attribute__((warn_unused_result));

/** @return whether the slot of the ASID holds a key */
bool memory_controller_has_key(const struct memory_controller *controller, uint32_t asid);

/** @return the result in words */
const char *memory_controller_result_text(enum memory_controller_result result);

#endif
