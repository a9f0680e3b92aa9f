/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processor's side of the reverse map table beside the model (rmp_compare.h).
 */
#include "tests/host/rmp_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host/rmp_machine.h"

unsigned rmp_compare_step;

unsigned rmp_compare_bits(const struct rmp_model_permissions *permissions)
{
    return (permissions->read ? 1u : 0) | (permissions->write ? 2u : 0) |
           (permissions->execute_user ? 4u : 0) | (permissions->execute_supervisor ? 8u : 0);
}

void rmp_compare_end(struct x86_rmp_outcome outcome, enum rmp_model_end end, uint64_t fault)
{
    static const struct {
        enum x86_rmp_event event;
        enum rmp_result result;
        uint64_t error;
    } expected[] = {
        [RMP_MODEL_SUCCESS] = {X86_RMP_EVENT_NONE, RMP_SUCCESS, 0},
        [RMP_MODEL_FAIL_INPUT] = {X86_RMP_EVENT_NONE, RMP_FAIL_INPUT, 0},
        [RMP_MODEL_FAIL_PERMISSION] = {X86_RMP_EVENT_NONE, RMP_FAIL_PERMISSION, 0},
        [RMP_MODEL_FAIL_OVERLAP] = {X86_RMP_EVENT_NONE, RMP_FAIL_OVERLAP, 0},
        [RMP_MODEL_FAIL_SIZE] = {X86_RMP_EVENT_NONE, RMP_FAIL_SIZEMISMATCH, 0},
        [RMP_MODEL_GENERAL_PROTECTION] = {X86_RMP_EVENT_GP, RMP_SUCCESS, 0},
        [RMP_MODEL_FAULT_OWNER] = {X86_RMP_EVENT_NPF, RMP_SUCCESS, 0},
        [RMP_MODEL_FAULT_SIZE] = {X86_RMP_EVENT_NPF, RMP_SUCCESS, 0},
        [RMP_MODEL_FAULT_SMASH] = {X86_RMP_EVENT_NPF, RMP_SUCCESS, 1ull << 35},
        [RMP_MODEL_FAULT_VMPL] = {X86_RMP_EVENT_NPF, RMP_SUCCESS, 1ull << 36},
        [RMP_MODEL_NOT_VALIDATED] = {X86_RMP_EVENT_VC, RMP_SUCCESS, 0x404},
    };
    const bool faults = expected[end].event == X86_RMP_EVENT_NPF;
    if (outcome.event != expected[end].event || outcome.result != expected[end].result ||
        outcome.error != (expected[end].error | (faults ? fault : 0))) {
        fail_msg("step %u: model %d, event %d, result %d, error %llx", rmp_compare_step, (int)end,
                 (int)outcome.event, (int)outcome.result, (unsigned long long)outcome.error);
    }
}

void rmp_compare_page(const struct rmp_model *model, uint64_t base, size_t number)
{
    const struct rmp_model_page *page = &model->pages[number];
    const struct x86_rmp_page found = rmp_machine_page(base + number * 0x1000);
    bool same = found.covered && found.assigned == page->assigned &&
                found.large == page->part_of_2m && found.immutable == page->immutable &&
                found.validated == page->validated && found.vmsa == page->vmsa &&
                found.asid == page->asid && found.gpa == page->gpa &&
                found.subpages == rmp_model_subpages(model, number);
    for (unsigned vmpl = 0; vmpl < RMP_MODEL_VMPLS; vmpl++) {
        same = same && found.permissions[vmpl] == rmp_compare_bits(&page->vmpl[vmpl]);
    }
    if (!same) {
        fail_msg("step %u: page %zu is %s", rmp_compare_step, number,
                 x86_rmp_state_name(x86_rmp_state_of(&found)));
    }
}
