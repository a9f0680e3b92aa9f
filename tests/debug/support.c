/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the debug tests share (support.h).
 */
#include "tests/debug/support.h"

#include <string.h>

#include "host/lib/vmsa.h"

#define HEADER_SLOT 8u
#define TRANS_SLOT 9u

static uint32_t next_es_asid;

struct debug_guest es_launch(void)
{
    struct sev_activate activation = {.handle = launch(SEV_POLICY_ES)};

    next_es_asid = next_es_asid % (suite.machine.min_sev_asid - 1) + 1;
    activation.asid = next_es_asid;
    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    return (struct debug_guest){activation.handle, activation.asid};
}

struct debug_guest es_run(struct debug_guest guest)
{
    struct sev_measurement measurement;

    measure(guest.handle, &measurement);
    finish(guest.handle);
    return guest;
}

void vmsa_make(struct debug_guest guest, uint64_t paddr, uint8_t *page)
{
    static unsigned seed;
    struct sev_launch_update parameters = {
        .handle = guest.handle, .paddr = paddr, .length = SEV_VMSA_BYTES};

    fill(suite_at(paddr, SEV_VMSA_BYTES), SEV_VMSA_BYTES, seed++);
    if (page != NULL) {
        memcpy(page, suite_at(paddr, SEV_VMSA_BYTES), SEV_VMSA_BYTES);
    }
    assert_status(RUN(LAUNCH_UPDATE_VMSA, &parameters), SUCCESS);
}

int vmsa_send(struct debug_guest guest, uint64_t paddr)
{
    struct sev_packet parameters = {
        .handle = guest.handle,
        .hdr_paddr = suite_slot(HEADER_SLOT),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = paddr,
        .guest_length = SEV_VMSA_BYTES,
        .trans_paddr = suite_slot(TRANS_SLOT),
        .trans_length = SEV_VMSA_BYTES,
    };
    struct sev_send_start start;

    if (guest_status(guest.handle).state == SEV_GUEST_RUNNING) {
        prepare_send(guest.handle, &start);
        assert_status(RUN(SEND_START, &start), SUCCESS);
    }
    return RUN(SEND_UPDATE_VMSA, &parameters);
}

struct vmsa_entry *vmsa_table(void)
{
    return suite_at(suite.tmr, SEV_TMR_BYTES);
}

const struct vmsa_entry *find_vmsa(uint64_t paddr)
{
    for (uint32_t step = 0; step < VMSA_TABLE_ENTRIES; step++) {
        const struct vmsa_entry *entry =
            vmsa_table() + (VMSA_TABLE_SLOT(paddr) + step) % VMSA_TABLE_ENTRIES;

        if (entry->state == VMSA_ENTRY_FREE) {
            return NULL;
        }
        if (entry->state == VMSA_ENTRY_USED && entry->paddr == paddr) {
            return entry;
        }
    }
    return NULL;
}

void vmsa_value(uint32_t handle, uint64_t paddr, const uint8_t *plaintext,
                uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    assert_true(vmsa_compute(&suite.board.memory, paddr, handle, plaintext, value));
}

void assert_vmsa(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    const struct vmsa_entry *entry = find_vmsa(paddr);
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    vmsa_value(handle, paddr, plaintext, value);
    assert_non_null(entry);
    assert_int_equal(entry->handle, handle);
    assert_memory_equal(entry->value, value, sizeof value);
}

void assert_no_vmsa(uint64_t paddr)
{
    assert_null(find_vmsa(paddr));
}

uint32_t vmsa_count(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        count += vmsa_table()[i].state == VMSA_ENTRY_USED ? 1 : 0;
    }
    return count;
}

void debug_refuse(uint32_t id, void *parameters, size_t size, const void *after,
                  enum sev_status expected, const char *file, int line)
{
    static uint8_t before[SEV_TMR_BYTES];

    memcpy(before, vmsa_table(), sizeof before);
    snapshot_refuse(id, parameters, size, after, expected, file, line);
    if (memcmp(before, vmsa_table(), sizeof before) != 0) {
        print_error("the failing command changed the table of VMSA values\n");
        _fail(file, line);
    }
}
