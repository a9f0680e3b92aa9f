/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests with SEV-SNP: launch and end (vm.h).
 */
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/snp_special.h"
#include "host/emulator/vm.h"
#include "host/emulator/vmsa_registers.h"
#include "host/lib/deadline.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"

#define SPECIAL_PAGES 2u

static void add(struct snp_image *image, enum snp_page_type type, uint64_t gpa,
                const uint8_t *bytes)
{
    image->pages[image->count++] =
        (struct snp_image_page){.type = type, .gpa = gpa, .bytes = bytes};
}

/* What is launched: all of the first memory that has something in it, and the special pages. */
static bool lay_out(struct vm *vm)
{
    struct snp_image *image = &vm->snp_image;
    const size_t pages = vm->image.length / VM_PAGE_BYTES;
    const struct provision_product *product = snp_host_product(vm->emulator->directory);
    image->pages = calloc(pages + SPECIAL_PAGES + vm->machine.vcpus, sizeof image->pages[0]);
    image->cpuid = malloc(SNP_PAGE_BYTES);
    image->vmsa = malloc((size_t)vm->machine.vcpus * SNP_PAGE_BYTES);
    if (image->pages == NULL || image->cpuid == NULL || image->vmsa == NULL || product == NULL) {
        return demo_fail("image", "no memory");
    }
    for (uint64_t gpa = 0; gpa < vm->image.length; gpa += VM_PAGE_BYTES) {
        if (vm_image_has(&vm->image, gpa)) {
            add(image, SNP_PAGE_NORMAL, gpa, vm->image.bytes + gpa);
        }
    }
    snp_special_cpuid(image->cpuid, product->cpuid, vm->machine.c_bit);
    add(image, SNP_PAGE_SECRETS, GUEST_SECRETS_GPA, NULL);
    add(image, SNP_PAGE_CPUID, GUEST_CPUID_GPA, image->cpuid);
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        struct backend_registers registers;
        uint8_t *page = image->vmsa + (size_t)i * SNP_PAGE_BYTES;
        vm_image_registers(&vm->image, &vm->machine, i, &registers);
        vmsa_registers_make(page, &registers, SNP_VMSA_FEATURE_ACTIVE);
        add(image, SNP_PAGE_VMSA, SNP_VMSA_GPA, page);
    }
    return true;
}

static bool start(struct vm *vm)
{
    struct emulator *emulator = vm->emulator;
    const uint64_t policy =
        vm->options.policy != VM_ANY_POLICY ? vm->options.policy : SNP_POLICY_ONE | SNP_POLICY_SMT;
    int64_t started = deadline_now_us();
    int result = snp_tenant_create(&vm->tenant, &emulator->snp, &vm->snp_image, vm->asid);
    if (!emulator_step(emulator, "SNP_GCTX_CREATE", started, result, "context at %#llx",
                       (unsigned long long)vm->tenant.gctx)) {
        return false;
    }
    started = deadline_now_us();
    result = snp_tenant_start(&vm->tenant, policy, NULL, 0);
    if (!emulator_step(emulator, "SNP_LAUNCH_START", started, result, "policy %llx",
                       (unsigned long long)policy)) {
        return false;
    }
    started = deadline_now_us();
    return emulator_step(emulator, "SNP_ACTIVATE", started, snp_tenant_activate(&vm->tenant),
                         "ASID %u", vm->asid);
}

static bool load(struct vm *vm)
{
    int64_t started = deadline_now_us();
    int result = SEV_STATUS_SUCCESS;
    x86_cache_snoop(vm->emulator->x86.cache);
    for (size_t i = 0; i < vm->snp_image.count && result == SEV_STATUS_SUCCESS; i++) {
        result = snp_tenant_place(&vm->tenant, i);
        if (vm->snp_image.pages[i].type != SNP_PAGE_VMSA && result == SEV_STATUS_SUCCESS &&
            !nested_map(&vm->nested, vm->snp_image.pages[i].gpa, vm->tenant.map[i])) {
            result = MAILBOX_ERROR;
        }
    }
    if (!emulator_step(vm->emulator, "RMPUPDATE", started, result,
                       "%zu pages are the guest's from now on", vm->snp_image.count)) {
        return false;
    }
    vm_show(vm, VM_BEFORE_LAUNCH);
    started = deadline_now_us();
    for (size_t i = 0; i < vm->snp_image.count && result == SEV_STATUS_SUCCESS; i++) {
        result = snp_tenant_update(&vm->tenant, i);
    }
    if (!emulator_step(vm->emulator, "SNP_LAUNCH_UPDATE", started, result,
                       "%zu pages: image, page tables, SECRETS, CPUID, %u VMSA",
                       vm->snp_image.count, vm->machine.vcpus)) {
        return false;
    }
    started = deadline_now_us();
    return emulator_step(vm->emulator, "SNP_LAUNCH_FINISH", started,
                         snp_tenant_finish(&vm->tenant, NULL), "the guest may run");
}

/* All other memory: the shared window stays the hypervisor's, the rest the guest has to validate. */
static bool give_memory(struct vm *vm)
{
    const struct x86_rmp *rmp = &vm->emulator->snp.rmp;
    const uint64_t bytes = vm->machine.memory_bytes;
    const uint64_t memory = dram_allocate_anywhere(&vm->emulator->board.dram, bytes, 0);
    bool good = memory != 0;
    for (uint64_t gpa = 0; gpa < bytes && good; gpa += VM_PAGE_BYTES) {
        const bool shared = gpa >= GUEST_SHARED_GPA && gpa < GUEST_SHARED_GPA + GUEST_SHARED_BYTES;
        if (vm_spa(vm, gpa) != 0) {
            continue;
        }
        good = nested_map(&vm->nested, gpa, memory + gpa);
        if (good && !shared) {
            const struct rmpupdate_state state = {.gpa = gpa, .assigned = 1, .asid = vm->asid};
            const struct x86_rmp_outcome outcome =
                x86_rmpupdate(rmp, SNP_PAGES_CORE, memory + gpa, &state);
            good = outcome.event == X86_RMP_EVENT_NONE && outcome.result == RMP_SUCCESS;
        }
    }
    vm->base = memory;
    cpu_forget(&vm->emulator->cores);
    return good || demo_fail("RMPUPDATE", "memory does not suffice");
}

bool vm_snp_launch(struct vm *vm)
{
    vm->asid = vm->options.asid != 0 ? vm->options.asid : 1;
    if (!lay_out(vm) || !start(vm) || !load(vm) || !give_memory(vm)) {
        return false;
    }
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        vm->vmsa[i] = vm->tenant.map[vm->snp_image.count - vm->machine.vcpus + i];
    }
    return true;
}

/* What the guest was given beside its image. */
static int take_memory(struct vm *vm)
{
    int result = SEV_STATUS_SUCCESS;
    for (uint64_t gpa = 0;
         vm->base != 0 && gpa < vm->machine.memory_bytes && result == SEV_STATUS_SUCCESS;
         gpa += VM_PAGE_BYTES) {
        result = snp_page_reclaim_to_host(&vm->emulator->board, &vm->emulator->snp.rmp,
                                          vm->base + gpa, false);
    }
    return result;
}

bool vm_snp_end(struct vm *vm)
{
    bool good = true;
    if (vm->tenant.gctx != 0) {
        size_t pages = 0;
        const int64_t started = deadline_now_us();
        x86_cache_flush(vm->emulator->x86.cache);
        for (uint32_t core = 0; core < vm->emulator->x86.cores; core++) {
            x86_wbinvd(&vm->emulator->x86, core, false);
        }
        int result = take_memory(vm);
        if (result == SEV_STATUS_SUCCESS) {
            result = snp_tenant_end(&vm->tenant, &pages);
        }
        good = emulator_step(vm->emulator, "SNP_DECOMMISSION", started, result,
                             "its pages are the hypervisor's again");
    } else {
        snp_tenant_forget(&vm->tenant);
    }
    vm->tenant = (struct snp_tenant){0};
    snp_image_free(&vm->snp_image);
    cpu_forget(&vm->emulator->cores);
    return good;
}
