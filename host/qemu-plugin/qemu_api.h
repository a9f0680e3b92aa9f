/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of QEMU's plugin interface, version 7 (QEMU 11.1), that this plugin uses. Written from its
 * documentation: Debian's packages have no header. QEMU refuses a plugin that is for another version.
 */
#ifndef HOST_QEMU_PLUGIN_QEMU_API_H
#define HOST_QEMU_PLUGIN_QEMU_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_API_VERSION 7

#define QEMU_EXPORT __attribute__((visibility("default")))

/* GLib's arrays, as far as the interface uses them. */
struct qemu_bytes {
    uint8_t *data;
    unsigned length;
};
struct qemu_array {
    char *data;
    unsigned length;
};
struct qemu_bytes *g_byte_array_new(void);
struct qemu_bytes *g_byte_array_set_size(struct qemu_bytes *array, unsigned length);
unsigned g_array_get_element_size(struct qemu_array *array);

/** One entry of qemu_plugin_get_registers(). */
struct qemu_register {
    void *handle;
    const char *name;
    const char *feature;
};

/** What a callback does with registers. */
enum qemu_registers {
    QEMU_REGISTERS_NONE,
    QEMU_REGISTERS_READ,
    QEMU_REGISTERS_WRITE,
    QEMU_REGISTERS_WRITE_PC, /**< It may go on elsewhere: qemu_plugin_set_pc(). */
};

typedef void qemu_vcpu_callback(unsigned cpu, void *data);
typedef void qemu_translate_callback(void *block, void *data);

QEMU_EXPORT extern int qemu_plugin_version;
QEMU_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

void qemu_plugin_register_vcpu_init_cb(uint64_t id, qemu_vcpu_callback *callback, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, qemu_translate_callback *callback,
                                           void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(void *instruction, qemu_vcpu_callback *callback,
                                            int registers, void *data);

size_t qemu_plugin_tb_n_insns(const void *block);
void *qemu_plugin_tb_get_insn(const void *block, size_t index);
size_t qemu_plugin_insn_data(const void *instruction, void *bytes, size_t length);
size_t qemu_plugin_insn_size(const void *instruction);
uint64_t qemu_plugin_insn_vaddr(const void *instruction);

struct qemu_array *qemu_plugin_get_registers(void);
bool qemu_plugin_read_register(void *handle, struct qemu_bytes *value);
bool qemu_plugin_write_register(void *handle, struct qemu_bytes *value);
void qemu_plugin_set_pc(uint64_t address);

#endif
