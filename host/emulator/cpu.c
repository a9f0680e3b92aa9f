/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A processor's core (cpu.h): running, and where its pages are.
 */
#include "host/emulator/cpu.h"

#include <openssl/crypto.h>
#include <string.h>

#include "host/emulator/cpu_internal.h"
#include "host/emulator/vmsa_registers.h"
#include "host/x86/access.h"

#define CPL_USER 3u

struct backend_paging cpu_paging_of(const struct backend_registers *registers)
{
    return (struct backend_paging){.cr0 = registers->cr0,
                                   .cr3 = registers->cr3,
                                   .cr4 = registers->cr4,
                                   .efer = registers->efer,
                                   .cs = registers->selectors[BACKEND_CS]};
}

struct x86_view cpu_view(const struct cpu *cpu, const struct backend_paging *paging)
{
    return (struct x86_view){.core = cpu->core,
                             .guest = cpu->inside ? &cpu->guest : NULL,
                             .cr0 = paging->cr0,
                             .cr3 = paging->cr3,
                             .cr4 = paging->cr4,
                             .efer = paging->efer,
                             .user = (paging->cs & CPL_USER) == CPL_USER};
}

/* Forgets translations if somebody has said so since the last time. */
static void flush(struct cpu *cpu)
{
    if (cpu->epoch != cpu->machine->epoch) {
        backend_flush(cpu->backend, cpu->code_epoch != cpu->machine->code_epoch);
        cpu->epoch = cpu->machine->epoch;
        cpu->code_epoch = cpu->machine->code_epoch;
    }
}

/* An access where there is no memory: a host's device, or a mistake. */
static void no_memory(struct cpu *cpu, uint64_t address)
{
    cpu->fault = (struct x86_fault){.kind = X86_FAULT_NPF, .address = address};
}

static bool fill(void *context, const struct backend_paging *paging, uint64_t linear,
                 enum x86_rmp_access access, struct backend_mapping *mapping)
{
    struct cpu *cpu = context;
    struct x86_machine *machine = cpu->machine->x86;
    const struct x86_view view = cpu_view(cpu, paging);
    const uint64_t epoch = cpu->machine->epoch;
    struct x86_translation translation;
    struct x86_cache_page page;
    cpu->refused = linear;
    cpu->refused_access = access;
    cpu->fault = x86_walk(machine, &view, linear, access, &translation);
    if (cpu->fault.kind != X86_FAULT_NONE) {
        return false;
    }
    const bool write = access == X86_RMP_WRITE;
    const uint64_t spa = translation.spa & ~(uint64_t)(X86_PAGE_BYTES - 1);
    if (x86_cache_fill(machine->cache, spa, translation.key, write, &page) !=
        MEMORY_CONTROLLER_OK) {
        no_memory(cpu, translation.gpa);
        return false;
    }
    cpu->counts.fills++;
    if (cpu->machine->observer.fill != NULL) {
        cpu->machine->observer.fill(cpu->machine->observer.context, cpu->core, linear, access,
                                    &translation);
    }
    /* Another page had to leave, or this one is mapped for writing. */
    if (epoch != cpu->machine->epoch ||
        (access == X86_RMP_FETCH && !cpu_code_fetched(cpu, &page, translation.key))) {
        cpu->counts.refills++;
        cpu->retry = true;
        return false;
    }
    mapping->mirror = page.cached;
    mapping->offset = page.cached ? (uint64_t)page.number * X86_PAGE_BYTES
                                  : (uint64_t)(page.bytes - machine->dram->bytes);
    mapping->write = write;
    mapping->brief = write && cpu_code_written(cpu->machine, &page);
    cpu->brief = cpu->brief || mapping->brief;
    mapping->fetch = access == X86_RMP_FETCH;
    return true;
}

size_t cpu_instruction(struct cpu *cpu, const struct backend_paging *paging, uint64_t rip)
{
    const struct x86_view view = cpu_view(cpu, paging);
    const size_t left = X86_PAGE_BYTES - rip % X86_PAGE_BYTES;
    const size_t first = left < sizeof cpu->bytes ? left : sizeof cpu->bytes;
    size_t length = 0;
    if (x86_read(cpu->machine->x86, &view, rip, X86_RMP_FETCH, cpu->bytes, first).kind ==
        X86_FAULT_NONE) {
        length = first;
    }
    if (length == left && left < sizeof cpu->bytes &&
        x86_read(cpu->machine->x86, &view, rip + left, X86_RMP_FETCH, cpu->bytes + left,
                 sizeof cpu->bytes - left)
                .kind == X86_FAULT_NONE) {
        length = sizeof cpu->bytes;
    }
    return length;
}

static bool stops_at(void *context, const struct backend_paging *paging, uint64_t rip)
{
    struct cpu *cpu = context;
    const uint64_t epoch = cpu->machine->epoch;
    const size_t length = cpu_instruction(cpu, paging, rip);
    if (epoch != cpu->machine->epoch) { /* A page had to leave for what was looked at. */
        cpu->counts.refills++;
        cpu->retry = true;
        return true;
    }
    decode(cpu->bytes, length, &cpu->instruction);
    return cpu->instruction.kind != DECODE_NONE &&
           (cpu->instruction.kind != DECODE_PAUSE || cpu->intercept_pause);
}

bool cpu_open(struct cpu *cpu, struct cpu_machine *machine, uint32_t core, uint8_t *mirror,
              uint64_t mirror_bytes)
{
    static const struct backend_client client = {.fill = fill, .stops_at = stops_at};
    *cpu = (struct cpu){.machine = machine, .core = core};
    const struct backend_options options = {.client = &client,
                                            .context = cpu,
                                            .dram = machine->x86->dram->bytes,
                                            .dram_bytes = machine->x86->dram->length,
                                            .mirror = mirror,
                                            .mirror_bytes = mirror_bytes};
    cpu->backend = backend_open(&options);
    return cpu->backend != NULL;
}

void cpu_close(struct cpu *cpu)
{
    backend_close(cpu->backend);
    OPENSSL_cleanse(cpu, sizeof *cpu);
}

/* One run of the backend, and what follows from its end. */
static enum cpu_next step(struct cpu *cpu, uint64_t blocks, struct cpu_exit *exit)
{
    flush(cpu);
    cpu->retry = false;
    cpu->brief = false;
    const struct backend_event event = backend_run(cpu->backend, blocks);
    *exit = (struct cpu_exit){0};
    switch (event.end) {
    case BACKEND_REFUSED:
        return cpu->retry ? CPU_GO_ON : cpu_refused(cpu, exit);
    case BACKEND_STOPPED:
        return cpu->retry ? CPU_GO_ON : cpu_execute(cpu, exit);
    case BACKEND_STALE:
        return CPU_GO_ON;
    case BACKEND_EXCEPTION:
        return cpu_raise(cpu, event.vector, 0) ? CPU_GO_ON : CPU_SHUTDOWN;
    case BACKEND_BUDGET:
        exit->code = CPU_EXIT_INTR;
        return CPU_LEAVE;
    case BACKEND_HALTED:
        exit->code = CPU_EXIT_HLT;
        return CPU_LEAVE;
    case BACKEND_FAILED:
        break;
    }
    exit->code = CPU_EXIT_FAILED;
    exit->text = event.text;
    return CPU_LEAVE;
}

static struct cpu_exit run(struct cpu *cpu, uint64_t blocks)
{
    const uint64_t last = backend_blocks(cpu->backend) + blocks;
    struct cpu_exit exit;
    enum cpu_next next = CPU_GO_ON;
    while (next == CPU_GO_ON) {
        const uint64_t now = backend_blocks(cpu->backend);
        if (blocks != 0 && now >= last) {
            return (struct cpu_exit){.code = CPU_EXIT_INTR};
        }
        next = step(cpu, blocks != 0 ? last - now : 0, &exit);
    }
    if (next == CPU_SHUTDOWN) {
        exit = (struct cpu_exit){.code = CPU_EXIT_SHUTDOWN};
    }
    return exit;
}

struct cpu_exit cpu_vmrun(struct cpu *cpu, uint64_t blocks)
{
    struct x86_machine *machine = cpu->machine->x86;
    struct backend_registers registers = cpu->registers;
    uint8_t vmsa[SEV_VMSA_BYTES];
    if (x86_machine_changed(machine)) {
        cpu_forget(cpu->machine);
    }
    const enum x86_vmrun_result result =
        x86_vmrun(machine, cpu->core, &cpu->vmcb, &cpu->guest, vmsa);
    if (result != X86_VMRUN_OK) {
        return (struct cpu_exit){.code = x86_vmrun_exit_code(result), .refused = result};
    }
    const bool es = cpu->guest.es;
    if (es) {
        vmsa_registers_get(vmsa, &registers);
    }
    cpu->inside = true;
    cpu->counts.runs++;
    backend_set(cpu->backend, &registers);
    const uint8_t vector = cpu->inject;
    cpu->inject = 0;
    struct cpu_exit exit = vector == 0 || cpu_raise(cpu, vector, 0)
                               ? run(cpu, blocks)
                               : (struct cpu_exit){.code = CPU_EXIT_SHUTDOWN};
    backend_get(cpu->backend, &registers);
    cpu->inside = false;
    if (es) {
        vmsa_registers_put(vmsa, &registers);
    } else {
        cpu->registers = registers;
    }
    if (!x86_vmexit(machine, &cpu->guest, es ? vmsa : NULL)) {
        exit = (struct cpu_exit){.code = X86_VMEXIT_INVALID, .refused = X86_VMRUN_VMSA};
    }
    if (es) { /* The host finds none of them in the core. */
        OPENSSL_cleanse(vmsa, sizeof vmsa);
        OPENSSL_cleanse(&registers, sizeof registers);
        exit.instruction = (struct decode_instruction){0};
    }
    return exit;
}

struct cpu_exit cpu_run_host(struct cpu *cpu, uint64_t blocks)
{
    cpu->inside = false;
    backend_set(cpu->backend, &cpu->registers);
    const struct cpu_exit exit = run(cpu, blocks);
    backend_get(cpu->backend, &cpu->registers);
    return exit;
}

const char *cpu_exit_name(uint64_t code)
{
    static const struct {
        uint64_t code;
        const char *name;
    } names[] = {
        {CPU_EXIT_INTR, "INTR"},         {CPU_EXIT_CPUID, "CPUID"},
        {CPU_EXIT_PAUSE, "PAUSE"},       {CPU_EXIT_HLT, "HLT"},
        {CPU_EXIT_IOIO, "IOIO"},         {CPU_EXIT_MSR, "MSR"},
        {CPU_EXIT_SHUTDOWN, "SHUTDOWN"}, {CPU_EXIT_VMMCALL, "VMMCALL"},
        {CPU_EXIT_WBINVD, "WBINVD"},     {X86_VMEXIT_NPF, "NPF"},
        {X86_VMEXIT_VMGEXIT, "VMGEXIT"}, {X86_VMEXIT_INVALID, "INVALID"},
        {X86_VMEXIT_BUSY, "BUSY"},       {CPU_EXIT_FAILED, "FAILED"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].code == code) {
            return names[i].name;
        }
    }
    return "EXCP";
}
