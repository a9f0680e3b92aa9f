/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of cores (access.h).
 */
#include "host/x86/access.h"

#include <string.h>

#define NO_MEMORY 0xFF /* what the bus gives where nobody answers */

/* The part of an access that lies on the page of its first byte. */
static size_t on_page(uint64_t address, size_t length)
{
    const size_t left = X86_PAGE_BYTES - address % X86_PAGE_BYTES;
    return length < left ? length : left;
}

static void get(struct x86_machine *machine, uint64_t spa, uint32_t key, uint8_t *buffer,
                size_t length)
{
    if (x86_cache_read(machine->cache, spa, key, buffer, length) != MEMORY_CONTROLLER_OK) {
        memset(buffer, NO_MEMORY, length);
    }
}

static void put(struct x86_machine *machine, uint64_t spa, uint32_t key, const uint8_t *buffer,
                size_t length)
{
    const enum memory_controller_result result =
        x86_cache_write(machine->cache, spa, key, buffer, length);
    (void)result; /* A write where nobody answers is lost. */
}

struct x86_fault x86_read(struct x86_machine *machine, const struct x86_view *view, uint64_t linear,
                          enum x86_rmp_access access, void *buffer, size_t length)
{
    struct x86_fault fault = {.kind = X86_FAULT_NONE};
    for (size_t done = 0; done < length && fault.kind == X86_FAULT_NONE;) {
        struct x86_translation translation;
        const size_t count = on_page(linear + done, length - done);
        fault = x86_walk(machine, view, linear + done, access, &translation);
        if (fault.kind == X86_FAULT_NONE) {
            get(machine, translation.spa, translation.key, (uint8_t *)buffer + done, count);
        }
        done += count;
    }
    return fault;
}

struct x86_fault x86_write(struct x86_machine *machine, const struct x86_view *view,
                           uint64_t linear, const void *buffer, size_t length)
{
    struct x86_translation translations[2]; /* A page's length lies on two pages at most. */
    struct x86_fault fault = {.kind = X86_FAULT_NONE};
    const size_t first = on_page(linear, length);
    const size_t second = on_page(linear + first, length - first);
    const uint8_t *bytes = buffer;
    if (length != 0) {
        fault = x86_walk(machine, view, linear, X86_RMP_WRITE, &translations[0]);
    }
    if (fault.kind == X86_FAULT_NONE && second != 0) {
        fault = x86_walk(machine, view, linear + first, X86_RMP_WRITE, &translations[1]);
    }
    if (fault.kind == X86_FAULT_NONE && length != 0) {
        put(machine, translations[0].spa, translations[0].key, bytes, first);
    }
    if (fault.kind == X86_FAULT_NONE && second != 0) {
        put(machine, translations[1].spa, translations[1].key, bytes + first, second);
    }
    return fault;
}

void x86_physical_read(struct x86_machine *machine, uint32_t core, uint64_t address, void *buffer,
                       size_t length)
{
    const uint64_t spa = x86_host_address(machine, core, address);
    const uint32_t key = x86_host_key(machine, core, address);
    for (size_t done = 0; done < length;) {
        const size_t count = on_page(spa + done, length - done);
        get(machine, spa + done, key, (uint8_t *)buffer + done, count);
        done += count;
    }
}

bool x86_physical_write(struct x86_machine *machine, uint32_t core, uint64_t address,
                        const void *buffer, size_t length)
{
    const uint64_t spa = x86_host_address(machine, core, address);
    const uint32_t key = x86_host_key(machine, core, address);
    for (size_t done = 0; done < length; done += on_page(spa + done, length - done)) {
        if (!x86_rmp_host_may_write(&machine->rmp, spa + done, false)) {
            return false;
        }
    }
    for (size_t done = 0; done < length;) {
        const size_t count = on_page(spa + done, length - done);
        put(machine, spa + done, key, (const uint8_t *)buffer + done, count);
        done += count;
    }
    return true;
}
