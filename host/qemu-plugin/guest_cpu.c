/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin for QEMU's TCG: what an SEV guest sees of its CPU. A processor with SEV treats some instructions
 * in another way than QEMU does: CPUID and RDMSR (answers.h), VMMCALL (hypercalls.h) and MOV to CR3
 * (page_tables.h).
 *
 * Arguments: cbit=N, control=FILE (host/linux/control_page.h).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/qemu-plugin/answers.h"
#include "host/qemu-plugin/guest_state.h"
#include "host/qemu-plugin/hypercalls.h"
#include "host/qemu-plugin/page_tables.h"
#include "host/qemu-plugin/qemu_api.h"
#include "host/qemu-plugin/registers.h"

QEMU_EXPORT int qemu_plugin_version = QEMU_API_VERSION;

unsigned guest_c_bit = 51;
struct control_page *guest_control;

static void look_at(void *block, size_t index, size_t count)
{
    struct instruction instruction = {
        .handle = qemu_plugin_tb_get_insn(block, index),
        .following = index + 1 < count ? qemu_plugin_tb_get_insn(block, index + 1) : NULL,
    };
    instruction.address = qemu_plugin_insn_vaddr(instruction.handle);
    instruction.size = qemu_plugin_insn_size(instruction.handle);
    instruction.next = instruction.address % INSTRUCTION_PAGE_BYTES + instruction.size;
    if (index == 0) {
        page_tables_look_at_first(&instruction);
    }
    if (instruction.size <= sizeof instruction.code &&
        qemu_plugin_insn_data(instruction.handle, instruction.code, sizeof instruction.code) ==
            instruction.size) {
        answers_look_at(&instruction);
        hypercalls_look_at(&instruction);
        page_tables_look_at(&instruction);
    }
}

static void on_translate(void *block, void *data)
{
    (void)data;
    const size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; i++) {
        look_at(block, i, count);
    }
}

static void on_cpu(unsigned cpu, void *data)
{
    (void)data;
    if (!registers_find()) {
        (void)fprintf(stderr, "guest-cpu: CPU %u: QEMU names registers otherwise\n", cpu);
        exit(1);
    }
}

static bool open_control(const char *path)
{
    struct stat about;
    const int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || fstat(file, &about) != 0 || about.st_size < (off_t)sizeof *guest_control) {
        return false;
    }
    guest_control = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    (void)close(file);
    return guest_control != MAP_FAILED && guest_control->magic == CONTROL_PAGE_MAGIC &&
           (uint64_t)about.st_size >= control_page_bytes(guest_control->pages);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "cbit=", 5) == 0) {
            guest_c_bit = (unsigned)strtoul(argv[i] + 5, NULL, 10);
        } else if (strncmp(argv[i], "control=", 8) == 0 && !open_control(argv[i] + 8)) {
            (void)fprintf(stderr, "guest-cpu: %s is not what it should be\n", argv[i]);
            return 1;
        }
    }
    if (guest_control == NULL || guest_c_bit < 32 || guest_c_bit > 51) {
        (void)fprintf(stderr, "guest-cpu: control=FILE and cbit=32..51 are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, on_cpu, NULL);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate, NULL);
    return 0;
}
