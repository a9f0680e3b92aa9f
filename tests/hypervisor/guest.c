/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests of SEV-SNP (guest.h).
 */
#include "tests/hypervisor/guest.h"

#include <string.h>

#include "host/x86/snp_pages.h"

#define STATUS_PAGE 61u

uint64_t guest_start(uint64_t paddr, uint64_t policy)
{
    struct snp_launch_start start = {.gctx_paddr = hypervisor_create(paddr), .policy = policy};

    assert_status(SNP_RUN(LAUNCH_START, &start), SUCCESS);
    return start.gctx_paddr;
}

void guest_activate(uint64_t gctx, uint32_t asid)
{
    struct snp_activate activate = {.gctx_paddr = gctx, .asid = asid};

    hypervisor_flush();
    assert_status(SNP_RUN(ACTIVATE, &activate), SUCCESS);
}

uint64_t guest_launch(uint64_t paddr, uint32_t asid)
{
    const uint64_t gctx = guest_start(paddr, GUEST_POLICY);

    guest_activate(gctx, asid);
    return gctx;
}

void guest_give(uint32_t asid, uint64_t paddr, uint64_t gpa)
{
    assert_int_equal(snp_page_to_guest(&hypervisor.rmp, paddr, false, asid, gpa), RMP_SUCCESS);
}

void guest_add(uint64_t gctx, uint32_t asid, uint64_t paddr, enum snp_page_type type)
{
    struct snp_launch_update update = {
        .gctx_paddr = gctx,
        .flags = (uint32_t)type << 1,
        .page_paddr = paddr,
    };

    guest_give(asid, paddr, paddr);
    assert_status(SNP_RUN(LAUNCH_UPDATE, &update), SUCCESS);
    assert_page(paddr, GUEST_VALID);
}

void guest_finish(uint64_t gctx)
{
    struct snp_launch_finish finish = {.gctx_paddr = gctx};

    assert_status(SNP_RUN(LAUNCH_FINISH, &finish), SUCCESS);
}

uint64_t guest_in(enum snp_guest_state state, bool active, uint64_t paddr, uint32_t asid)
{
    uint64_t gctx;

    if (state == SNP_GUEST_INIT) {
        return hypervisor_create(paddr);
    }
    gctx = guest_start(paddr, GUEST_POLICY);
    if (active || state == SNP_GUEST_RUNNING) {
        guest_activate(gctx, asid);
    }
    if (state == SNP_GUEST_RUNNING) {
        guest_finish(gctx);
    }
    return gctx;
}

void guest_read(uint32_t asid, uint64_t paddr, void *bytes, size_t length)
{
    assert_int_equal(memory_controller_read(suite_memory(), asid, paddr, bytes, length),
                     MEMORY_CONTROLLER_OK);
}

struct snp_guest_status_page guest_status_of(uint64_t gctx)
{
    const uint64_t paddr = hypervisor_page(STATUS_PAGE);
    struct snp_guest_status parameters = {.gctx_paddr = gctx, .status_paddr = paddr};
    struct snp_guest_status_page page;

    hypervisor_give(paddr);
    assert_status(SNP_RUN(GUEST_STATUS, &parameters), SUCCESS);
    assert_page(paddr, FIRMWARE);
    memcpy(&page, suite_at(paddr, sizeof page), sizeof page);
    hypervisor_take(paddr);
    return page;
}
