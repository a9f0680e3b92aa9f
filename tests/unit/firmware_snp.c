/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP on the Linux board (firmware_snp.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "abi/snp_data.h"
#include "firmware/rmp_entry.h"

#include "tests/unit/firmware_snp.h"

struct fabric_core *snp_core(uint32_t core)
{
    return (struct fabric_core *)(void *)(hosted_fabric() + FABRIC_CORES_OFFSET) + core;
}

struct fabric_config *snp_machine(void)
{
    struct fabric_config *config = board_describe();

    for (uint32_t i = 0; i < config->cores; i++) {
        struct fabric_core *core = snp_core(i);

        core->syscfg = SYSCFG_MFDM | SYSCFG_MEMORY_ENCRYPTION | SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN;
        core->vm_hsave_pa = 0;
        core->rmp_base = SNP_RMP_BASE;
        core->rmp_end = SNP_RMP_END;
        core->rmp_cfg = 0;
    }
    config->flags |= FABRIC_FLAG_SMT;
    return config;
}

int snp_boot(void **state)
{
    board_set_product(SNP_PRODUCT_MILAN);
    (void)board_boot(state);
    (void)snp_machine();
    return 0;
}

enum sev_status snp_init_ex(uint32_t flags)
{
    struct snp_init_ex parameters = {.flags = flags};

    return board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters);
}

int snp_boot_init(void **state)
{
    (void)snp_boot(state);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    return 0;
}

struct rmp_entry *snp_entry(uint64_t paddr)
{
    uint8_t *table = board_dram(SNP_RMP_BASE + RMP_BOOKKEEPING_BYTES);

    return (struct rmp_entry *)(void *)table + paddr / RMP_PAGE_BYTES;
}

enum rmp_state snp_state(uint64_t paddr)
{
    const struct rmp_entry *first = snp_entry(paddr & ~(uint64_t)(RMP_REGION_BYTES - 1u));
    const bool whole = (first->low & (RMP_2M | RMP_ASSIGNED)) == (RMP_2M | RMP_ASSIGNED);
    struct rmp_page page;

    rmp_entry_decode(whole ? first : snp_entry(paddr), &page);
    return page.state;
}

void snp_set(uint64_t paddr, const struct rmp_page *page)
{
    struct rmp_entry entry;

    rmp_entry_encode(page, &entry);
    snp_entry(paddr)->high = entry.high;
    snp_entry(paddr)->low = entry.low;
}

void snp_give(uint64_t paddr)
{
    /* RMPUPDATE gives VMPL0 its permissions, whatever the page is to be. */
    snp_set(paddr, &(const struct rmp_page){.state = RMP_FIRMWARE,
                                            .size = RMP_4K,
                                            .permissions = {RMP_PERMISSIONS_FULL}});
}

void snp_take(uint64_t paddr)
{
    snp_set(paddr, &(const struct rmp_page){.state = RMP_HYPERVISOR, .size = RMP_4K});
}

void snp_assign(uint64_t paddr, uint32_t asid, uint64_t gpa)
{
    snp_set(paddr, &(const struct rmp_page){
                       .state = RMP_PRE_GUEST,
                       .size = RMP_4K,
                       .asid = asid,
                       .gpa = gpa,
                       .permissions = {RMP_PERMISSIONS_FULL},
                   });
}

enum sev_status snp_order(uint32_t id, uint64_t paddr)
{
    struct snp_address parameters = {.paddr = paddr};

    return board_command(id, &parameters, sizeof parameters);
}

enum sev_status snp_create(uint64_t gctx)
{
    snp_give(gctx);
    return snp_order(SNP_COMMAND_GCTX_CREATE, gctx);
}
