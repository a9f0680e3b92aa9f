/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-ES, the CPU's part. The table lies in the TMR, which the CPU's own hardware may access, and is
 * not encrypted. The firmware works on it at the same time: docs/fabric.md has the rules.
 */
#include "host/lib/vmsa.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <string.h>

/* Finds the table. */
static enum vmsa_result find_table(const struct memory_controller *controller,
                                   struct vmsa_entry **table)
{
    struct fabric_tmr tmr;
    if (!memory_controller_tmr(controller, &tmr)) {
        return VMSA_NO_TABLE;
    }
    *table = dram_pointer(controller->dram, tmr.base, SEV_TMR_BYTES);
    return *table != NULL ? VMSA_OK : VMSA_NOT_MEMORY;
}

/* Finds a page's entry in the table. */
static enum vmsa_result find(const struct vmsa_entry *table, uint64_t paddr, uint32_t *found)
{
    for (uint32_t step = 0; step < VMSA_TABLE_ENTRIES; step++) {
        const uint32_t index = (VMSA_TABLE_SLOT(paddr) + step) % VMSA_TABLE_ENTRIES;
        const struct vmsa_entry *entry = &table[index];
        const uint32_t state = __atomic_load_n(&entry->state, __ATOMIC_ACQUIRE);
        const bool is_page =
            state == VMSA_ENTRY_USED || state == VMSA_ENTRY_RUNNING || state == VMSA_ENTRY_LOCKED;
        if (is_page && __atomic_load_n(&entry->paddr, __ATOMIC_ACQUIRE) == paddr) {
            *found = index;
            return VMSA_OK;
        }
        if (state == VMSA_ENTRY_FREE) {
            break;
        }
    }
    return VMSA_UNKNOWN;
}

/* Handle and state, which change together. */
static uint64_t *word_of(struct vmsa_entry *entry)
{
    return (uint64_t *)(void *)((uint8_t *)entry + VMSA_ENTRY_WORD_OFFSET);
}

/* Changes the state of a guest's entry, if it is what is expected. */
static bool change(struct vmsa_entry *entry, uint32_t handle, enum vmsa_entry_state from,
                   enum vmsa_entry_state to)
{
    uint64_t expected = VMSA_ENTRY_WORD(handle, from);
    return __atomic_compare_exchange_n(word_of(entry), &expected, VMSA_ENTRY_WORD(handle, to),
                                       false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Gives up an entry that a core has; when the guest has ended meanwhile, for good. */
static bool give_up(struct vmsa_entry *entry, uint32_t handle)
{
    uint64_t expected = VMSA_ENTRY_WORD(handle, VMSA_ENTRY_ABANDONED);
    if (change(entry, handle, VMSA_ENTRY_RUNNING, VMSA_ENTRY_USED)) {
        return true;
    }
    (void)__atomic_compare_exchange_n(word_of(entry), &expected,
                                      VMSA_ENTRY_WORD(0, VMSA_ENTRY_REMOVED), false,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return false;
}

/* Finds the page's entry and takes it for a core. */
static enum vmsa_result take(struct vmsa_entry *table, uint64_t paddr, struct vmsa_run *run)
{
    enum vmsa_result result = find(table, paddr, &run->entry);
    if (result != VMSA_OK) {
        return result;
    }
    struct vmsa_entry *entry = &table[run->entry];
    run->paddr = paddr;
    run->handle = __atomic_load_n(&entry->handle, __ATOMIC_ACQUIRE);
    if (!change(entry, run->handle, VMSA_ENTRY_USED, VMSA_ENTRY_RUNNING)) {
        return VMSA_BUSY;
    }
    /* Between search and exchange the firmware may have put another page of the guest there. */
    if (__atomic_load_n(&entry->paddr, __ATOMIC_ACQUIRE) != paddr) {
        (void)give_up(entry, run->handle);
        return VMSA_BUSY;
    }
    return VMSA_OK;
}

bool vmsa_compute(const struct memory_controller *controller, uint64_t paddr, uint32_t handle,
                  const uint8_t page[SEV_VMSA_BYTES], uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    uint8_t message[sizeof paddr + sizeof handle + SEV_VMSA_BYTES];
    uint8_t key[MEMORY_CONTROLLER_VMSA_KEY_BYTES];
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    memcpy(message, &paddr, sizeof paddr);
    memcpy(message + sizeof paddr, &handle, sizeof handle);
    memcpy(message + sizeof paddr + sizeof handle, page, SEV_VMSA_BYTES);
    bool done = memory_controller_vmsa_key(controller, key) &&
                HMAC(EVP_sha256(), key, sizeof key, message, sizeof message, mac, &length) != NULL;
    if (done) {
        memcpy(value, mac, VMSA_TABLE_VALUE_BYTES);
    }
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(message, sizeof message);
    return done;
}

enum vmsa_result vmsa_find(const struct memory_controller *controller, uint64_t paddr,
                           struct vmsa_entry *entry)
{
    struct vmsa_entry *table;
    uint32_t found;
    enum vmsa_result result = find_table(controller, &table);
    if (result == VMSA_OK) {
        result = find(table, paddr, &found);
    }
    if (result == VMSA_OK) {
        *entry = table[found];
    }
    return result;
}

/* Reads and checks a page whose entry the core has taken. */
static enum vmsa_result read_checked(const struct memory_controller *controller, uint32_t asid,
                                     const struct vmsa_entry *entry, uint8_t page[SEV_VMSA_BYTES])
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    if (memory_controller_read(controller, asid, entry->paddr, page, SEV_VMSA_BYTES) !=
        MEMORY_CONTROLLER_OK) {
        return VMSA_NOT_MEMORY;
    }
    return vmsa_compute(controller, entry->paddr, entry->handle, page, value) &&
                   CRYPTO_memcmp(value, entry->value, sizeof value) == 0
               ? VMSA_OK
               : VMSA_CHANGED;
}

enum vmsa_result vmsa_load(const struct memory_controller *controller, uint32_t asid,
                           uint64_t paddr, uint8_t page[SEV_VMSA_BYTES], struct vmsa_run *run)
{
    struct vmsa_entry *table;
    memset(page, 0, SEV_VMSA_BYTES);
    if (paddr % SEV_VMSA_BYTES != 0) {
        return VMSA_UNALIGNED;
    }
    enum vmsa_result result = find_table(controller, &table);
    if (result == VMSA_OK) {
        result = take(table, paddr, run);
    }
    if (result != VMSA_OK) {
        return result;
    }
    result = read_checked(controller, asid, &table[run->entry], page);
    if (result != VMSA_OK) {
        (void)give_up(&table[run->entry], run->handle);
        memset(page, 0, SEV_VMSA_BYTES);
    }
    return result;
}

enum vmsa_result vmsa_store(const struct memory_controller *controller, uint32_t asid,
                            const struct vmsa_run *run, const uint8_t page[SEV_VMSA_BYTES])
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    struct vmsa_entry *table;
    enum vmsa_result result = find_table(controller, &table);
    if (result != VMSA_OK) {
        return result;
    }
    struct vmsa_entry *entry = &table[run->entry];
    if (__atomic_load_n(word_of(entry), __ATOMIC_ACQUIRE) !=
        VMSA_ENTRY_WORD(run->handle, VMSA_ENTRY_RUNNING)) {
        (void)give_up(entry, run->handle);
        return VMSA_UNKNOWN;
    }
    if (!vmsa_compute(controller, run->paddr, run->handle, page, value) ||
        memory_controller_write(controller, asid, run->paddr, page, SEV_VMSA_BYTES) !=
            MEMORY_CONTROLLER_OK) {
        return VMSA_NOT_MEMORY;
    }
    memcpy(entry->value, value, sizeof value);
    return give_up(entry, run->handle) ? VMSA_OK : VMSA_UNKNOWN;
}

void vmsa_give_up(const struct memory_controller *controller, const struct vmsa_run *run)
{
    struct vmsa_entry *table;
    if (find_table(controller, &table) == VMSA_OK) {
        (void)give_up(&table[run->entry], run->handle);
    }
}

enum vmsa_result vmsa_check(const struct memory_controller *controller, uint32_t asid,
                            uint64_t paddr, uint8_t page[SEV_VMSA_BYTES])
{
    struct vmsa_run run;
    const enum vmsa_result result = vmsa_load(controller, asid, paddr, page, &run);
    if (result == VMSA_OK) {
        vmsa_give_up(controller, &run);
    }
    return result;
}

const char *vmsa_result_text(enum vmsa_result result)
{
    static const char *const texts[] = {
        [VMSA_OK] = "done",
        [VMSA_NO_TABLE] = "SEV-ES is off",
        [VMSA_UNALIGNED] = "the address is not a multiple of 4 KiB",
        [VMSA_UNKNOWN] = "the page is not a VMSA",
        [VMSA_BUSY] = "a core runs the VMSA, or a command works on it",
        [VMSA_CHANGED] = "the VMSA was changed",
        [VMSA_NOT_MEMORY] = "no memory at that address",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "unknown result";
}
