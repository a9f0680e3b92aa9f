/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMMCALL, which QEMU does not know: it is not executed. What arithmetic flags are then is left to chance,
 * as callers expect of it.
 */
#include "host/qemu-plugin/hypercalls.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/qemu-plugin/qemu_api.h"
#include "host/qemu-plugin/registers.h"

#define KVM_HC_MAP_GPA_RANGE 12u
#define KVM_MAP_PRIVATE 0x10u
#define KVM_ENOSYS 1000
#define KVM_EPERM 1
#define PAGE_BYTES 4096u
#define BUSY_TRIES 60000u /* of a millisecond: the memory controller is gone, or stopped */

/*
 * The memory controller may be at a page that is shared from now on: what the guest wrote there would be
 * lost.
 */
static void wait_for_controller(uint64_t page)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    unsigned tries = 0;
    while (__atomic_load_n(&guest_control->busy, __ATOMIC_SEQ_CST) == page) {
        if (++tries == BUSY_TRIES) {
            (void)fprintf(stderr, "guest-cpu: the memory controller does not get on\n");
            exit(1);
        }
        (void)nanosleep(&moment, NULL);
    }
}

static void share_page(uint64_t page, uint64_t *word, uint64_t bit)
{
    if (page >= CONTROL_PAGE_LOW_BYTES / PAGE_BYTES) {
        (void)__atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST);
        wait_for_controller(page);
    }
}

/* Linux first says so of all memory, of which nothing is shared yet. */
static void take_back_page(uint64_t page, uint64_t *word, uint64_t bit)
{
    if ((__atomic_load_n(word, __ATOMIC_SEQ_CST) & bit) != 0) {
        (void)__atomic_fetch_or(
            &control_page_taken_back(guest_control, guest_control->pages)[page / 64], bit,
            __ATOMIC_SEQ_CST);
        (void)__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
    }
}

/* KVM_HC_MAP_GPA_RANGE: address, pages, attributes. */
static void map_range(uint64_t paddr, uint64_t pages, bool is_private)
{
    uint64_t page = paddr / PAGE_BYTES;
    (void)__atomic_fetch_add(&guest_control->calls, 1, __ATOMIC_RELAXED);
    for (; pages != 0 && page < guest_control->pages; pages--, page++) {
        const uint64_t bit = UINT64_C(1) << (page % 64);
        uint64_t *word = &guest_control->shared[page / 64];
        if (is_private) {
            take_back_page(page, word, bit);
        } else {
            share_page(page, word, bit);
        }
        (void)__atomic_fetch_add(&guest_control->conversions, 1, __ATOMIC_RELAXED);
    }
}

/* KVM serves the kernel alone: a program would take the kernel's buffers from it. */
static void on_vmmcall(unsigned cpu, void *data)
{
    uint64_t result = (uint64_t)-KVM_ENOSYS;
    (void)cpu;
    if (!registers_in_kernel()) {
        result = (uint64_t)-KVM_EPERM;
    } else if (register_read(REGISTER_RAX) == KVM_HC_MAP_GPA_RANGE) {
        map_range(register_read(REGISTER_RBX), register_read(REGISTER_RCX),
                  (register_read(REGISTER_RDX) & KVM_MAP_PRIVATE) != 0);
        result = 0;
    }
    register_write(REGISTER_RAX, result);
    registers_go_on((uintptr_t)data);
}

void hypercalls_look_at(const struct instruction *instruction)
{
    static const uint8_t vmmcall[] = {0x0f, 0x01, 0xd9};
    if (instruction->size == sizeof vmmcall &&
        memcmp(instruction->code, vmmcall, sizeof vmmcall) == 0) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction->handle, on_vmmcall,
                                               QEMU_REGISTERS_WRITE_PC,
                                               (void *)(uintptr_t)instruction->next);
    }
}
