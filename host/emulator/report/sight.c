/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What host and guest see (sight.h).
 */
#include "host/emulator/report/sight.h"

#include <string.h>

#define ENTRY_PRESENT 1ull
#define ENTRY_LARGE (1ull << 7)
#define ENTRY_ADDRESS 0x000FFFFFFFFFF000ull
#define ENTRIES 512u
#define TOP_SHIFT 39u
#define PAGE_SHIFT 12u

static bool read_page(const struct vm *vm, uint64_t gpa, uint32_t key, uint8_t *bytes)
{
    const struct x86_machine *machine = &vm->emulator->x86;
    const uint64_t spa = vm_spa(vm, gpa - gpa % VM_PAGE_BYTES);
    if (spa == 0) {
        return false;
    }
    if (key == X86_KEY_NONE && !machine->tsme) {
        const void *at = dram_pointer(machine->dram, spa, VM_PAGE_BYTES);
        if (at != NULL) {
            memcpy(bytes, at, VM_PAGE_BYTES);
        }
        return at != NULL;
    }
    return memory_controller_read(&machine->memory, key == X86_KEY_NONE ? X86_KEY_HOST : key, spa,
                                  bytes, VM_PAGE_BYTES) == MEMORY_CONTROLLER_OK;
}

static uint32_t guest_key(const struct sight *sight)
{
    return sight->launched && (sight->vm->machine.flags & GUEST_SEV) != 0 ? sight->vm->asid
                                                                          : X86_KEY_NONE;
}

void sight_begin(struct sight *sight, struct vm *vm, bool launched)
{
    x86_cache_snoop(vm->emulator->x86.cache);
    *sight = (struct sight){.vm = vm, .launched = launched};
}

/* @return the entry of a table at @p index, 0 when it cannot be read */
static uint64_t entry(struct sight *sight, uint64_t table, uint64_t index)
{
    uint64_t value = 0;
    if (!sight->has_table || sight->table != table) {
        sight->has_table = read_page(sight->vm, table, guest_key(sight), sight->entries);
        sight->table = table;
    }
    if (sight->has_table) {
        memcpy(&value, sight->entries + index * sizeof value, sizeof value);
    }
    return value;
}

/* What page tables say of a guest without SEV-SNP. */
static bool has_c_bit(struct sight *sight, uint64_t gpa)
{
    const uint64_t c_bit = 1ull << sight->vm->machine.c_bit;
    uint64_t table = GUEST_TABLES_GPA;
    for (unsigned shift = TOP_SHIFT;; shift -= 9) {
        const uint64_t value = entry(sight, table, gpa >> shift & (ENTRIES - 1));
        if ((value & ENTRY_PRESENT) == 0) {
            return true; /* Not the launched tables any more: what is not shared for sure. */
        }
        if (shift == PAGE_SHIFT || (shift < TOP_SHIFT && (value & ENTRY_LARGE) != 0)) {
            return (value & c_bit) != 0;
        }
        table = value & ENTRY_ADDRESS & ~c_bit;
    }
}

static enum page_kind snp_page_of(const struct sight *sight, uint64_t gpa, uint64_t spa)
{
    const struct vm *vm = sight->vm;
    struct x86_rmp_page page;
    if (!x86_rmp_look_up(&vm->emulator->snp.rmp, spa, &page)) {
        return PAGE_KIND_NONE;
    }
    if (!page.assigned) {
        return PAGE_KIND_SHARED;
    }
    if (page.asid != vm->asid || page.gpa != gpa) {
        return PAGE_KIND_REFUSED;
    }
    return page.validated || !sight->launched ? PAGE_KIND_PRIVATE : PAGE_KIND_NOT_VALIDATED;
}

enum page_kind sight_page_of(struct sight *sight, uint64_t gpa)
{
    const struct vm *vm = sight->vm;
    const uint64_t page = gpa - gpa % VM_PAGE_BYTES;
    const uint64_t spa = vm_spa(vm, page);
    if (spa == 0 || page >= vm->machine.memory_bytes) {
        return PAGE_KIND_NONE;
    }
    if ((vm->machine.flags & GUEST_SNP) != 0) {
        return snp_page_of(sight, page, spa);
    }
    return (vm->machine.flags & GUEST_SEV) != 0 && has_c_bit(sight, page) ? PAGE_KIND_PRIVATE
                                                                          : PAGE_KIND_SHARED;
}

bool sight_of_host(const struct sight *sight, uint64_t gpa, uint8_t *bytes)
{
    return read_page(sight->vm, gpa, X86_KEY_NONE, bytes);
}

bool sight_of_guest(const struct sight *sight, uint64_t gpa, enum page_kind page, uint8_t *bytes)
{
    if (page != PAGE_KIND_PRIVATE && page != PAGE_KIND_SHARED) {
        return false;
    }
    return read_page(sight->vm, gpa, page == PAGE_KIND_PRIVATE ? guest_key(sight) : X86_KEY_NONE,
                     bytes);
}

static const uint64_t secret_pages[SIGHT_SECRETS] = {GUEST_SECRETS_GPA, GUEST_SECRET_GPA};

void sight_note_secrets(struct sight_secrets *secrets, const struct vm *vm)
{
    for (size_t i = 0; i < SIGHT_SECRETS; i++) {
        secrets->spa[i] = vm_spa(vm, secret_pages[i]);
    }
}

bool sight_is_secret(const struct sight_secrets *secrets, const struct vm *vm, uint64_t gpa)
{
    const uint64_t page = gpa - gpa % VM_PAGE_BYTES;
    const uint64_t spa = vm_spa(vm, page);
    for (size_t i = 0; i < SIGHT_SECRETS; i++) {
        if (page == secret_pages[i] || (spa != 0 && spa == secrets->spa[i])) {
            return true;
        }
    }
    return false;
}
