/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor on a machine with SEV-SNP, through mailbox and memory alone: the machine's cores, the
 * reverse map table, pages that change hands, platforms and guests in known states. Every test begins
 * with one of the hypervisor_to_...().
 */
#ifndef TESTS_HYPERVISOR_HYPERVISOR_H
#define TESTS_HYPERVISOR_HYPERVISOR_H

#include "host/lib/snp.h"
#include "host/x86/rmp.h"
#include "tests/common/program.h"
#include "tests/conformance/rows.h"

#define HYPERVISOR_GROUPS(X)                                                                       \
    X(init)                                                                                        \
    X(pages)                                                                                       \
    X(guests)                                                                                      \
    X(activate)                                                                                    \
    X(launch)                                                                                      \
    X(swap)                                                                                        \
    X(refusals)                                                                                    \
    X(settings)                                                                                    \
    X(legacy)                                                                                      \
    X(every)                                                                                       \
    X(every_guest)                                                                                 \
    X(every_buffer)                                                                                \
    X(tools)                                                                                       \
    X(update)                                                                                      \
    X(coverage)

#define DECLARE_GROUP(symbol) extern const struct test_group program_group_##symbol;
HYPERVISOR_GROUPS(DECLARE_GROUP)
#undef DECLARE_GROUP

#define HYPERVISOR_PAGES 64u
#define HYPERVISOR_TABLE_BYTES                                                                     \
    0x100000ull /**< Of the RMP: it covers 252 MiB, not what is above 4 GiB. */

/** Memory that the tests use; set by the first hypervisor_to_...(). */
struct hypervisor {
    struct x86_rmp rmp;
    uint64_t table;   /**< The RMP. */
    uint64_t pages;   /**< HYPERVISOR_PAGES pages of 4 KiB, which the RMP covers. */
    uint64_t region;  /**< 2 MiB, which the RMP covers. */
    uint64_t fixed;   /**< A page that hypervisor_to_init() makes HV-fixed. */
    uint64_t unowned; /**< Eight pages that the RMP does not cover. */
};

extern struct hypervisor hypervisor;

/** The command table is read, once: rows of tests/conformance/rows.h. */
void hypervisor_read_table(void);

/** @return address of page number @p index */
uint64_t hypervisor_page(unsigned index);

/** Both platforms UNINIT, no RMP in force, the machine's cores set up for SNP. */
void hypervisor_to_uninit(void);

/** SNP INIT with a new RMP, no guests, all ASIDs usable; the SEV platform UNINIT. */
void hypervisor_to_init(void);

/** Brings SNP's platform into a state. */
void hypervisor_to(enum snp_platform_state state);

/** SNP_INIT_EX without a list. */
int hypervisor_init_ex(uint32_t flags);

/** SNP_INIT_EX with INIT_RMP and a list of pages that become HV-fixed. */
int hypervisor_init_with(const struct snp_range *ranges, uint32_t count);

/** SNP_SHUTDOWN_EX. */
int hypervisor_shutdown(uint32_t flags);

/** WBINVD on all cores and SNP_DF_FLUSH. */
void hypervisor_flush(void);

/** A command whose parameters lie in a page of the hypervisor. @return its status */
int hypervisor_run(uint32_t id, void *parameters, size_t size);
#define SNP_RUN(command, parameters)                                                               \
    hypervisor_run(SNP_COMMAND_##command, (parameters), sizeof *(parameters))

/** A command without parameters, and one whose parameters are an address. */
#define SNP_PLAIN(command) suite_run(SNP_COMMAND_##command, NULL, 0)
#define SNP_OF(command, paddr) hypervisor_run_of(SNP_COMMAND_##command, (paddr))
int hypervisor_run_of(uint32_t id, uint64_t paddr);

/** One of SEV's commands whose parameters are written: they lie in a page of the firmware. */
int hypervisor_ask(uint32_t id, void *parameters, size_t size);

/** SNP_PLATFORM_STATUS, in either state; the page is the hypervisor's again. */
struct snp_platform_status_page hypervisor_status(void);

/** @return the state of the page that an address lies in */
enum x86_rmp_state hypervisor_state(uint64_t paddr);
void hypervisor_assert_state(uint64_t paddr, enum x86_rmp_state state, const char *file, int line);
#define assert_page(paddr, expected)                                                               \
    hypervisor_assert_state((paddr), X86_RMP_##expected, __FILE__, __LINE__)

/** Gives a page of 4 KiB to the firmware; takes one back that a command was given. */
void hypervisor_give(uint64_t paddr);
void hypervisor_take(uint64_t paddr);

/**
 * Gives a page that is the hypervisor's any state that the instructions and commands lead to.
 *
 * @return false when that is none: Default and HV-fixed pages are there from the beginning
 */
bool hypervisor_make(uint64_t paddr, enum x86_rmp_state state);

/** SNP_GCTX_CREATE in a page of the hypervisor. @return its address */
uint64_t hypervisor_create(uint64_t paddr);

#endif
