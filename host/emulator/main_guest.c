/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's run as virtasp-emulator prints and reports it (settings.h).
 */
#include <stdlib.h>

#include "host/demo/show.h"
#include "host/emulator/settings.h"

static void summary(const struct vm *vm, enum vm_stop stop)
{
    uint64_t fills = 0;
    uint64_t exceptions = 0;
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        fills += vm->cpus[i].counts.fills;
        exceptions += vm->cpus[i].counts.exceptions;
    }
    const struct x86_cache_counts cache = x86_cache_counts(vm->emulator->x86.cache);
    show_step("guest", stop == VM_ENDED && vm->devices.verdict == 0 ? "ok" : SHOW_FAILED,
              vm->run_us, "%llu exits, %llu exceptions, %llu pages filled, %llu lines decrypted",
              (unsigned long long)vm->exits, (unsigned long long)exceptions,
              (unsigned long long)fills, (unsigned long long)cache.lines_read);
    if (stop == VM_ENDED && vm->devices.verdict != 0) {
        show_step("verdict", SHOW_FAILED, -1, "%u of the guest's checks do not hold",
                  vm->devices.verdict);
    } else if (stop == VM_BROKEN) {
        show_step("verdict", SHOW_FAILED, -1, "%s", vm->problem);
    } else if (stop == VM_TIME) {
        show_step("verdict", SHOW_FAILED, -1, "it has not ended in time, or was interrupted");
    }
}

void main_heading(const struct settings *settings, const char *title)
{
    if (!settings->quiet) {
        show_part(title);
    }
    if (settings->report != NULL) {
        report_phase(&settings->report->page, title);
    }
}

static enum vm_stop run_launched(struct vm *vm, const struct settings *settings)
{
    enum vm_stop stop;
    main_heading(settings, "The guest runs");
    if (settings->report != NULL) {
        vm_report_runs(settings->report);
    }
    do {
        stop = vm_run(vm, settings->seconds);
    } while (stop == VM_PAUSED);
    if (settings->report != NULL) {
        vm_report_ran(settings->report);
    }
    summary(vm, stop);
    return stop;
}

bool main_run_guest(struct emulator *emulator, const struct vm_options *options,
                    const struct settings *settings)
{
    struct vm *vm = calloc(1, sizeof *vm);
    if (vm == NULL) {
        return false;
    }
    const bool launched = vm_launch(vm, emulator, options);
    const enum vm_stop stop = launched ? run_launched(vm, settings) : VM_BROKEN;
    bool good = launched && stop == VM_ENDED && vm->devices.verdict == 0;
    if (settings->report != NULL) {
        vm_report_conclude(settings->report, vm, launched, stop);
        report_phase(&settings->report->page, "The guest ends");
    }
    good = vm_end(vm) && good;
    free(vm);
    return good;
}
