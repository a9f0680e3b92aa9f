/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor on a machine with SEV-SNP (hypervisor.h).
 */
#include "tests/hypervisor/hypervisor.h"

#include <string.h>

#include "host/lib/fabric.h"
#include "host/lib/status.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"
#include "tests/conformance/states.h"

#define OTHER_ASID 2u /**< Of pages that hypervisor_make() makes. */
#define METADATA_OWNER_PAGE 60u
#define UNOWNED_PAGES 8u
#define LIST_PAGE 63u

struct hypervisor hypervisor;

static uint8_t *fabric(void)
{
    return suite_fabric();
}

void hypervisor_read_table(void)
{
    if (row_count == 0 && !rows_read_snp(program_settings.table)) {
        fail_msg("no command table");
    }
}

uint64_t hypervisor_page(unsigned index)
{
    assert_true(index < HYPERVISOR_PAGES);
    return hypervisor.pages + (uint64_t)index * DRAM_PAGE_BYTES;
}

/** Finds memory, once: what is handed out stays so when the board starts again. */
static void lay_out(void)
{
    struct dram *dram = &suite.board.dram;

    if (hypervisor.table == 0) {
        hypervisor.table = dram_allocate(dram, 0, HYPERVISOR_TABLE_BYTES, RMP_ALIGNMENT);
        hypervisor.region = dram_allocate(dram, 0, X86_RMP_REGION_BYTES, X86_RMP_REGION_BYTES);
        hypervisor.pages =
            dram_allocate(dram, 0, HYPERVISOR_PAGES * DRAM_PAGE_BYTES, X86_RMP_REGION_BYTES);
        hypervisor.fixed = dram_allocate(dram, 0, DRAM_PAGE_BYTES, DRAM_PAGE_BYTES);
        hypervisor.unowned =
            dram_allocate(dram, 1, UNOWNED_PAGES * DRAM_PAGE_BYTES, DRAM_PAGE_BYTES);
    }
    assert_int_not_equal(hypervisor.table, 0);
    assert_int_not_equal(hypervisor.region, 0);
    assert_int_not_equal(hypervisor.pages, 0);
    assert_int_not_equal(hypervisor.fixed, 0);
    assert_int_not_equal(hypervisor.unowned, 0);
    x86_rmp_attach(&hypervisor.rmp, fabric(), dram);
}

static enum snp_platform_state snp_state(void)
{
    struct fabric_status status;

    assert_int_equal(status_copy(fabric(), STATUS_TIMEOUT_MS, &status), STATUS_SERVING);
    return (enum snp_platform_state)status.snp_state;
}

void hypervisor_to_uninit(void)
{
    suite_revive();
    lay_out();
    if (snp_state() == SNP_PLATFORM_INIT) {
        hypervisor_flush();
    }
    assert_status(hypervisor_shutdown(SNP_SHUTDOWN_X86), SUCCESS);
    to_uninit();
    fabric_set_up_snp(fabric(), hypervisor.table, hypervisor.table + HYPERVISOR_TABLE_BYTES - 1);
}

int hypervisor_init_with(const struct snp_range *ranges, uint32_t count)
{
    const uint64_t paddr = hypervisor_page(LIST_PAGE);
    const struct snp_range_list list = {.num_elements = count};
    struct snp_init_ex parameters = {
        .flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN,
        .list_paddr = paddr,
    };
    uint8_t *bytes = suite_at(paddr, DRAM_PAGE_BYTES);

    assert_true(count <= SNP_RANGES_MAX);
    memset(bytes, 0, DRAM_PAGE_BYTES);
    memcpy(bytes, &list, sizeof list);
    memcpy(bytes + sizeof list, ranges, count * sizeof *ranges);
    return SNP_RUN(INIT_EX, &parameters);
}

void hypervisor_to_init(void)
{
    struct snp_range fixed = {.page_count = 1};

    hypervisor_to_uninit();
    fixed.base = hypervisor.fixed;
    assert_status(hypervisor_init_with(&fixed, 1), SUCCESS);
    hypervisor_flush();
}

void hypervisor_to(enum snp_platform_state state)
{
    if (state == SNP_PLATFORM_INIT) {
        hypervisor_to_init();
    } else {
        hypervisor_to_uninit();
    }
}

int hypervisor_init_ex(uint32_t flags)
{
    struct snp_init_ex parameters = {.flags = flags};

    return SNP_RUN(INIT_EX, &parameters);
}

int hypervisor_shutdown(uint32_t flags)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = flags};

    return SNP_RUN(SHUTDOWN_EX, &parameters);
}

void hypervisor_flush(void)
{
    fabric_report_wbinvd_all(fabric());
    assert_status(SNP_PLAIN(DF_FLUSH), SUCCESS);
}

int hypervisor_run(uint32_t id, void *parameters, size_t size)
{
    return suite_run(id, parameters, size);
}

int hypervisor_run_of(uint32_t id, uint64_t paddr)
{
    struct snp_address parameters = {.paddr = paddr};

    return hypervisor_run(id, &parameters, sizeof parameters);
}

int hypervisor_ask(uint32_t id, void *parameters, size_t size)
{
    int status;

    if (snp_state() == SNP_PLATFORM_UNINIT) {
        return suite_ask(id, parameters, size);
    }
    hypervisor_give(suite.question);
    status = suite_ask(id, parameters, size);
    hypervisor_take(suite.question);
    return status;
}

struct snp_platform_status_page hypervisor_status(void)
{
    const uint64_t paddr = hypervisor_page(LIST_PAGE - 1u);
    const bool covered = snp_state() == SNP_PLATFORM_INIT;
    struct snp_platform_status_page page;

    if (covered) {
        hypervisor_give(paddr);
    }
    memset(suite_at(paddr, DRAM_PAGE_BYTES), SUITE_PATTERN, DRAM_PAGE_BYTES);
    assert_status(SNP_OF(PLATFORM_STATUS, paddr), SUCCESS);
    memcpy(&page, suite_at(paddr, sizeof page), sizeof page);
    if (covered) {
        assert_page(paddr, RECLAIM);
        hypervisor_take(paddr);
    }
    return page;
}

enum x86_rmp_state hypervisor_state(uint64_t paddr)
{
    struct x86_rmp_page page;

    assert_true(x86_rmp_look_up(&hypervisor.rmp, paddr, &page));
    return x86_rmp_state_of(&page);
}

void hypervisor_assert_state(uint64_t paddr, enum x86_rmp_state state, const char *file, int line)
{
    const enum x86_rmp_state found = hypervisor_state(paddr);

    if (found != state) {
        print_error("page %llx is %s, not %s\n", (unsigned long long)paddr,
                    x86_rmp_state_name(found), x86_rmp_state_name(state));
        _fail(file, line);
    }
}

void hypervisor_give(uint64_t paddr)
{
    assert_int_equal(snp_page_to_firmware(&hypervisor.rmp, paddr, false), RMP_SUCCESS);
}

void hypervisor_take(uint64_t paddr)
{
    assert_int_equal(snp_page_reclaim_to_host(&suite.board, &hypervisor.rmp, paddr, false),
                     SEV_STATUS_SUCCESS);
}

/** A page of a guest that the firmware is not concerned with. */
static void make_guests_page(uint64_t paddr, bool validated)
{
    const struct rmpupdate_state state = {.gpa = paddr, .assigned = 1, .asid = OTHER_ASID};
    const struct x86_rmp_guest guest = {
        .asid = OTHER_ASID, .c_bit = true, .gpa = paddr, .spa = paddr};

    assert_int_equal(x86_rmpupdate(&hypervisor.rmp, 0, paddr, &state).result, RMP_SUCCESS);
    if (validated) {
        assert_int_equal(
            x86_pvalidate(&hypervisor.rmp, &guest, paddr, 0, X86_RMP_RDX_VALIDATED).event,
            X86_RMP_EVENT_NONE);
    }
}

/** A Metadata page of a guest that has nothing else. */
static void make_metadata(uint64_t paddr)
{
    struct snp_page_md_init init = {.page_paddr = paddr};

    init.gctx_paddr = hypervisor_create(hypervisor_page(METADATA_OWNER_PAGE));
    hypervisor_give(paddr);
    assert_status(SNP_RUN(PAGE_MD_INIT, &init), SUCCESS);
}

bool hypervisor_make(uint64_t paddr, enum x86_rmp_state state)
{
    switch (state) {
    case X86_RMP_HYPERVISOR:
        break;
    case X86_RMP_FIRMWARE:
        hypervisor_give(paddr);
        break;
    case X86_RMP_RECLAIM:
        hypervisor_give(paddr);
        assert_status(SNP_OF(PAGE_RECLAIM, paddr), SUCCESS);
        break;
    case X86_RMP_CONTEXT:
        (void)hypervisor_create(paddr);
        break;
    case X86_RMP_PRE_GUEST:
        assert_int_equal(snp_page_to_guest(&hypervisor.rmp, paddr, false, OTHER_ASID, paddr),
                         RMP_SUCCESS);
        break;
    case X86_RMP_PRE_SWAP:
        make_guests_page(paddr, true);
        assert_int_equal(snp_page_to_guest(&hypervisor.rmp, paddr, false, OTHER_ASID, paddr),
                         RMP_SUCCESS);
        break;
    case X86_RMP_METADATA:
        make_metadata(paddr);
        break;
    case X86_RMP_GUEST_INVALID:
    case X86_RMP_GUEST_VALID:
        make_guests_page(paddr, state == X86_RMP_GUEST_VALID);
        break;
    default:
        return false;
    }
    return true;
}

uint64_t hypervisor_create(uint64_t paddr)
{
    hypervisor_give(paddr);
    assert_status(SNP_OF(GCTX_CREATE, paddr), SUCCESS);
    return paddr;
}
