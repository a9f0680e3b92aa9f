/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine (vm.h).
 */
#include "host/emulator/vm.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/emulator/disk.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"

#define C_BIT_OF(mask) ((uint32_t)__builtin_ctzll(mask))

uint64_t vm_spa(const struct vm *vm, uint64_t gpa)
{
    const uint64_t page = nested_find(&vm->nested, gpa);
    return page != 0 ? page + gpa % VM_PAGE_BYTES : 0;
}

void vm_show(struct vm *vm, enum vm_moment moment)
{
    if (vm->options.look != NULL) {
        vm->options.look(vm->options.look_context, vm, moment);
    }
}

void vm_begin(struct vm *vm, struct emulator *emulator, const struct vm_options *options)
{
    *vm = (struct vm){.emulator = emulator, .options = *options};
    vm->machine = (struct vm_machine){.vcpus = options->vcpus,
                                      .memory_bytes = options->memory_bytes,
                                      .flags = options->flags,
                                      .c_bit = C_BIT_OF(emulator->x86.c_bit)};
    vm->nested.emulator = emulator;
    vm->devices.nested = &vm->nested;
    vm->devices.prefix = options->prefix;
}

bool vm_place(struct vm *vm)
{
    vm->base = dram_allocate_anywhere(&vm->emulator->board.dram, vm->machine.memory_bytes, 0);
    bool good = vm->base != 0 && nested_map_device(&vm->nested, GUEST_MMIO_GPA);
    for (uint64_t gpa = 0; gpa < vm->machine.memory_bytes && good; gpa += VM_PAGE_BYTES) {
        good = nested_map(&vm->nested, gpa, vm->base + gpa);
    }
    return good || demo_fail("memory", "there is not enough for %llu MiB",
                             (unsigned long long)(vm->machine.memory_bytes >> 20));
}

static bool launch(struct vm *vm)
{
    if ((vm->machine.flags & GUEST_SNP) != 0) {
        return vm_snp_launch(vm) && nested_map_device(&vm->nested, GUEST_MMIO_GPA);
    }
    if (!vm_place(vm)) {
        return false;
    }
    if (!emulator_write(vm->emulator, vm->base, vm->image.bytes, vm->image.length)) {
        return demo_fail("memory", "it is not the hypervisor's");
    }
    vm_show(vm, VM_BEFORE_LAUNCH);
    if ((vm->machine.flags & GUEST_SEV) != 0) {
        return vm_sev_launch(vm);
    }
    vm->asid = vm->emulator->x86.max_asid;
    return true;
}

bool vm_power_up(struct vm *vm, uint32_t i)
{
    struct emulator *emulator = vm->emulator;
    struct cpu *cpu = &vm->cpus[i];
    const uint64_t vmcb = dram_allocate_anywhere(&emulator->board.dram, VM_PAGE_BYTES, 0);
    if (vmcb == 0 || !cpu_open(cpu, &emulator->cores, i % emulator->x86.cores, emulator->arena,
                               emulator->arena_bytes)) {
        return demo_fail("virtual CPU", "no memory");
    }
    cpu->vmcb = (struct x86_vmcb){.paddr = vmcb,
                                  .asid = vm->asid,
                                  .nested_paging = true,
                                  .sev = (vm->machine.flags & GUEST_SEV) != 0,
                                  .sev_es = (vm->machine.flags & GUEST_ES) != 0,
                                  .ncr3 = vm->nested.root,
                                  .vmsa = vm->vmsa[i]};
    cpu->intercept_pause = vm->machine.vcpus > 1;
    if (!cpu->vmcb.sev_es) {
        vm_image_registers(&vm->image, &vm->machine, i, &cpu->registers);
    }
    return true;
}

bool vm_launch(struct vm *vm, struct emulator *emulator, const struct vm_options *options)
{
    struct provision_error error = {0};
    const int64_t started = deadline_now_us();
    vm_begin(vm, emulator, options);
    if (options->vcpus == 0 || options->vcpus > GUEST_CPUS_MAX) {
        return demo_fail(options->name, "1 to %u virtual CPUs", GUEST_CPUS_MAX);
    }
    if (!vm_image_make(&vm->image, options->path, &vm->machine, &error)) {
        return demo_fail(options->name, "%s", error.text);
    }
    if (RAND_bytes(vm->secret, sizeof vm->secret) != 1 ||
        !disk_make(vm->devices.disk, vm->secret)) {
        return demo_fail(options->name, "the cryptographic library failed");
    }
    if (!launch(vm)) {
        return false;
    }
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        if (!vm_power_up(vm, i)) {
            return false;
        }
    }
    vm_show(vm, VM_AFTER_LAUNCH);
    vm->launch_us = deadline_now_us() - started;
    return true;
}

bool vm_end(struct vm *vm)
{
    bool good = true;
    for (uint32_t i = 0; i < GUEST_CPUS_MAX; i++) {
        cpu_close(&vm->cpus[i]);
    }
    if ((vm->machine.flags & GUEST_SNP) != 0) {
        good = vm_snp_end(vm);
    } else if ((vm->machine.flags & GUEST_SEV) != 0) {
        good = vm_sev_end(vm);
    }
    vm_image_free(&vm->image);
    OPENSSL_cleanse(vm->secret, sizeof vm->secret);
    return good;
}
