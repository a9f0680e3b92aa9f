/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report says of a guest that is about to end. Its keys are not among it.
 */
#include <inttypes.h>
#include <openssl/rand.h>
#include <string.h>

#include "host/demo/snp_owner.h"
#include "host/emulator/report/vm_report.h"

/* The owner's question to a guest that has shown no report by itself: the emulator asks for one. */
static void ask_for_report(struct vm_report *report, struct vm *vm)
{
    uint8_t question[SNP_REPORT_DATA_BYTES];
    struct snp_report found;
    x86_cache_write_back(vm->emulator->x86.cache);
    if (RAND_bytes(question, sizeof question) == 1 && snp_tenant_open_channel(&vm->tenant) &&
        snp_tenant_report(&vm->tenant, question, &found) == SEV_STATUS_SUCCESS) {
        vm->evidence.report = found;
        vm->evidence.reported = true;
        report->asked = true;
    }
}

static void conclude_snp(struct vm_report *report, struct vm *vm, bool launched)
{
    struct snp_expectation expectation = {.policy = vm->tenant.policy};
    const struct vm_evidence *evidence = &vm->evidence;
    struct provision_error reason = {0};
    struct report *page = &report->page;
    if (!evidence->reported && launched) {
        ask_for_report(report, vm);
    }
    const bool expects = snp_owner_measure(&vm->snp_image, expectation.measurement);
    memcpy(expectation.report_data, evidence->report.report_data, sizeof expectation.report_data);
    struct chain chain;
    chain_read_snp(&chain, vm->emulator->directory, evidence->reported ? &evidence->report : NULL);
    report_chain(page, &chain);
    if (expects) {
        report_value(page, "Expected: what the owner computes of the image",
                     expectation.measurement, sizeof expectation.measurement);
    }
    if (!evidence->reported) {
        report_measured(page, false, "There is no attestation report.");
        return;
    }
    const bool accepted =
        snp_owner_accepts(vm->emulator->directory, &evidence->report, &expectation, &reason);
    report_measured(page, accepted, "%s",
                    accepted ? "The owner accepts the attestation report." : reason.text);
    page->measurement.aside =
        report->asked ? "The guest has shown no report by itself: the emulator has asked for this "
                        "one in its place."
                      : "The guest has asked for the report, and shown it to its owner.";
    report_value(page, "Found: MEASUREMENT of the report", evidence->report.measurement,
                 sizeof evidence->report.measurement);
    report_value(page, "REPORT_DATA: the question that it answers", evidence->report.report_data,
                 sizeof evidence->report.report_data);
}

static void conclude_sev(struct report *page, struct vm *vm)
{
    const struct vm_evidence *evidence = &vm->evidence;
    struct chain chain;
    chain_read_sev(&chain, vm->emulator->directory, &vm->emulator->board, &evidence->pdh,
                   evidence->exported ? &evidence->chain : NULL);
    report_chain(page, &chain);
    if (evidence->measured) {
        report_launch(page, evidence->expected, &evidence->found, evidence->launch_digest,
                      "Launch digest, SHA-256 of image, page tables and registers");
    } else {
        report_measured(page, false, "Nothing was measured.");
    }
}

static void judge(struct report *page, const struct vm *vm, bool launched, enum vm_stop stop)
{
    const uint32_t failed = vm->devices.verdict;
    if (!launched) {
        report_verdict(page, false, "It was not launched");
    } else if (stop == VM_ENDED && failed == 0) {
        report_verdict(page, true, "All of its checks hold");
    } else if (stop == VM_ENDED) {
        report_verdict(page, false, "%" PRIu32 " of its checks %s not hold", failed,
                       failed == 1 ? "does" : "do");
    } else if (stop == VM_TIME) {
        report_verdict(page, false, "It has not ended in time");
    } else {
        report_verdict(page, false, "It cannot go on: %s", vm->problem != NULL ? vm->problem : "");
    }
}

static const char *protection_of(uint32_t flags)
{
    return (flags & GUEST_SNP) != 0   ? "SEV-SNP"
           : (flags & GUEST_ES) != 0  ? "SEV-ES"
           : (flags & GUEST_SEV) != 0 ? "SEV"
                                      : NULL;
}

static void add_facts(const struct vm_report *report, struct report *page, const struct vm *vm)
{
    const struct vm_machine *machine = &vm->machine;
    uint64_t exceptions = 0;
    uint64_t fills = 0;
    for (uint32_t i = 0; i < machine->vcpus && i < GUEST_CPUS_MAX; i++) {
        exceptions += vm->cpus[i].counts.exceptions;
        fills += vm->cpus[i].counts.fills;
    }
    report_time(page, "Launch", vm->launch_us - report->looked_before);
    report_time(page, "Run", vm->run_us - report->looked_at_attacks);
    report_fact(page, "Exits", "%" PRIu64, vm->exits);
    report_fact(page, "Exceptions", "%" PRIu64, exceptions);
    report_fact(page, "Pages filled", "%" PRIu64, fills);
    report_fact(page, "Lines decrypted", "%" PRIu64,
                x86_cache_counts(vm->emulator->x86.cache).lines_read);
    report_fact(page, "Memory", "%" PRIu64 " MiB", machine->memory_bytes >> 20);
    report_fact(page, "Virtual CPUs", "%" PRIu32, machine->vcpus);
    if (page->protection != NULL) {
        report_fact(page, "Policy", "%" PRIx64 "h",
                    (machine->flags & GUEST_SNP) != 0 ? vm->tenant.policy : vm->policy);
        report_fact(page, "ASID", "%" PRIu32, vm->asid);
        report_fact(page, "C-bit", "bit %" PRIu32, machine->c_bit);
    }
}

void vm_report_conclude(struct vm_report *report, struct vm *vm, bool launched, enum vm_stop stop)
{
    struct report *page = &report->page;
    report_phase(page, "The report is made");
    if (launched && !page->maps[2].taken) {
        vm_report_look(report, vm, VM_AT_END);
    }
    page->protection = protection_of(vm->machine.flags);
    if ((vm->machine.flags & GUEST_SNP) != 0) {
        conclude_snp(report, vm, launched);
    } else if (page->protection != NULL) {
        conclude_sev(page, vm);
    }
    judge(page, vm, launched, stop);
    add_facts(report, page, vm);
    report_text(page, vm->devices.text, vm->devices.text_length);
}
