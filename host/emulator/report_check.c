/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner of a guest with SEV-SNP, far from the machine: it gets a report through the host, and
 * verifies it up to the root.
 */
#include <stdio.h>
#include <string.h>

#include "host/demo/snp_owner.h"
#include "host/emulator/hypervisor.h"

#define REFUSED 1u

uint64_t hypervisor_report(struct vm *vm, uint64_t gpa)
{
    struct snp_report report;
    struct snp_expectation expectation = {.policy = vm->tenant.policy};
    struct provision_error reason = {0};
    const uint64_t spa = nested_find(&vm->nested, gpa);
    if (spa == 0 || !snp_owner_measure(&vm->snp_image, expectation.measurement)) {
        return REFUSED;
    }
    emulator_read(vm->emulator, spa, &report, sizeof report);
    vm->evidence.report = report;
    vm->evidence.reported = true;
    /* The question is the guest's own; the answer is about it. */
    memcpy(expectation.report_data, report.report_data, sizeof expectation.report_data);
    if (!snp_owner_accepts(vm->emulator->directory, &report, &expectation, &reason)) {
        (void)fprintf(stderr, "the owner refuses the report: %s\n", reason.text);
        return REFUSED;
    }
    return 0;
}
