/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs x86 instructions: the interface behind which the processor's core is. A backend knows
 * registers and instructions, nothing of encryption: it asks where each page is, and stops before
 * the instructions that are not its own to execute. Numbers of registers are those of instructions.
 */
#ifndef HOST_EMULATOR_BACKEND_H
#define HOST_EMULATOR_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/x86/rmp_access.h"

#define BACKEND_GPRS 16u
#define BACKEND_XMMS 16u
#define BACKEND_XMM_BYTES 16u

enum backend_segment { BACKEND_ES, BACKEND_CS, BACKEND_SS, BACKEND_DS, BACKEND_FS, BACKEND_GS };
#define BACKEND_SEGMENTS 6u

enum backend_gpr { BACKEND_RAX, BACKEND_RCX, BACKEND_RDX, BACKEND_RBX, BACKEND_RSP, BACKEND_RBP };

struct backend_table {
    uint64_t base;
    uint16_t limit;
};

/** The registers of a core in 64-bit mode. */
struct backend_registers {
    uint64_t gpr[BACKEND_GPRS];
    uint64_t rip, rflags;
    uint64_t cr0, cr2, cr3, cr4, efer;
    uint16_t selectors[BACKEND_SEGMENTS];
    uint64_t fs_base, gs_base;
    struct backend_table gdtr, idtr;
    uint8_t xmm[BACKEND_XMMS][BACKEND_XMM_BYTES];
};

/** What a page walk looks at. */
struct backend_paging {
    uint64_t cr0, cr3, cr4, efer;
    uint16_t cs; /**< Bits 1:0 are the CPL. */
};

/** Where a page of linear addresses is, until backend's flush(). */
struct backend_mapping {
    bool mirror;     /**< In the mirror of plaintext, else in DRAM. */
    uint64_t offset; /**< Of the page in there. */
    bool write;      /**< May be written, too. */
    bool fetch;      /**< May be executed, too. */
    bool brief;      /**< The run ends before the next block of code, with BACKEND_STALE. */
};

/** Asked by a backend while it runs. CONTEXT is that of backend_options. */
struct backend_client {
    /**
     * Finds a page.
     *
     * @param[out] mapping  allows ACCESS at least
     * @return false: the run ends before the instruction, with BACKEND_REFUSED
     */
    bool (*fill)(void *context, const struct backend_paging *paging, uint64_t linear,
                 enum x86_rmp_access access, struct backend_mapping *mapping);
    /** Whether the instruction at RIP ends the run before it is executed, with BACKEND_STOPPED. */
    bool (*stops_at)(void *context, const struct backend_paging *paging, uint64_t rip);
};

struct backend_options {
    const struct backend_client *client;
    void *context;
    uint8_t *dram; /**< All of DRAM, page-aligned. */
    uint64_t dram_bytes;
    uint8_t *mirror; /**< Plaintext, page-aligned. */
    uint64_t mirror_bytes;
};

enum backend_end {
    BACKEND_BUDGET,    /**< As many blocks were executed as allowed, or the run was interrupted. */
    BACKEND_REFUSED,   /**< fill() has refused a page. */
    BACKEND_STALE,     /**< A mapping was brief. */
    BACKEND_STOPPED,   /**< Before an instruction that stops_at() wants. */
    BACKEND_HALTED,    /**< Behind HLT. */
    BACKEND_EXCEPTION, /**< The instruction at RIP raises VECTOR, or is INT and RIP is behind it. */
    BACKEND_FAILED,    /**< The backend itself has failed; TEXT says why. */
};

struct backend_event {
    enum backend_end end;
    uint8_t vector;
    const char *text;
};

struct backend;

/** @return a core after power-on; NULL when there is no memory for it */
struct backend *backend_open(const struct backend_options *options);

/** Frees a core; NULL is fine. */
void backend_close(struct backend *backend);

/** Reads all registers. */
void backend_get(struct backend *backend, struct backend_registers *registers);

/** Sets all registers. */
void backend_set(struct backend *backend, const struct backend_registers *registers);

/**
 * Runs until something happens.
 *
 * @param blocks  of straight code that may be executed, 0: any number
 */
struct backend_event backend_run(struct backend *backend, uint64_t blocks);

/** Ends a run soon with BACKEND_BUDGET; from a signal handler, too. */
void backend_interrupt(struct backend *backend);

/** @return blocks executed so far */
uint64_t backend_blocks(const struct backend *backend);

/** Forgets where pages are. Not from fill(). @param code  also what was translated from them */
void backend_flush(struct backend *backend, bool code);

#endif
