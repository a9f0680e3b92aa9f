/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A processor's core that runs virtual CPUs of guests, or a program of the host: what is between a
 * backend, which executes instructions, and host/x86, which knows memory encryption.
 */
#ifndef HOST_EMULATOR_CPU_H
#define HOST_EMULATOR_CPU_H

#include "host/emulator/backend.h"
#include "host/emulator/decode.h"
#include "host/x86/vmrun.h"
#include "host/x86/walk.h"

/* Exit codes that host/x86/vmrun.h has not. */
#define CPU_EXIT_EXCEPTION 0x40u /**< And the vector. */
#define CPU_EXIT_INTR 0x60u
#define CPU_EXIT_CPUID 0x72u
#define CPU_EXIT_PAUSE 0x77u
#define CPU_EXIT_HLT 0x78u
#define CPU_EXIT_IOIO 0x7Bu
#define CPU_EXIT_MSR 0x7Cu
#define CPU_EXIT_SHUTDOWN 0x7Fu
#define CPU_EXIT_VMMCALL 0x81u
#define CPU_EXIT_WBINVD 0x89u
#define CPU_EXIT_FAILED 0xF000u /**< No hardware's: the backend has failed. */

#define CPU_VECTOR_UD 6u
#define CPU_VECTOR_DF 8u
#define CPU_VECTOR_GP 13u
#define CPU_VECTOR_PF 14u
#define CPU_VECTOR_VC 29u

#define CPU_MSR_GHCB 0xC0010130u

/** What a program wants to know of everything that happens. All may be NULL. */
struct cpu_observer {
    void (*fill)(void *context, uint32_t core, uint64_t linear, enum x86_rmp_access access,
                 const struct x86_translation *translation);
    void (*flush)(void *context, uint32_t core, uint64_t spa); /**< CLFLUSH */
    void (*exception)(void *context, uint32_t core, uint8_t vector, uint64_t error);
    void *context;
};

/** Why a guest was left. */
struct cpu_exit {
    uint64_t code;
    uint64_t info1, info2;
    enum x86_vmrun_result refused;         /**< With X86_VMEXIT_INVALID and _BUSY. */
    struct decode_instruction instruction; /**< That was intercepted; RIP is on it. */
    const char *text;                      /**< With CPU_EXIT_FAILED. */
};

/** An exception whose handler cannot be entered, nor that of #DF. */
struct cpu_unhandled {
    uint8_t vector;
    uint64_t error; /**< As on the handler's stack; of #VC the exit code. */
    uint64_t rip;
};

struct cpu_counts {
    uint64_t runs, fills, refills, exceptions;
};

/** When cores had a page of the caches, or of DRAM itself: the epochs then; 0: never. */
struct cpu_page {
    uint64_t executed; /**< CODE_EPOCH */
    uint64_t written;  /**< EPOCH: some core may still have it mapped for writing. */
};

/** What all cores share. */
struct cpu_machine {
    struct x86_machine *x86;
    uint64_t epoch;         /**< From 1 on; goes up whenever translations may be wrong. */
    uint64_t code_epoch;    /**< The same for code that was translated. */
    struct cpu_page *pages; /**< CACHE_PAGES of the arena, then those of DRAM. */
    uint32_t cache_pages;
    bool host_code; /**< Code has been executed through no key, or the host's. */
    struct cpu_observer observer;
};

struct cpu {
    struct cpu_machine *machine;
    struct backend *backend;
    uint32_t core; /**< Index in the fabric's table. */
    /* What the hypervisor sets. */
    struct x86_vmcb vmcb;
    uint64_t ghcb;        /**< VMCB 0A0h */
    bool intercept_pause; /**< Leaves the guest with PAUSE. */
    uint8_t inject;       /**< EVENTINJ: exception that the next VMRUN raises; 0: none. */
    struct backend_registers registers; /**< The save area: of guests without SEV-ES. */
    struct cpu_counts counts;
    struct cpu_unhandled unhandled; /**< With CPU_EXIT_SHUTDOWN. */
    /* While it runs. */
    bool inside; /**< GUEST is valid. */
    struct x86_guest guest;
    struct x86_fault fault;
    uint64_t refused; /**< Linear address of what FAULT is about. */
    enum x86_rmp_access refused_access;
    bool retry;
    bool brief; /**< The run ends before the next block of code. */
    uint64_t epoch, code_epoch;
    struct decode_instruction instruction;
    uint8_t bytes[DECODE_BYTES_MAX]; /**< Of it. */
};

/**
 * Makes a core.
 *
 * @param mirror  the arena of the machine's cache, MIRROR_BYTES long
 * @return false without memory
 */
bool cpu_open(struct cpu *cpu, struct cpu_machine *machine, uint32_t core, uint8_t *mirror,
              uint64_t mirror_bytes) __attribute__((warn_unused_result));

/** Frees a core; one that is all 0 is fine. */
void cpu_close(struct cpu *cpu);

/**
 * VMRUN, and what the guest does until #VMEXIT.
 *
 * @param blocks  of straight code after which INTR ends it; 0: any number
 */
struct cpu_exit cpu_vmrun(struct cpu *cpu, uint64_t blocks);

/**
 * Runs a program of the host on the core, with the registers in cpu->registers. What it ends with is
 * named as for guests.
 */
struct cpu_exit cpu_run_host(struct cpu *cpu, uint64_t blocks);

/** As x86_cache_notify: CONTEXT is struct cpu_machine. */
void cpu_notify(void *context, uint32_t page, enum x86_cache_change change);

/** Somebody else than a core has changed nested page tables, keys, or the RMP. */
void cpu_forget(struct cpu_machine *machine);

/** Somebody else than a core has written DRAM, or through the host's key: code may have changed. */
void cpu_forget_code(struct cpu_machine *machine);

/** @return an exit code's name, "CPUID" for example */
const char *cpu_exit_name(uint64_t code);

/** @return an exception's name, "#VC" for example, or NULL when the core raises none of that vector */
const char *cpu_exception_name(uint8_t vector);

#endif
