/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 core with SEV-ES (firmware_cpu.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/hmac.h>

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_cpu.h"

struct vmsa_entry *cpu_table(void)
{
    const struct fabric_tmr *tmr = &board_memctl()->tmr[0];

    return tmr->length == 0 ? NULL : (struct vmsa_entry *)(void *)board_dram(tmr->base);
}

static uint64_t *word_of(struct vmsa_entry *entry)
{
    return (uint64_t *)(void *)((uint8_t *)entry + VMSA_ENTRY_WORD_OFFSET);
}

struct vmsa_entry *cpu_find(uint64_t paddr)
{
    struct vmsa_entry *table = cpu_table();

    for (uint32_t step = 0; table != NULL && step < VMSA_TABLE_ENTRIES; step++) {
        struct vmsa_entry *entry = &table[(VMSA_TABLE_SLOT(paddr) + step) % VMSA_TABLE_ENTRIES];

        if (entry->state == VMSA_ENTRY_FREE) {
            return NULL;
        }
        if (entry->paddr == paddr &&
            (entry->state == VMSA_ENTRY_USED || entry->state == VMSA_ENTRY_RUNNING ||
             entry->state == VMSA_ENTRY_LOCKED)) {
            return entry;
        }
    }
    return NULL;
}

void cpu_value(uint64_t paddr, uint32_t handle, const uint8_t page[SEV_VMSA_BYTES],
               uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    static uint8_t message[8 + 4 + SEV_VMSA_BYTES];
    uint8_t mac[32];
    unsigned int length = 0;

    memcpy(message, &paddr, 8);
    memcpy(message + 8, &handle, 4);
    memcpy(message + 12, page, SEV_VMSA_BYTES);
    assert_non_null(
        HMAC(EVP_sha256(), board_memctl()->vmsa_key, 32, message, sizeof(message), mac, &length));
    memcpy(value, mac, VMSA_TABLE_VALUE_BYTES);
}

/** Changes a state, if it is what the core expects. */
static bool change(const struct cpu_run *run, enum vmsa_entry_state from, enum vmsa_entry_state to)
{
    uint64_t expected = VMSA_ENTRY_WORD(run->handle, from);

    return __atomic_compare_exchange_n(word_of(run->entry), &expected,
                                       VMSA_ENTRY_WORD(run->handle, to), false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

static bool give_up(const struct cpu_run *run)
{
    if (change(run, VMSA_ENTRY_RUNNING, VMSA_ENTRY_USED)) {
        return true;
    }
    if (*word_of(run->entry) == VMSA_ENTRY_WORD(run->handle, VMSA_ENTRY_ABANDONED)) {
        *word_of(run->entry) = VMSA_ENTRY_WORD(0, VMSA_ENTRY_REMOVED);
    }
    return false;
}

bool cpu_enter(struct cpu_run *run, uint32_t asid, uint64_t paddr)
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    *run = (struct cpu_run){.entry = cpu_find(paddr), .asid = asid, .paddr = paddr};
    if (run->entry == NULL) {
        return false;
    }
    run->handle = run->entry->handle;
    if (!change(run, VMSA_ENTRY_USED, VMSA_ENTRY_RUNNING)) {
        return false;
    }
    oracle_read_memory(asid, paddr, run->registers, sizeof(run->registers));
    cpu_value(paddr, run->handle, run->registers, value);
    if (run->entry->paddr != paddr || memcmp(run->entry->value, value, sizeof(value)) != 0) {
        (void)give_up(run);
        return false;
    }
    return true;
}

bool cpu_leave(struct cpu_run *run)
{
    if (*word_of(run->entry) != VMSA_ENTRY_WORD(run->handle, VMSA_ENTRY_RUNNING)) {
        return give_up(run);
    }
    oracle_write_memory(run->asid, run->paddr, run->registers, sizeof(run->registers));
    cpu_value(run->paddr, run->handle, run->registers, run->entry->value);
    return give_up(run);
}

bool cpu_could_enter(uint32_t asid, uint64_t paddr, uint8_t registers[SEV_VMSA_BYTES])
{
    static struct cpu_run run;

    if (!cpu_enter(&run, asid, paddr)) {
        return false;
    }
    if (registers != NULL) {
        memcpy(registers, run.registers, sizeof(run.registers));
    }
    return give_up(&run);
}

bool cpu_may_run(uint32_t core, uint32_t asid)
{
    const struct fabric_slot_cores *cores =
        (const struct fabric_slot_cores *)(const void *)(hosted_fabric() +
                                                         FABRIC_SLOT_CORES_OFFSET);

    return (cores[asid].bits[core / 32] >> core % 32 & 1u) != 0 &&
           (board_memctl()->slots[asid].flags & FABRIC_SLOT_VALID) != 0;
}

void cpu_wbinvd(uint32_t core)
{
    uint8_t *at = hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core);
    uint64_t count;

    memcpy(&count, at, sizeof(count));
    count++;
    memcpy(at, &count, sizeof(count));
}

uint32_t cpu_count_valid(void)
{
    uint32_t valid = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        const struct vmsa_entry *entry = &cpu_table()[i];
        valid += entry->state != VMSA_ENTRY_FREE && entry->state != VMSA_ENTRY_REMOVED ? 1 : 0;
    }
    return valid;
}
