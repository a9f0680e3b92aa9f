/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtual machine starts from (vm_image.h).
 */
#include "host/emulator/vm_image.h"

#include <stdlib.h>
#include <string.h>

#include "host/provision/files.h"

#define IMAGE_MAX 0x10000000u
#define GIB 0x40000000ull
#define LARGE_BYTES 0x200000ull
#define TABLE_PRESENT 1ull
#define TABLE_WRITABLE 2ull
#define TABLE_LARGE (1ull << 7)
#define ENTRIES 512u

#define START_EFER 0xD01ull /* SCE, LME, LMA, NXE */
#define START_CR4 0x620ull  /* PAE, OSFXSR, OSXMMEXCPT */
#define START_CR0 0x80010033ull
#define START_RFLAGS 2ull
#define CODE_SELECTOR 8u
#define DATA_SELECTOR 16u

bool vm_image_header(const char *path, struct guest_header *header, struct provision_error *error)
{
    struct provision_bytes file = {0};
    *header = (struct guest_header){.vcpus = 1, .memory_mib = 16};
    if (!provision_file_read(path, IMAGE_MAX, false, &file, error)) {
        return false;
    }
    struct guest_header found = {0};
    if (file.length >= sizeof found) {
        memcpy(&found, file.data, sizeof found);
    }
    if (found.magic == GUEST_HEADER_MAGIC) {
        *header = found;
    }
    const bool fits = header->entry < file.length;
    provision_bytes_free(&file);
    return fits || provision_fail(error, "%s: its entry is not in it", path);
}

static void put(uint8_t *table, uint64_t index, uint64_t entry)
{
    memcpy(table + index * sizeof entry, &entry, sizeof entry);
}

/* One to one: pages of 4 KiB below GUEST_SMALL_BYTES, of 2 MiB up to 4 GiB and the end of memory. */
static void make_tables(struct vm_image *image, const struct vm_machine *machine)
{
    const uint64_t c_bit = (machine->flags & GUEST_SEV) != 0 ? 1ull << machine->c_bit : 0;
    const uint64_t link = c_bit | TABLE_PRESENT | TABLE_WRITABLE;
    uint64_t next = GUEST_TABLES_GPA + VM_PAGE_BYTES;
    uint8_t *root = image->bytes + GUEST_TABLES_GPA;
    const uint64_t directories = next;
    next += VM_PAGE_BYTES;
    put(root, 0, directories | link);
    for (uint64_t gib = 0; gib < 4 || gib * GIB < machine->memory_bytes; gib++) {
        const uint64_t directory = next;
        next += VM_PAGE_BYTES;
        put(image->bytes + directories, gib, directory | link);
        for (uint64_t i = 0; i < ENTRIES; i++) {
            const uint64_t gpa = gib * GIB + i * LARGE_BYTES;
            if (gpa < GUEST_SMALL_BYTES && gpa < machine->memory_bytes) {
                const uint64_t table = next;
                next += VM_PAGE_BYTES;
                put(image->bytes + directory, i, table | link);
                for (uint64_t page = 0; page < ENTRIES; page++) {
                    const uint64_t at = gpa + page * VM_PAGE_BYTES;
                    const bool shared =
                        at >= GUEST_SHARED_GPA && at < GUEST_SHARED_GPA + GUEST_SHARED_BYTES;
                    put(image->bytes + table, page,
                        at | TABLE_PRESENT | TABLE_WRITABLE | (shared ? 0 : c_bit));
                }
            } else {
                /* What is no memory is for devices. */
                put(image->bytes + directory, i,
                    gpa | TABLE_LARGE | TABLE_PRESENT | TABLE_WRITABLE |
                        (gpa < machine->memory_bytes ? c_bit : 0));
            }
        }
    }
    image->tables_end = next;
}

bool vm_image_make(struct vm_image *image, const char *path, const struct vm_machine *machine,
                   struct provision_error *error)
{
    struct provision_bytes file = {0};
    *image = (struct vm_image){0};
    if (!vm_image_header(path, &image->header, error) ||
        !provision_file_read(path, IMAGE_MAX, false, &file, error)) {
        return false;
    }
    image->length = (GUEST_IMAGE_GPA + file.length + VM_PAGE_BYTES - 1) & ~(VM_PAGE_BYTES - 1ull);
    if (image->length > machine->memory_bytes || machine->memory_bytes > 16 * GIB) {
        provision_bytes_free(&file);
        return provision_fail(error, "%s: does not fit into %llu MiB of memory", path,
                              (unsigned long long)(machine->memory_bytes >> 20));
    }
    image->bytes = calloc(1, image->length);
    if (image->bytes == NULL) {
        provision_bytes_free(&file);
        return provision_fail(error, "no memory for %s", path);
    }
    memcpy(image->bytes + GUEST_IMAGE_GPA, file.data, file.length);
    provision_bytes_free(&file);
    make_tables(image, machine);
    const struct guest_boot boot = {
        .flags = machine->flags,
        .vcpus = machine->vcpus,
        .c_bit = (machine->flags & GUEST_SEV) != 0 ? machine->c_bit : 64,
        .memory_bytes = machine->memory_bytes,
        .launched_end = image->length,
    };
    memcpy(image->bytes + GUEST_BOOT_GPA, &boot, sizeof boot);
    return true;
}

void vm_image_free(struct vm_image *image)
{
    free(image->bytes);
    *image = (struct vm_image){0};
}

void vm_image_registers(const struct vm_image *image, const struct vm_machine *machine,
                        uint32_t vcpu, struct backend_registers *registers)
{
    const uint64_t c_bit = (machine->flags & GUEST_SEV) != 0 ? 1ull << machine->c_bit : 0;
    *registers = (struct backend_registers){
        .rip = GUEST_IMAGE_GPA + image->header.entry,
        .rflags = START_RFLAGS,
        .cr0 = START_CR0,
        .cr3 = GUEST_TABLES_GPA | c_bit,
        .cr4 = START_CR4,
        .efer = START_EFER,
        .selectors = {DATA_SELECTOR, CODE_SELECTOR, DATA_SELECTOR, DATA_SELECTOR, 0, 0},
    };
    registers->gpr[6] = GUEST_BOOT_GPA;
    registers->gpr[7] = vcpu;
    registers->gpr[BACKEND_RSP] = GUEST_TABLES_GPA; /* For images that need a stack at once. */
}

bool vm_image_has(const struct vm_image *image, uint64_t gpa)
{
    return gpa == GUEST_BOOT_GPA || (gpa >= GUEST_TABLES_GPA && gpa < image->tables_end) ||
           (gpa >= GUEST_IMAGE_GPA && gpa < image->length);
}
