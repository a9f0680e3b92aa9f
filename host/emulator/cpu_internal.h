/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the core share.
 */
#ifndef HOST_EMULATOR_CPU_INTERNAL_H
#define HOST_EMULATOR_CPU_INTERNAL_H

#include "host/emulator/cpu.h"

/** What page walks want to know, of a core with these registers. */
struct x86_view cpu_view(const struct cpu *cpu, const struct backend_paging *paging);
struct backend_paging cpu_paging_of(const struct backend_registers *registers);

/**
 * Enters the handler of an exception.
 *
 * @param error  pushed for vectors that have one
 * @return false: the handler cannot be reached, nor that of #DF: shutdown
 */
bool cpu_raise(struct cpu *cpu, uint8_t vector, uint64_t error) __attribute__((warn_unused_result));

/** What becomes of an instruction that the backend stopped before. */
enum cpu_next {
    CPU_GO_ON,
    CPU_LEAVE,    /**< With EXIT. */
    CPU_SHUTDOWN, /**< cpu_raise() failed. */
};

/** Executes cpu->instruction, raises what it raises, or says with what the guest is left. */
enum cpu_next cpu_execute(struct cpu *cpu, struct cpu_exit *exit)
    __attribute__((warn_unused_result));

/** Who answers RDMSR and WRMSR. */
enum cpu_msr_result {
    CPU_MSR_DONE,    /**< The processor, whatever the hypervisor wants. */
    CPU_MSR_REFUSED, /**< Nobody: the value is none of a guest's; #GP. */
    CPU_MSR_OTHER,   /**< The hypervisor. */
};

/** RDMSR, or WRMSR, in a guest; RIP is left alone. */
enum cpu_msr_result cpu_msr(struct cpu *cpu, struct backend_registers *registers, bool write)
    __attribute__((warn_unused_result));

/** Fetches the instruction at an address to cpu->bytes. @return how many bytes there are */
size_t cpu_instruction(struct cpu *cpu, const struct backend_paging *paging, uint64_t rip);

/**
 * A page is about to be executed.
 *
 * @param key  that it is fetched through
 * @return false: some core may write it still; once all have forgotten their translations it is free
 */
bool cpu_code_fetched(struct cpu *cpu, const struct x86_cache_page *page, uint32_t key)
    __attribute__((warn_unused_result));

/** A page is about to be written. @return whether translations of its code have to be forgotten */
bool cpu_code_written(struct cpu_machine *machine, const struct x86_cache_page *page);

/** As x86_write(), for what the core writes itself. @param length  not 0 */
struct x86_fault cpu_store(struct cpu *cpu, const struct x86_view *view, uint64_t linear,
                           const void *bytes, size_t length) __attribute__((warn_unused_result));

/** cpu_fault() of the access that fill() has refused. */
enum cpu_next cpu_refused(struct cpu *cpu, struct cpu_exit *exit)
    __attribute__((warn_unused_result));

/** Raises a fault of an access, or says with what the guest is left. */
enum cpu_next cpu_fault(struct cpu *cpu, const struct x86_fault *fault, struct cpu_exit *exit)
    __attribute__((warn_unused_result));

#endif
