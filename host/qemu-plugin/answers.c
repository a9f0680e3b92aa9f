/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What CPUID and RDMSR tell an SEV guest.
 */
#include "host/qemu-plugin/answers.h"

#include <stdbool.h>
#include <string.h>

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

/* What the CPU whose thread runs is to find, if anything. */
static __thread struct {
    bool is_due;
    uint64_t rax, rbx, rcx, rdx;
} answer;

static void set_answer(uint64_t rax, uint64_t rbx, uint64_t rcx, uint64_t rdx)
{
    answer.is_due = true;
    answer.rax = rax;
    answer.rbx = rbx;
    answer.rcx = rcx;
    answer.rdx = rdx;
}

static void before_cpuid(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    switch ((uint32_t)register_read(REGISTER_RAX)) {
    case CPUID_EXTENDED: /* AuthenticAMD */
        set_answer(CPUID_SEV, 0x68747541, 0x444d4163, 0x69746e65);
        break;
    case CPUID_SEV: /* SEV; the physical address loses one bit */
        (void)__atomic_fetch_add(&guest_control->detections, 1, __ATOMIC_RELAXED);
        set_answer(1u << 1, guest_c_bit | 1u << 6, SEV_ASIDS, SEV_MIN_ASID);
        break;
    case CPUID_HYPERVISOR: /* KVMKVMKVM */
        set_answer(CPUID_KVM_FEATURES, 0x4b4d564b, 0x564b4d56, 0x4d);
        break;
    case CPUID_KVM_FEATURES: /* HC_MAP_GPA_RANGE, MIGRATION_CONTROL: it tells what it shares */
        set_answer(1u << 16 | 1u << 17, 0, 0, 0);
        break;
    default:
        break;
    }
}

/* It leaves RBX and RCX as they are. A program gets the exception that it gets of any MSR. */
static void before_rdmsr(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    if ((uint32_t)register_read(REGISTER_RCX) == MSR_SEV_STATUS && registers_in_kernel()) {
        set_answer(SEV_STATUS_SEV, register_read(REGISTER_RBX), MSR_SEV_STATUS, 0);
    }
}

/* DATA is where to go on instead of executing it (registers_address()), if that is still to come. */
static void behind(unsigned cpu, void *data)
{
    (void)cpu;
    if (!answer.is_due) {
        return;
    }
    answer.is_due = false;
    register_write(REGISTER_RAX, answer.rax);
    register_write(REGISTER_RBX, answer.rbx);
    register_write(REGISTER_RCX, answer.rcx);
    register_write(REGISTER_RDX, answer.rdx);
    if (data != NULL) {
        registers_go_on((uintptr_t)data);
    }
}

void answers_look_at(const struct instruction *instruction)
{
    static const uint8_t cpuid[] = {0x0f, 0xa2};
    static const uint8_t rdmsr[] = {0x0f, 0x32};
    qemu_vcpu_callback *before = NULL;
    if (instruction->size == sizeof cpuid && memcmp(instruction->code, cpuid, sizeof cpuid) == 0) {
        before = before_cpuid;
    } else if (instruction->size == sizeof rdmsr &&
               memcmp(instruction->code, rdmsr, sizeof rdmsr) == 0) {
        before = before_rdmsr;
    } else {
        return;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(instruction->handle, before, QEMU_REGISTERS_READ, NULL);
    if (instruction->following != NULL) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction->following, behind, QEMU_REGISTERS_WRITE,
                                               NULL);
    } else {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction->handle, behind, QEMU_REGISTERS_WRITE_PC,
                                               (void *)(uintptr_t)instruction->next);
    }
}
