/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of the host (host_program.h).
 */
#include "host/emulator/host_program.h"

#include <string.h>

#include "host/demo/demo.h"
#include "host/emulator/run_limit.h"
#include "host/lib/deadline.h"
#include "host/x86/cpuid.h"
#include "host/x86/msr.h"

#define ENTRY_PRESENT 1ull
#define ENTRY_ADDRESS 0x000FFFFFFFFFF000ull
#define IOIO_IN 1u

/* The tables of a guest are one to one; a program's memory is somewhere, and all that it has. */
static void move_tables(struct host_program *program, uint64_t c_bit)
{
    uint8_t *table = program->image.bytes + GUEST_TABLES_GPA;
    const uint8_t *end = program->image.bytes + program->image.tables_end;
    for (; table < end; table += sizeof(uint64_t)) {
        uint64_t entry;
        memcpy(&entry, table, sizeof entry);
        if ((entry & ENTRY_PRESENT) != 0) {
            entry = (entry & ENTRY_ADDRESS) < program->machine.memory_bytes
                        ? (entry + program->base) | c_bit
                        : 0;
            memcpy(table, &entry, sizeof entry);
        }
    }
}

static void describe(struct host_program *program, bool full)
{
    const struct x86_machine *machine = &program->emulator->x86;
    struct guest_boot *boot = (struct guest_boot *)(void *)(program->image.bytes + GUEST_BOOT_GPA);
    boot->flags = GUEST_HOST | (full ? GUEST_HOST_FULL : 0) | (machine->tsme ? GUEST_HOST_TSME : 0);
    boot->c_bit = (uint32_t)__builtin_ctzll(machine->c_bit);
    boot->base = program->base;
}

bool host_program_load(struct host_program *program, struct emulator *emulator, const char *path,
                       uint64_t memory_bytes, bool full)
{
    struct provision_error error = {0};
    const uint64_t c_bit = full ? emulator->x86.c_bit : 0;
    *program = (struct host_program){.emulator = emulator,
                                     .machine = {.vcpus = 1, .memory_bytes = memory_bytes},
                                     .nested = {.emulator = emulator}};
    program->devices.nested = &program->nested;
    if (memory_bytes > GUEST_SMALL_BYTES ||
        !vm_image_make(&program->image, path, &program->machine, &error)) {
        return demo_fail("program", "%s", error.text);
    }
    program->base = dram_allocate_anywhere(&emulator->board.dram, memory_bytes, 0);
    if (program->base == 0 ||
        !cpu_open(&program->cpu, &emulator->cores, 0, emulator->arena, emulator->arena_bytes)) {
        return demo_fail("program", "no memory");
    }
    move_tables(program, c_bit);
    describe(program, full);
    vm_image_registers(&program->image, &program->machine, 0, &program->cpu.registers);
    program->cpu.registers.cr3 += program->base | c_bit;
    return emulator_write(emulator, program->base | c_bit, program->image.bytes,
                          program->image.length) ||
           demo_fail("program", "the memory is not the host's");
}

/* Whoever takes the memory modules out sees this. */
static uint64_t look_at_dram(const struct host_program *program, uint64_t what, uint64_t operand)
{
    const uint8_t *dram =
        dram_pointer(&program->emulator->board.dram, program->base, program->machine.memory_bytes);
    uint64_t value = 0;
    if (what == GUEST_ATTACK_READ && operand <= program->machine.memory_bytes - sizeof value) {
        memcpy(&value, dram + operand, sizeof value);
        return value;
    }
    value = ~operand;
    const uint8_t *found = what == GUEST_ATTACK_LOOK
                               ? memmem(dram, program->machine.memory_bytes, &value, sizeof value)
                               : NULL;
    return found != NULL ? program->base + (uint64_t)(found - dram) : 0;
}

static bool serve_msr(struct host_program *program, uint64_t *gpr, bool write)
{
    struct x86_machine *machine = &program->emulator->x86;
    const uint32_t msr = (uint32_t)gpr[BACKEND_RCX];
    uint64_t value = (uint32_t)gpr[BACKEND_RAX] | gpr[BACKEND_RDX] << 32;
    if (write) {
        return x86_wrmsr(machine, program->cpu.core, NULL, msr, value) == X86_MSR_DONE;
    }
    if (x86_rdmsr(machine, program->cpu.core, NULL, msr, &value) != X86_MSR_DONE) {
        return false;
    }
    gpr[BACKEND_RAX] = (uint32_t)value;
    gpr[BACKEND_RDX] = value >> 32;
    return true;
}

/* What a core does by itself outside of guests, and devices. @return false: PROBLEM is set */
static bool serve(struct host_program *program, const struct cpu_exit *exit)
{
    uint64_t *gpr = program->cpu.registers.gpr;
    struct x86_cpuid values = {0};
    const uint16_t port = (uint16_t)(exit->info1 >> 16);
    switch (exit->code) {
    case CPU_EXIT_CPUID:
        (void)x86_cpuid(&program->emulator->x86, (uint32_t)gpr[BACKEND_RAX], &values);
        gpr[BACKEND_RAX] = values.eax;
        gpr[BACKEND_RBX] = values.ebx;
        gpr[BACKEND_RCX] = values.ecx;
        gpr[BACKEND_RDX] = values.edx;
        break;
    case CPU_EXIT_MSR:
        if (!serve_msr(program, gpr, exit->info1 != 0)) {
            program->problem = "an MSR that is not there";
        }
        break;
    case CPU_EXIT_IOIO:
        if ((exit->info1 & IOIO_IN) != 0) {
            gpr[BACKEND_RAX] = devices_in(&program->devices, port);
        } else {
            const uint32_t mask = exit->instruction.size == 1 ? 0xFF : UINT32_MAX;
            devices_out(&program->devices, port, (uint32_t)gpr[BACKEND_RAX] & mask);
        }
        break;
    case CPU_EXIT_WBINVD:
        x86_wbinvd(&program->emulator->x86, program->cpu.core, false);
        break;
    case CPU_EXIT_VMMCALL:
        gpr[BACKEND_RAX] = look_at_dram(program, gpr[BACKEND_RBX], gpr[BACKEND_RCX]);
        break;
    default:
        program->problem = "it has stopped without a verdict";
        break;
    }
    program->cpu.registers.rip += exit->instruction.length;
    return program->problem == NULL;
}

static bool run(struct host_program *program)
{
    while (!program->devices.has_verdict) {
        if (run_limit_is_over()) {
            program->problem = "it has not ended in time, or was interrupted";
            return false;
        }
        const struct cpu_exit exit = cpu_run_host(&program->cpu, 0);
        if (exit.code != CPU_EXIT_INTR && !serve(program, &exit)) {
            return false;
        }
    }
    return program->devices.verdict == 0;
}

bool host_program_run(struct host_program *program, unsigned seconds)
{
    run_limit_begin(program->emulator->board.mailbox.cancel,
                    seconds != 0 ? deadline_now_us() + seconds * 1000000LL : 0);
    run_limit_watch(program->cpu.backend);
    const bool good = run(program);
    run_limit_end();
    return good;
}

void host_program_end(struct host_program *program)
{
    cpu_close(&program->cpu);
    vm_image_free(&program->image);
}
