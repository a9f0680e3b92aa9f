/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine with SME, TSME, SEV, SEV-ES and SEV-SNP, as far as its memory goes, for programs
 * that emulate x86 hardware: fabric, DRAM, memory controller, caches and reverse map table. The
 * program brings cores, devices and software. docs/emulators.md.
 *
 * One thread at a time uses a machine. The firmware, another process, changes keys, TMRs and the
 * reverse map table meanwhile: all functions look at what holds at the moment.
 */
#ifndef HOST_X86_MACHINE_H
#define HOST_X86_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fabric.h"
#include "host/lib/dram.h"
#include "host/lib/memory_controller.h"
#include "host/x86/cache.h"
#include "host/x86/rmp.h"

#define X86_C_BIT_MAX 51u /**< Highest address bit of a page table's entry. */

/** What a machine is made of. */
struct x86_machine_options {
    uint8_t *fabric;         /**< The mapped file, with a configuration (docs/fabric.md). */
    const struct dram *dram; /**< Mapped, with the fabric's ranges. */
    bool snp;                /**< CPUID says that the cores have SEV-SNP. */
    /** What the program's cores can, as bits of SEV_FEATURES in a VMSA; SNP adds SNP_ACTIVE. */
    uint64_t sev_features;
    /* Of the caches, as in struct x86_cache_options. */
    bool cache_raw;
    uint8_t *arena;
    uint32_t pages;
    x86_cache_notify *notify;
    void *context;
};

struct x86_machine {
    uint8_t *fabric;
    const struct dram *dram;
    struct memory_controller memory;   /**< What software's accesses go through. */
    struct memory_controller hardware; /**< The CPU's own: TMRs are no obstacle. */
    struct x86_cache *cache;
    struct x86_rmp rmp;
    uint64_t c_bit;         /**< As a bit of an address. */
    uint32_t physical_bits; /**< Of CPUID 8000_0008, without what encryption takes. */
    uint32_t address_bits;  /**< What is left of them with encryption; all DRAM is below. */
    uint32_t cores;
    uint32_t max_asid;
    uint32_t min_sev_asid;
    uint64_t sev_features;
    bool tsme;
    bool snp;
    uint64_t generation; /**< That x86_machine_changed() has seen. */
};

enum x86_machine_result {
    X86_MACHINE_OK = 0,
    X86_MACHINE_NOT_CONFIGURED, /**< The fabric has no configuration, or one that is refused. */
    X86_MACHINE_C_BIT,          /**< The C-bit lies above X86_C_BIT_MAX. */
    X86_MACHINE_NO_MEMORY,      /**< For caches, or too few pages for them, or too many. */
};

/**
 * Makes a machine with empty caches. The MSRs of its cores are what the fabric says.
 *
 * @param[out] machine  to be closed with x86_machine_close(), if the result is X86_MACHINE_OK
 * @param options       what it points to stays the caller's, and must outlive the machine
 */
enum x86_machine_result x86_machine_open(struct x86_machine *machine,
                                         const struct x86_machine_options *options)
    __attribute__((warn_unused_result));

/** Forgets caches and keys; what was not written back is lost, as at power-off. */
void x86_machine_close(struct x86_machine *machine);

/**
 * Resets cores and caches: what was not written back is lost, no core runs a VMSA, MSRs are 0.
 * DRAM and fabric stay otherwise; the board's reset is another thing.
 */
void x86_machine_reset(struct x86_machine *machine);

/**
 * Whether keys, TMRs or the reverse map table in force have changed since the last call, or the
 * first: then a program drops all translations and mappings that it keeps. It asks when a command
 * has ended, and before it enters a guest.
 */
bool x86_machine_changed(struct x86_machine *machine);

/** @return the result in words */
const char *x86_machine_result_text(enum x86_machine_result result);

/**
 * The address of an access outside of guests: without the C-bit, where that has its meaning: if the
 * core's SYSCFG has encryption on, and with TSME. Else it is one of the address.
 */
uint64_t x86_host_address(const struct x86_machine *machine, uint32_t core, uint64_t address);

/**
 * The key of an access outside of guests: the host's for an address with the C-bit, if the core's
 * SYSCFG has encryption on, and for every address with TSME; else none.
 *
 * @param core     index in the fabric's table
 * @param address  system physical, with or without the C-bit
 */
uint32_t x86_host_key(const struct x86_machine *machine, uint32_t core, uint64_t address);

/**
 * WBINVD: writes everything back, invalidates it, and then counts that for the core.
 *
 * @param in_guest  a guest has executed it, and the host does not intercept it: it is not counted
 */
void x86_wbinvd(struct x86_machine *machine, uint32_t core, bool in_guest);

/**
 * MSR VM_PAGE_FLUSH: writes a guest's page back and invalidates it.
 *
 * @param spa   that the host's page tables give for bits 63:12
 * @param asid  bits 11:0
 * @return false: #GP, there is no such guest's ASID
 */
bool x86_vm_page_flush(struct x86_machine *machine, uint64_t spa, uint32_t asid);

#endif
