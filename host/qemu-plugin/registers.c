/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the CPU whose thread runs.
 */
#include "host/qemu-plugin/registers.h"

#include <string.h>

#include "host/qemu-plugin/guest_state.h"
#include "host/qemu-plugin/qemu_api.h"

#define CR0_PE 1u
#define CS_LEVEL 3u

static const char *const names[REGISTERS] = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8",  "r9",
    "r10", "r11", "r12", "r13", "r14", "r15", "cr0", "cs",  "rip",
};
static __thread void *handles[REGISTERS]; /* each CPU has its thread */
static __thread struct qemu_bytes *value_bytes;

bool registers_find(void)
{
    struct qemu_array *list = qemu_plugin_get_registers();
    const unsigned size = g_array_get_element_size(list);
    unsigned found = 0;
    for (unsigned i = 0; i < list->length; i++) {
        struct qemu_register entry;
        memcpy(&entry, list->data + (size_t)i * size, sizeof entry);
        for (unsigned name = 0; name < REGISTERS; name++) {
            if (handles[name] == NULL && strcmp(entry.name, names[name]) == 0) {
                handles[name] = entry.handle;
                found++;
            }
        }
    }
    value_bytes = g_byte_array_new();
    return found == REGISTERS;
}

uint64_t register_read(unsigned name)
{
    uint64_t value = 0;
    g_byte_array_set_size(value_bytes, 0);
    (void)qemu_plugin_read_register(handles[name], value_bytes);
    memcpy(&value, value_bytes->data,
           value_bytes->length < sizeof value ? value_bytes->length : sizeof value);
    return value;
}

void register_write(unsigned name, uint64_t value)
{
    g_byte_array_set_size(value_bytes, sizeof value);
    memcpy(value_bytes->data, &value, sizeof value);
    (void)qemu_plugin_write_register(handles[name], value_bytes);
}

static bool is_in_real_mode(void)
{
    return (register_read(REGISTER_CR0) & CR0_PE) == 0;
}

bool registers_in_kernel(void)
{
    return is_in_real_mode() || (register_read(REGISTER_CS) & CS_LEVEL) == 0;
}

/* The program counter is an offset in CS, which differs in real mode. */
static uint64_t code_base(void)
{
    return is_in_real_mode() ? register_read(REGISTER_CS) << 4 : 0;
}

uint64_t registers_address(uint64_t offset)
{
    const uint64_t now = register_read(REGISTER_RIP) + code_base();
    return (now & ~(uint64_t)(INSTRUCTION_PAGE_BYTES - 1)) + offset;
}

void registers_go_on(uint64_t offset)
{
    qemu_plugin_set_pc(registers_address(offset) - code_base());
}
