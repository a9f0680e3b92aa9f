/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin for QEMU's TCG: what an SEV guest sees of its CPU. Instructions that a processor with SEV
 * treats in another way than QEMU does are done here, before QEMU would: CPUID (8000_001F, and the
 * hypervisor's leaves), RDMSR of SEV_STATUS, VMMCALL; and page tables are always private.
 *
 * Arguments: cbit=N, control=FILE (host/linux/control_page.h).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/linux/control_page.h"
#include "host/qemu-plugin/qemu_api.h"
#include "host/qemu-plugin/registers.h"

#define CPUID_EXTENDED 0x80000000u
#define CPUID_SEV 0x8000001fu
#define CPUID_HYPERVISOR 0x40000000u
#define CPUID_KVM_FEATURES 0x40000001u
#define SEV_ASIDS 509u
#define SEV_MIN_ASID 100u
#define MSR_SEV_STATUS 0xc0010131u
#define SEV_STATUS_SEV 1u
#define KVM_HC_MAP_GPA_RANGE 12u
#define KVM_MAP_PRIVATE 0x10u
#define KVM_ENOSYS 1000
#define PAGE_BYTES 4096u
#define BUSY_TRIES 60000u /* of a millisecond: the memory controller is gone, or stopped */
#define ROM_FIRST UINT64_C(0xffff0000)
#define ROM_LAST UINT64_C(0xffffffff)
#define CR0_PG (UINT64_C(1) << 31)
#define CR3_KEEP_TLB (UINT64_C(1) << 63)

QEMU_EXPORT int qemu_plugin_version = QEMU_API_VERSION;

static unsigned c_bit = 51;
static struct control_page *control;

static void answer(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint64_t next)
{
    register_write(REGISTER_RAX, a);
    register_write(REGISTER_RBX, b);
    register_write(REGISTER_RCX, c);
    register_write(REGISTER_RDX, d);
    registers_go_on(next);
}

static void on_cpuid(unsigned cpu, void *data)
{
    const uint64_t next = (uintptr_t)data;
    (void)cpu;
    switch ((uint32_t)register_read(REGISTER_RAX)) {
    case CPUID_EXTENDED: /* AuthenticAMD */
        answer(CPUID_SEV, 0x68747541, 0x444d4163, 0x69746e65, next);
        break;
    case CPUID_SEV: /* SEV; the physical address loses one bit */
        (void)__atomic_fetch_add(&control->detections, 1, __ATOMIC_RELAXED);
        answer(1u << 1, c_bit | 1u << 6, SEV_ASIDS, SEV_MIN_ASID, next);
        break;
    case CPUID_HYPERVISOR: /* KVMKVMKVM */
        answer(CPUID_KVM_FEATURES, 0x4b4d564b, 0x564b4d56, 0x4d, next);
        break;
    case CPUID_KVM_FEATURES: /* HC_MAP_GPA_RANGE, MIGRATION_CONTROL: it tells what it shares */
        answer(1u << 16 | 1u << 17, 0, 0, 0, next);
        break;
    default:
        break;
    }
}

static void on_rdmsr(unsigned cpu, void *data)
{
    (void)cpu;
    if ((uint32_t)register_read(REGISTER_RCX) == MSR_SEV_STATUS) {
        register_write(REGISTER_RAX, SEV_STATUS_SEV);
        register_write(REGISTER_RDX, 0);
        registers_go_on((uintptr_t)data);
    }
}

/*
 * The memory controller may be at a page that is shared from now on: what the guest wrote there would be
 * lost.
 */
static void wait_for_controller(uint64_t page)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    unsigned tries = 0;
    while (__atomic_load_n(&control->busy, __ATOMIC_SEQ_CST) == page) {
        if (++tries == BUSY_TRIES) {
            (void)fprintf(stderr, "guest-cpu: the memory controller does not get on\n");
            exit(1);
        }
        (void)nanosleep(&moment, NULL);
    }
}

/* KVM_HC_MAP_GPA_RANGE: address, pages, attributes. */
static void map_range(uint64_t paddr, uint64_t pages, bool is_private)
{
    uint64_t page = paddr / PAGE_BYTES;
    (void)__atomic_fetch_add(&control->calls, 1, __ATOMIC_RELAXED);
    for (; pages != 0 && page < control->pages; pages--, page++) {
        const uint64_t bit = UINT64_C(1) << (page % 64);
        uint64_t *word = &control->shared[page / 64];
        if (is_private) {
            (void)__atomic_fetch_or(&control_page_taken_back(control)[page / 64], bit,
                                    __ATOMIC_SEQ_CST);
            (void)__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
        } else if (page >= CONTROL_PAGE_LOW_BYTES / PAGE_BYTES) {
            (void)__atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST);
            wait_for_controller(page);
        }
        (void)__atomic_fetch_add(&control->conversions, 1, __ATOMIC_RELAXED);
    }
}

static void on_vmmcall(unsigned cpu, void *data)
{
    uint64_t result = (uint64_t)-KVM_ENOSYS;
    (void)cpu;
    if (register_read(REGISTER_RAX) == KVM_HC_MAP_GPA_RANGE) {
        map_range(register_read(REGISTER_RBX), register_read(REGISTER_RCX),
                  (register_read(REGISTER_RDX) & KVM_MAP_PRIVATE) != 0);
        result = 0;
    }
    register_write(REGISTER_RAX, result);
    registers_go_on((uintptr_t)data);
}

/* A MOV to CR3: what it moves, and what follows. Made once for each place, and kept. */
struct move {
    struct move *other;
    uint64_t next;
    unsigned source;
};

/*
 * Page tables of an SEV guest are private whatever CR3 says, which Linux's decompressor relies on. In
 * 32-bit code CR3 has no such bit, and starting CPUs have their first table in low memory, which is
 * private anyway.
 */
static void on_move_to_cr3(unsigned cpu, void *data)
{
    const struct move *move = data;
    (void)cpu;
    if ((register_read(REGISTER_CR0) & CR0_PG) == 0) {
        return;
    }
    const uint64_t value = register_read(move->source);
    const uint64_t bit = UINT64_C(1) << c_bit;
    if ((value & bit) == 0) {
        register_write(REGISTER_CR3, (value & ~CR3_KEEP_TLB) | bit);
        qemu_plugin_set_pc(move->next);
    }
}

static struct move *find_move(uint64_t next, unsigned source)
{
    static struct move *moves;
    struct move *first = __atomic_load_n(&moves, __ATOMIC_ACQUIRE);
    for (struct move *move = first; move != NULL; move = move->other) {
        if (move->next == next && move->source == source) {
            return move;
        }
    }
    struct move *made = malloc(sizeof *made);
    if (made == NULL) {
        abort(); /* without it the guest would read other page tables than it means */
    }
    *made = (struct move){.other = first, .next = next, .source = source};
    while (!__atomic_compare_exchange_n(&moves, &made->other, made, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
    }
    return made;
}

/* Instructions without operands, by their bytes. */
static const struct {
    uint8_t size;
    uint8_t bytes[3];
    qemu_vcpu_callback *callback;
} instructions[] = {
    {2, {0x0f, 0xa2}, on_cpuid},
    {2, {0x0f, 0x32}, on_rdmsr},
    {3, {0x0f, 0x01, 0xd9}, on_vmmcall},
};

static void look_at(void *instruction)
{
    uint8_t code[4] = {0};
    const size_t size = qemu_plugin_insn_size(instruction);
    if (size < 2 || size > sizeof code || qemu_plugin_insn_data(instruction, code, size) != size) {
        return;
    }
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    for (size_t i = 0; i < sizeof instructions / sizeof instructions[0]; i++) {
        if (size == instructions[i].size && memcmp(code, instructions[i].bytes, size) == 0) {
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, instructions[i].callback,
                                                   QEMU_REGISTERS_WRITE_PC,
                                                   (void *)(uintptr_t)(address + size));
        }
    }
    /* MOV CR3, register; not in the entry ROM, whose first tables are its own. */
    const size_t rex = (code[0] & 0xf0) == 0x40 ? 1 : 0;
    const bool extended = rex != 0 && (code[0] & 4) != 0; /* CR11: no such register */
    if (size == 3 + rex && code[rex] == 0x0f && code[rex + 1] == 0x22 &&
        (code[rex + 2] & 0x38) == 0x18 && !extended &&
        (address < ROM_FIRST || address > ROM_LAST)) {
        const unsigned source = (code[rex + 2] & 7u) | (rex != 0 && (code[0] & 1) != 0 ? 8u : 0);
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_move_to_cr3, QEMU_REGISTERS_WRITE_PC,
                                               find_move(address + size, source));
    }
}

static void on_translate(void *block, void *data)
{
    (void)data;
    const size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; i++) {
        look_at(qemu_plugin_tb_get_insn(block, i));
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
    if (file < 0 || fstat(file, &about) != 0 || about.st_size < (off_t)sizeof *control) {
        return false;
    }
    control = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    (void)close(file);
    return control != MAP_FAILED && control->magic == CONTROL_PAGE_MAGIC &&
           (uint64_t)about.st_size >= control_page_bytes(control->pages);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "cbit=", 5) == 0) {
            c_bit = (unsigned)strtoul(argv[i] + 5, NULL, 10);
        } else if (strncmp(argv[i], "control=", 8) == 0 && !open_control(argv[i] + 8)) {
            (void)fprintf(stderr, "guest-cpu: %s is not what it should be\n", argv[i]);
            return 1;
        }
    }
    if (control == NULL || c_bit < 32 || c_bit > 51) {
        (void)fprintf(stderr, "guest-cpu: control=FILE and cbit=32..51 are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, on_cpu, NULL);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate, NULL);
    return 0;
}
