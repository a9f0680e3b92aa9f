/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the report share.
 */
#ifndef HOST_EMULATOR_REPORT_VM_REPORT_INTERNAL_H
#define HOST_EMULATOR_REPORT_VM_REPORT_INTERNAL_H

#include "host/emulator/report/vm_report.h"

/** The host attacks a page, or has attacked it (vm_report_attack.c). */
void vm_report_attacked(struct vm_report *report, struct vm *vm, bool after);

#endif
