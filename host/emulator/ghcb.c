/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMGEXIT: what a guest with SEV-ES asks for by its GHCB, or by the MSR alone (GHCB specification,
 * AMD publication 56421). The GHCB is shared memory: it is copied once.
 */
#include <stddef.h>
#include <string.h>

#include "host/emulator/hypervisor.h"
#include "host/lib/snp.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"

#define GHCB_RAX 0x1F8u
#define GHCB_RCX 0x308u
#define GHCB_RDX 0x310u
#define GHCB_RBX 0x318u
#define GHCB_EXITCODE 0x390u
#define GHCB_EXITINFO1 0x398u
#define GHCB_EXITINFO2 0x3A0u
#define GHCB_SCRATCH 0x3A8u
#define GHCB_VALID 0x3F0u
#define GHCB_BUFFER 0x800u

#define EXIT_MMIO_READ 0x80000001u
#define EXIT_MMIO_WRITE 0x80000002u
#define EXIT_PAGE_STATE 0x80000010u
#define EXIT_GUEST_REQUEST 0x80000011u

#define INFO_MASK 0xFFFull /* Of the MSR: a request without a GHCB. */

#define PAGE_ENTRIES 253u
#define PAGE_GFN_SHIFT 12u
#define PAGE_GFN_MASK 0xFFFFFFFFFFull
#define PAGE_OPERATION_SHIFT 52u
#define PAGE_PRIVATE 1u
#define PAGE_SHARED 2u
#define PAGE_2M (1ull << 56)

/* EXITINFO2 of an answer to a list of pages. */
#define PAGES_BAD_HEADER (1ull << 32 | 1)
#define PAGES_BAD_ENTRY (1ull << 32 | 2)
#define PAGES_REFUSED (0x100ull << 32) /* And RMPUPDATE's result. */

#define SEV_ERROR_INPUT 1u /* EXITINFO1 of an answer: the request makes no sense. */

struct ghcb {
    uint64_t spa;
    uint8_t bytes[VM_PAGE_BYTES];
};

static uint64_t get(const struct ghcb *ghcb, uint32_t offset)
{
    uint64_t value;
    memcpy(&value, ghcb->bytes + offset, sizeof value);
    return value;
}

static bool is_valid(const struct ghcb *ghcb, uint32_t offset)
{
    return (ghcb->bytes[GHCB_VALID + offset / 64] >> (offset / 8 % 8) & 1) != 0;
}

static void put(struct ghcb *ghcb, uint32_t offset, uint64_t value)
{
    memcpy(ghcb->bytes + offset, &value, sizeof value);
    ghcb->bytes[GHCB_VALID + offset / 64] |= (uint8_t)(1u << (offset / 8 % 8));
}

static void answer(struct ghcb *ghcb, uint64_t info1, uint64_t info2)
{
    put(ghcb, GHCB_EXITINFO1, info1);
    put(ghcb, GHCB_EXITINFO2, info2);
}

/* Whether a request's scratch area is the buffer in the GHCB, where all are served. */
static bool has_buffer(const struct ghcb *ghcb, const struct cpu *cpu)
{
    return is_valid(ghcb, GHCB_SCRATCH) && get(ghcb, GHCB_SCRATCH) == cpu->ghcb + GHCB_BUFFER;
}

static void mmio(struct vm *vm, struct ghcb *ghcb, bool write)
{
    const uint64_t gpa = get(ghcb, GHCB_EXITINFO1);
    uint32_t value;
    if (!devices_have(gpa) || get(ghcb, GHCB_EXITINFO2) != sizeof value) {
        answer(ghcb, SEV_ERROR_INPUT, 0);
        return;
    }
    if (write) {
        memcpy(&value, ghcb->bytes + GHCB_BUFFER, sizeof value);
        devices_write(&vm->devices, gpa, value);
    } else {
        value = devices_read(&vm->devices, gpa);
        memcpy(ghcb->bytes + GHCB_BUFFER, &value, sizeof value);
    }
    answer(ghcb, 0, 0);
}

/* The firmware answers into a page that is its own; the hypervisor hands it on. */
static void guest_request(struct vm *vm, struct ghcb *ghcb)
{
    struct emulator *emulator = vm->emulator;
    const uint64_t request = nested_find(&vm->nested, get(ghcb, GHCB_EXITINFO1));
    const uint64_t response = nested_find(&vm->nested, get(ghcb, GHCB_EXITINFO2));
    uint8_t page[VM_PAGE_BYTES];
    if (vm->tenant.gctx == 0 || request == 0 || response == 0) {
        answer(ghcb, SEV_ERROR_INPUT, 0);
        return;
    }
    struct snp_guest_request parameters = {.gctx_paddr = vm->tenant.gctx,
                                           .request_paddr = request,
                                           .response_paddr = emulator->snp.result_paddr};
    const int result = snp_guest_request(&emulator->board, &parameters);
    if (result == SEV_STATUS_SUCCESS) {
        emulator_read(emulator, emulator->snp.result_paddr, page, sizeof page);
        if (!emulator_write(emulator, response, page, sizeof page)) {
            answer(ghcb, SEV_ERROR_INPUT, 0);
            return;
        }
    }
    answer(ghcb, 0, (uint32_t)result);
}

/* A page becomes the guest's, or the hypervisor's. @return RMPUPDATE's result */
static enum rmp_result set_state(struct vm *vm, uint64_t gpa, uint64_t operation)
{
    const struct x86_rmp *rmp = &vm->emulator->snp.rmp;
    const uint64_t spa = nested_find(&vm->nested, gpa);
    cpu_forget(&vm->emulator->cores);
    if (spa == 0) {
        return RMP_FAIL_INPUT;
    }
    if (operation == PAGE_SHARED) {
        return snp_page_to_host(rmp, spa, false);
    }
    const struct rmpupdate_state state = {
        .gpa = gpa, .assigned = 1, .asid = vm->asid, .immutable = 0};
    const struct x86_rmp_outcome outcome = x86_rmpupdate(rmp, SNP_PAGES_CORE, spa, &state);
    return outcome.event == X86_RMP_EVENT_NONE ? outcome.result : RMP_FAIL_PERMISSION;
}

/* @return EXITINFO2 for one entry of a list; pages are private or shared, 4 KiB at a time */
static uint64_t change_page(struct vm *vm, uint64_t entry)
{
    const uint64_t operation = entry >> PAGE_OPERATION_SHIFT & 15;
    if ((entry & PAGE_2M) != 0 || (operation != PAGE_PRIVATE && operation != PAGE_SHARED)) {
        return PAGES_BAD_ENTRY;
    }
    const enum rmp_result result =
        set_state(vm, (entry >> PAGE_GFN_SHIFT & PAGE_GFN_MASK) << PAGE_GFN_SHIFT, operation);
    return result == RMP_SUCCESS ? 0 : PAGES_REFUSED | (uint64_t)result;
}

/* List of pages in the GHCB's buffer: current and last entry, 16 bits each, 32 of nothing, entries. */
static void page_state(struct vm *vm, struct ghcb *ghcb)
{
    uint16_t current;
    uint16_t last;
    memcpy(&current, ghcb->bytes + GHCB_BUFFER, sizeof current);
    memcpy(&last, ghcb->bytes + GHCB_BUFFER + sizeof current, sizeof last);
    uint64_t problem = last < PAGE_ENTRIES ? 0 : PAGES_BAD_HEADER;
    while (problem == 0 && current <= last) {
        uint64_t entry;
        memcpy(&entry, ghcb->bytes + GHCB_BUFFER + (size_t)8 * (current + 1u), sizeof entry);
        problem = change_page(vm, entry);
        current = (uint16_t)(current + (problem == 0 ? 1 : 0));
    }
    memcpy(ghcb->bytes + GHCB_BUFFER, &current, sizeof current);
    answer(ghcb, 0, problem);
}

static enum hypervisor_next serve(struct vm *vm, struct cpu *cpu, struct ghcb *ghcb, uint64_t code)
{
    struct hypervisor_registers registers = {.rax = get(ghcb, GHCB_RAX),
                                             .rbx = get(ghcb, GHCB_RBX),
                                             .rcx = get(ghcb, GHCB_RCX),
                                             .rdx = get(ghcb, GHCB_RDX)};
    enum hypervisor_next next = HYPERVISOR_GO_ON;
    uint64_t error = 0;
    switch (code) {
    case CPU_EXIT_CPUID:
        hypervisor_cpuid(vm, &registers);
        break;
    case CPU_EXIT_MSR:
        error =
            hypervisor_msr(vm, &registers, get(ghcb, GHCB_EXITINFO1) != 0) ? 0 : SEV_ERROR_INPUT;
        break;
    case CPU_EXIT_IOIO:
        hypervisor_port(vm, get(ghcb, GHCB_EXITINFO1), &registers.rax);
        break;
    case CPU_EXIT_WBINVD:
        x86_wbinvd(&vm->emulator->x86, cpu->core, false);
        trace_flush(vm->emulator->trace, "WBINVD", UINT64_MAX);
        break;
    case CPU_EXIT_VMMCALL:
        next = hypervisor_call(vm, &registers);
        break;
    default:
        error = SEV_ERROR_INPUT;
        break;
    }
    put(ghcb, GHCB_RAX, registers.rax);
    put(ghcb, GHCB_RBX, registers.rbx);
    put(ghcb, GHCB_RCX, registers.rcx);
    put(ghcb, GHCB_RDX, registers.rdx);
    answer(ghcb, error, 0);
    return next;
}

enum hypervisor_next hypervisor_vmgexit(struct vm *vm, struct cpu *cpu, uint64_t *asked)
{
    struct ghcb ghcb;
    enum hypervisor_next next = HYPERVISOR_GO_ON;
    if ((cpu->ghcb & INFO_MASK) != 0) {
        *asked = cpu->ghcb & INFO_MASK;
        return hypervisor_ghcb_msr(vm, cpu);
    }
    if (!hypervisor_ghcb_is_allowed(vm, cpu)) {
        return hypervisor_broken(vm, "the GHCB at %#llx is not registered",
                                 (unsigned long long)cpu->ghcb);
    }
    ghcb.spa = nested_find(&vm->nested, cpu->ghcb);
    if (ghcb.spa == 0) {
        return hypervisor_broken(vm, "there is no GHCB at %#llx", (unsigned long long)cpu->ghcb);
    }
    emulator_read(vm->emulator, ghcb.spa, ghcb.bytes, sizeof ghcb.bytes);
    *asked = get(&ghcb, GHCB_EXITCODE);
    if (!is_valid(&ghcb, GHCB_EXITCODE) || !is_valid(&ghcb, GHCB_EXITINFO1) ||
        !is_valid(&ghcb, GHCB_EXITINFO2) ||
        ((*asked == EXIT_MMIO_READ || *asked == EXIT_MMIO_WRITE || *asked == EXIT_PAGE_STATE) &&
         !has_buffer(&ghcb, cpu))) {
        answer(&ghcb, SEV_ERROR_INPUT, 0);
    } else if (*asked == EXIT_MMIO_READ || *asked == EXIT_MMIO_WRITE) {
        mmio(vm, &ghcb, *asked == EXIT_MMIO_WRITE);
    } else if (*asked == EXIT_GUEST_REQUEST) {
        guest_request(vm, &ghcb);
    } else if (*asked == EXIT_PAGE_STATE) {
        page_state(vm, &ghcb);
    } else {
        next = serve(vm, cpu, &ghcb, *asked);
    }
    if (!emulator_write(vm->emulator, ghcb.spa, ghcb.bytes, sizeof ghcb.bytes)) {
        return hypervisor_broken(vm, "the GHCB is not the hypervisor's to write");
    }
    return next;
}
