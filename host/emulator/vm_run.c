/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine runs (vm_run.h).
 */
#include "host/emulator/vm_run.h"

#include "host/emulator/hypervisor.h"
#include "host/emulator/run_limit.h"
#include "host/lib/deadline.h"

#define TURN_BLOCKS 20000u

/* One turn of a virtual CPU. */
static enum hypervisor_next turn(struct vm *vm, struct cpu *cpu)
{
    enum hypervisor_next next = HYPERVISOR_GO_ON;
    const uint64_t last = backend_blocks(cpu->backend) + TURN_BLOCKS;
    while (next == HYPERVISOR_GO_ON && !vm->devices.has_verdict) {
        const uint64_t now = backend_blocks(cpu->backend);
        if (vm->machine.vcpus > 1 && now >= last) {
            return HYPERVISOR_YIELD;
        }
        const struct cpu_exit exit = cpu_vmrun(cpu, vm->machine.vcpus > 1 ? last - now : 0);
        next = hypervisor_exit(vm, cpu, &exit);
    }
    return next;
}

static bool all_halted(const struct vm *vm)
{
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        if (!vm->halted[i]) {
            return false;
        }
    }
    return true;
}

static enum vm_stop run(struct vm *vm)
{
    while (!vm->devices.has_verdict) {
        struct cpu *cpu = &vm->cpus[vm->next];
        if (all_halted(vm)) {
            (void)hypervisor_broken(vm, "it has stopped without a verdict");
            return VM_BROKEN;
        }
        if (run_limit_is_over()) {
            return VM_TIME;
        }
        if (!vm->halted[vm->next]) {
            run_limit_watch(cpu->backend);
            const enum hypervisor_next next = turn(vm, cpu);
            run_limit_watch(NULL);
            if (next == HYPERVISOR_BROKEN) {
                return VM_BROKEN;
            }
            if (next == HYPERVISOR_PAUSE) {
                return VM_PAUSED;
            }
            vm->halted[vm->next] = next == HYPERVISOR_HALT;
        }
        vm->next = (vm->next + 1) % vm->machine.vcpus;
    }
    return VM_ENDED;
}

enum vm_stop vm_run(struct vm *vm, unsigned seconds)
{
    const int64_t started = deadline_now_us();
    run_limit_begin(vm->emulator->board.mailbox.cancel,
                    seconds != 0 ? started + seconds * 1000000LL - vm->run_us : 0);
    const enum vm_stop stop = run(vm);
    run_limit_end();
    vm->run_us += deadline_now_us() - started;
    if (stop == VM_ENDED) {
        vm_show(vm, VM_AT_END);
    }
    return stop;
}
