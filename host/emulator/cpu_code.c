/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pages cores execute, and which they write (cpu_internal.h). A backend stops before instructions
 * that it has seen when a page was first executed. So no page is for executing and for writing at once,
 * whatever linear addresses, cores and keys it is reached through.
 */
#include "host/emulator/cpu_internal.h"
#include "host/x86/access.h"

/* The page's entry in the list: those of the caches come first, then those of DRAM. */
static struct cpu_page *page_of(const struct cpu_machine *machine,
                                const struct x86_cache_page *page)
{
    const uint8_t *dram = machine->x86->dram->bytes;
    return &machine->pages[page->cached ? page->number
                                        : machine->cache_pages +
                                              (uint64_t)(page->bytes - dram) / X86_PAGE_BYTES];
}

static void forget_all(struct cpu_machine *machine)
{
    machine->epoch++;
    machine->code_epoch++;
}

void cpu_notify(void *context, uint32_t page, enum x86_cache_change change)
{
    struct cpu_machine *machine = context;
    machine->epoch++;
    if (change == X86_CACHE_GONE && machine->pages[page].executed == machine->code_epoch) {
        machine->code_epoch++;
    }
}

void cpu_forget(struct cpu_machine *machine)
{
    machine->epoch++;
}

void cpu_forget_code(struct cpu_machine *machine)
{
    if (machine->host_code) {
        forget_all(machine);
    }
}

bool cpu_code_fetched(struct cpu *cpu, const struct x86_cache_page *page, uint32_t key)
{
    struct cpu_machine *machine = cpu->machine;
    struct cpu_page *entry = page_of(machine, page);
    if (entry->written == machine->epoch && !cpu->brief) {
        machine->epoch++;
        return false;
    }
    entry->executed = machine->code_epoch;
    machine->host_code = machine->host_code || key == X86_KEY_NONE || key == X86_KEY_HOST;
    return true;
}

bool cpu_code_written(struct cpu_machine *machine, const struct x86_cache_page *page)
{
    struct cpu_page *entry = page_of(machine, page);
    const bool executed = entry->executed == machine->code_epoch;
    if (executed) {
        forget_all(machine);
    }
    entry->written = machine->epoch;
    return executed;
}

struct x86_fault cpu_store(struct cpu *cpu, const struct x86_view *view, uint64_t linear,
                           const void *bytes, size_t length)
{
    struct x86_machine *machine = cpu->machine->x86;
    const uint64_t ends[] = {linear, linear + length - 1}; /* On two pages, at most. */
    const struct x86_fault fault = x86_write(machine, view, linear, bytes, length);
    for (size_t i = 0; fault.kind == X86_FAULT_NONE && i < sizeof ends / sizeof ends[0]; i++) {
        struct x86_translation translation;
        struct x86_cache_page page;
        if (x86_walk(machine, view, ends[i], X86_RMP_WRITE, &translation).kind == X86_FAULT_NONE &&
            x86_cache_fill(machine->cache, translation.spa, translation.key, false, &page) ==
                MEMORY_CONTROLLER_OK) {
            (void)cpu_code_written(cpu->machine, &page);
        }
    }
    return fault;
}
