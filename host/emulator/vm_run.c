/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine runs (vm_run.h).
 */
#include "host/emulator/vm_run.h"

#include <signal.h>
#include <sys/time.h>

#include "host/emulator/hypervisor.h"
#include "host/lib/deadline.h"

#define TURN_BLOCKS 20000u
#define TICK_US 200000

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

/* What the handler of the timer looks at. It disturbs nothing unless the run is to end. */
static struct {
    struct backend *volatile backend; /* That runs now, or NULL. */
    const volatile sig_atomic_t *cancel;
    int64_t deadline; /* 0: none */
} running;

static bool is_over(void)
{
    return (running.cancel != NULL && *running.cancel != 0) ||
           (running.deadline != 0 && deadline_now_us() > running.deadline);
}

static void on_alarm(int number)
{
    (void)number;
    struct backend *backend = running.backend;
    if (backend != NULL && is_over()) {
        backend_interrupt(backend);
    }
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
        if (is_over()) {
            return VM_TIME;
        }
        if (!vm->halted[vm->next]) {
            running.backend = cpu->backend;
            const enum hypervisor_next next = turn(vm, cpu);
            running.backend = NULL;
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
    const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const struct itimerval often = {.it_interval = {.tv_usec = TICK_US},
                                    .it_value = {.tv_usec = TICK_US}};
    const struct itimerval never = {0};
    struct sigaction before;
    running.cancel = vm->emulator->board.mailbox.cancel;
    running.deadline = seconds != 0 ? started + seconds * 1000000LL : 0;
    (void)sigaction(SIGALRM, &action, &before);
    (void)setitimer(ITIMER_REAL, &often, NULL);
    const enum vm_stop stop = run(vm);
    (void)setitimer(ITIMER_REAL, &never, NULL);
    (void)sigaction(SIGALRM, &before, NULL);
    vm->run_us += deadline_now_us() - started;
    if (stop == VM_ENDED) {
        vm_show(vm, VM_AT_END);
    }
    return stop;
}
