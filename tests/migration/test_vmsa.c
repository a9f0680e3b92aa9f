/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-ES: the registers of a guest's CPU are protected against the host (10.2), also when they
 * travel; and the CPU's part of it (host/lib/vmsa.h).
 */
#include <string.h>

#include "host/lib/host_memory.h"
#include "host/lib/vmsa.h"
#include "tests/migration/pair.h"

/* SEND_UPDATE_VMSA of a page. */
static int send_vmsa(struct pair *pair, const struct tenant *guest, uint64_t paddr)
{
    static struct sev_sent_packet packet;
    packet = (struct sev_sent_packet){.vmsa = true, .length = SEV_VMSA_BYTES};
    return sev_send(&pair->first.board, guest->handle, paddr, &packet);
}

static void tamper(struct pair *pair, const struct tenant *guest)
{
    const struct memory_controller *memory = &pair->first.board.memory;
    uint8_t page[SEV_VMSA_BYTES];
    uint8_t *raw = dram_pointer(&pair->first.board.dram, guest->vmsa_paddr, SEV_VMSA_BYTES);
    static const size_t places[] = {0, 1, 2047, 4095};
    check_begin("a VMSA that the host changed is neither run nor sent");
    for (size_t i = 0; i < sizeof places / sizeof places[0] && CHECK(raw != NULL); i++) {
        raw[places[i]] ^= 0x10;
        (void)CHECK(vmsa_check(memory, guest->asid, guest->vmsa_paddr, page) == VMSA_CHANGED);
        (void)CHECK_STATUS(send_vmsa(pair, guest, guest->vmsa_paddr), BAD_MEASUREMENT);
        raw[places[i]] ^= 0x10;
        (void)CHECK(vmsa_check(memory, guest->asid, guest->vmsa_paddr, page) == VMSA_OK);
        (void)CHECK_STATUS(send_vmsa(pair, guest, guest->vmsa_paddr), SUCCESS);
    }

    check_begin("a page that is no VMSA is neither run nor sent as one");
    const uint64_t data = guest->image.pieces[1].paddr;
    (void)CHECK(vmsa_check(memory, guest->asid, data, page) == VMSA_UNKNOWN);
    (void)CHECK_STATUS(send_vmsa(pair, guest, data), BAD_MEASUREMENT);
    (void)CHECK(vmsa_check(memory, guest->asid, guest->vmsa_paddr + 16, page) == VMSA_UNALIGNED);
    (void)CHECK_STATUS(send_vmsa(pair, guest, guest->vmsa_paddr + 16), INVALID_ADDRESS);
}

/* The host reaches the table neither as memory nor by a command. */
static void protected_table(struct pair *pair)
{
    const struct memory_controller *memory = &pair->first.board.memory;
    struct fabric_tmr tmr = {.length = 0};
    uint8_t block[SEV_BLOCK_BYTES] = {0};
    check_begin("the table of the VMSAs is out of the host's reach");
    (void)CHECK(memory_controller_tmr(memory, &tmr) && tmr.length == SEV_TMR_BYTES);
    (void)CHECK(host_memory_read(memory, tmr.base, block, sizeof block) ==
                MEMORY_CONTROLLER_PROTECTED);
    (void)CHECK(host_memory_write(memory, tmr.base + tmr.length - 1, block, 1) ==
                MEMORY_CONTROLLER_PROTECTED);
    (void)CHECK(memory_controller_write(memory, PAIR_ASID_ES, tmr.base, block, sizeof block) ==
                MEMORY_CONTROLLER_PROTECTED);
    (void)CHECK(host_memory_write(memory, tmr.base + tmr.length, block, sizeof block) ==
                MEMORY_CONTROLLER_OK);
}

void test_vmsa(struct pair *pair)
{
    struct pair_transfer transfer;
    struct tenant plain = {.handle = 0};
    protected_table(pair);

    check_begin("begin to send an SEV-ES guest");
    if (pair_begin(pair, &transfer, SEV_POLICY_ES)) {
        tamper(pair, &transfer.guest);
        check_begin("the CPU saves its registers, and the new ones travel");
        memset(transfer.guest.vmsa + 0x100, 0xC3, 0x200);
        memcpy(transfer.twin.vmsa, transfer.guest.vmsa, sizeof transfer.twin.vmsa);
        struct vmsa_run run;
        uint8_t page[SEV_VMSA_BYTES];
        (void)CHECK(vmsa_load(&pair->first.board.memory, transfer.guest.asid,
                              transfer.guest.vmsa_paddr, page, &run) == VMSA_OK);
        (void)CHECK_STATUS(send_vmsa(pair, &transfer.guest, transfer.guest.vmsa_paddr),
                           BAD_MEASUREMENT);
        (void)CHECK(vmsa_store(&pair->first.board.memory, transfer.guest.asid, &run,
                               transfer.guest.vmsa) == VMSA_OK);
        (void)pair_complete(pair, &transfer, SEV_PACKET_MAX);
    }
    pair_end(pair, &transfer);

    check_begin("a guest without SEV-ES has no VMSA");
    if (pair_begin(pair, &transfer, 0)) {
        static struct sev_sent_packet packet;
        packet = (struct sev_sent_packet){.vmsa = true, .length = SEV_VMSA_BYTES};
        (void)CHECK_STATUS(
            send_vmsa(pair, &transfer.guest, transfer.guest.image.pieces[0].paddr & ~0xFFFull),
            POLICY_FAILURE);
        (void)CHECK_STATUS(sev_receive(&pair->second.board, transfer.twin.handle,
                                       transfer.twin.image.pieces[0].paddr, &packet),
                           POLICY_FAILURE);
    }
    pair_end(pair, &transfer);

    check_begin("DECOMMISSION takes the VMSA out of the table");
    if (pair_launch(pair, &pair->first, &plain, SEV_POLICY_ES)) {
        const uint64_t paddr = plain.vmsa_paddr;
        struct vmsa_entry entry;
        (void)CHECK(vmsa_find(&pair->first.board.memory, paddr, &entry) == VMSA_OK &&
                    entry.handle == plain.handle);
        pair_end_guest(&pair->first, &plain);
        (void)CHECK(vmsa_find(&pair->first.board.memory, paddr, &entry) == VMSA_UNKNOWN);
    }
    dram_free_all(&pair->first.board.dram);
}

void test_tsme(struct pair *pair)
{
    struct pair_transfer transfer;
    const uint8_t secret[48] = "the host's own data, a block and a bit";
    uint8_t read[sizeof secret];
    check_begin("restart the first platform with TSME");
    (void)CHECK(board_stop(&pair->first.board) == BOARD_OK);
    if (!pair_start_one(&pair->first, pair->options, pair->options->first_chip, FABRIC_FLAG_TSME)) {
        return;
    }
    struct board *board = &pair->first.board;
    const uint64_t paddr = dram_allocate(&board->dram, 1, DRAM_PAGE_BYTES, 0) + 5;
    const uint8_t *raw = dram_pointer(&board->dram, paddr, sizeof secret);

    check_begin("TSME: what the host writes is encrypted, and the C-bit makes no difference");
    (void)CHECK(host_memory_write(&board->memory, paddr, secret, sizeof secret) ==
                MEMORY_CONTROLLER_OK);
    (void)CHECK(raw != NULL && memcmp(raw, secret, sizeof secret) != 0);
    (void)CHECK(host_memory_read(&board->memory, paddr | host_memory_c_bit(&board->memory), read,
                                 sizeof read) == MEMORY_CONTROLLER_OK &&
                memcmp(read, secret, sizeof secret) == 0);

    check_begin("a guest moves from a machine with TSME to one without");
    if (pair_begin(pair, &transfer, SEV_POLICY_SEV | SEV_POLICY_ES)) {
        (void)pair_complete(pair, &transfer, SEV_PACKET_MAX);
    }
    pair_end(pair, &transfer);

    check_begin("SME: memory is plain without the C-bit and encrypted with it");
    struct board *sme = &pair->second.board;
    const uint64_t page = dram_allocate(&sme->dram, 1, DRAM_PAGE_BYTES, 0);
    const uint64_t c_bit = host_memory_c_bit(&sme->memory);
    raw = dram_pointer(&sme->dram, page, sizeof secret);
    (void)CHECK(host_memory_write(&sme->memory, page, secret, sizeof secret) ==
                    MEMORY_CONTROLLER_OK &&
                raw != NULL && memcmp(raw, secret, sizeof secret) == 0);
    (void)CHECK(host_memory_write(&sme->memory, page | c_bit, secret, sizeof secret) ==
                    MEMORY_CONTROLLER_OK &&
                raw != NULL && memcmp(raw, secret, sizeof secret) != 0);
    (void)CHECK(host_memory_read(&sme->memory, page | c_bit, read, sizeof read) ==
                    MEMORY_CONTROLLER_OK &&
                memcmp(read, secret, sizeof secret) == 0);
    dram_free_all(&sme->dram);
}
