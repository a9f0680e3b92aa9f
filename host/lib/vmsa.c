/*
 * SEV-ES, the CPU's part. The table lies in the TMR, which the CPU's own hardware may access.
 */
#include "host/lib/vmsa.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "host/lib/host_memory.h"

/* The machine's memory controller as the CPU's hardware uses it. */
static struct memory_controller hardware(const struct memory_controller *controller)
{
    struct memory_controller own = *controller;
    own.hardware = true;
    return own;
}

/* Finds the entry, and where it is. */
static enum vmsa_result find(const struct memory_controller *controller, uint64_t paddr,
                             struct vmsa_entry *entry, uint64_t *place)
{
    const struct memory_controller own = hardware(controller);
    const uint32_t start = VMSA_TABLE_SLOT(paddr);
    struct fabric_tmr tmr;
    if (!memory_controller_tmr(controller, &tmr)) {
        return VMSA_NO_TABLE;
    }
    for (uint32_t step = 0; step < VMSA_TABLE_ENTRIES; step++) {
        *place = tmr.base + (start + step) % VMSA_TABLE_ENTRIES * sizeof *entry;
        if (host_memory_read(&own, *place, entry, sizeof *entry) != MEMORY_CONTROLLER_OK) {
            return VMSA_NOT_MEMORY;
        }
        if (entry->state == VMSA_ENTRY_USED && entry->paddr == paddr) {
            return VMSA_OK;
        }
        if (entry->state == VMSA_ENTRY_FREE) {
            return VMSA_UNKNOWN;
        }
    }
    return VMSA_UNKNOWN;
}

static bool value_of(const uint8_t page[SEV_VMSA_BYTES], uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    bool done = EVP_Digest(page, SEV_VMSA_BYTES, digest, &length, EVP_sha256(), NULL) == 1;
    memcpy(value, digest, VMSA_TABLE_VALUE_BYTES);
    return done;
}

enum vmsa_result vmsa_find(const struct memory_controller *controller, uint64_t paddr,
                           struct vmsa_entry *entry)
{
    uint64_t place;
    return find(controller, paddr, entry, &place);
}

enum vmsa_result vmsa_load(const struct memory_controller *controller, uint32_t asid,
                           uint64_t paddr, uint8_t page[SEV_VMSA_BYTES])
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    struct vmsa_entry entry;
    memset(page, 0, SEV_VMSA_BYTES);
    if (paddr % SEV_VMSA_BYTES != 0) {
        return VMSA_UNALIGNED;
    }
    enum vmsa_result result = vmsa_find(controller, paddr, &entry);
    if (result != VMSA_OK) {
        return result;
    }
    if (memory_controller_read(controller, asid, paddr, page, SEV_VMSA_BYTES) !=
        MEMORY_CONTROLLER_OK) {
        result = VMSA_NOT_MEMORY;
    } else if (!value_of(page, value) || CRYPTO_memcmp(value, entry.value, sizeof value) != 0) {
        result = VMSA_CHANGED;
    }
    if (result != VMSA_OK) {
        memset(page, 0, SEV_VMSA_BYTES);
    }
    return result;
}

enum vmsa_result vmsa_store(const struct memory_controller *controller, uint32_t asid,
                            uint64_t paddr, const uint8_t page[SEV_VMSA_BYTES])
{
    const struct memory_controller own = hardware(controller);
    struct vmsa_entry entry;
    uint64_t place;
    if (paddr % SEV_VMSA_BYTES != 0) {
        return VMSA_UNALIGNED;
    }
    enum vmsa_result result = find(controller, paddr, &entry, &place);
    if (result != VMSA_OK) {
        return result;
    }
    if (!value_of(page, entry.value) ||
        memory_controller_write(controller, asid, paddr, page, SEV_VMSA_BYTES) !=
            MEMORY_CONTROLLER_OK ||
        host_memory_write(&own, place, &entry, sizeof entry) != MEMORY_CONTROLLER_OK) {
        return VMSA_NOT_MEMORY;
    }
    return VMSA_OK;
}

const char *vmsa_result_text(enum vmsa_result result)
{
    static const char *const texts[] = {
        [VMSA_OK] = "done",
        [VMSA_NO_TABLE] = "SEV-ES is off",
        [VMSA_UNALIGNED] = "the address is not a multiple of 4 KiB",
        [VMSA_UNKNOWN] = "the page is not a VMSA",
        [VMSA_CHANGED] = "the VMSA was changed",
        [VMSA_NOT_MEMORY] = "no memory at that address",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "unknown result";
}
