/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests with SEV and SEV-ES: launch and end (vm.h).
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/emulator/vm.h"
#include "host/emulator/vmsa_registers.h"
#include "host/lib/deadline.h"
#include "host/lib/sev.h"

/* The owner's side of the launch. */
struct launch {
    struct owner owner;
    EVP_MD_CTX *digest;
    struct sev_platform_status status;
    uint64_t launched;
};

static bool start(struct vm *vm, struct launch *launch)
{
    struct board *board = &vm->emulator->board;
    struct sev_certificate certificate;
    struct vm_evidence *evidence = &vm->evidence;
    struct sev_session session;
    int64_t started = deadline_now_us();
    int result = sev_platform_status(board, &launch->status);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_export_certificates(board, &evidence->pdh, &evidence->chain);
    }
    if (!emulator_step(vm->emulator, "PDH_CERT_EXPORT", started, result,
                       "the owner gets the PDH")) {
        return false;
    }
    evidence->exported = true;
    vm->policy = vm->options.policy != VM_ANY_POLICY
                     ? (uint32_t)vm->options.policy
                     : SEV_POLICY_NODBG | SEV_POLICY_NOKS |
                           ((vm->machine.flags & GUEST_ES) != 0 ? SEV_POLICY_ES : 0) |
                           (uint32_t)launch->status.api_major << 16 |
                           (uint32_t)launch->status.api_minor << 24;
    if (!owner_open(&launch->owner, vm->policy) ||
        !owner_certificate(&launch->owner, &certificate) ||
        !owner_make_session(&launch->owner, &evidence->pdh, &session)) {
        return demo_fail("make session", "the cryptographic library failed");
    }
    started = deadline_now_us();
    result = sev_start_launch(board, vm->policy, &certificate, &session, &vm->handle);
    if (!emulator_step(vm->emulator, "LAUNCH_START", started, result, "guest %u, policy %08x",
                       vm->handle, vm->policy)) {
        vm->handle = 0;
        return false;
    }
    struct sev_activate activate = {.handle = vm->handle, .asid = vm->asid};
    started = deadline_now_us();
    return emulator_step(vm->emulator, "ACTIVATE", started, sev_activate(board, &activate),
                         "ASID %u", vm->asid);
}

static int update(struct vm *vm, struct launch *launch, uint64_t gpa, uint64_t length)
{
    launch->launched += length;
    return EVP_DigestUpdate(launch->digest, vm->image.bytes + gpa, length) == 1
               ? sev_launch_memory(&vm->emulator->board, vm->handle, vm->base + gpa, length)
               : (int)MAILBOX_ERROR;
}

static bool load(struct vm *vm, struct launch *launch)
{
    const struct vm_image *image = &vm->image;
    const int64_t started = deadline_now_us();
    int result = update(vm, launch, GUEST_BOOT_GPA, VM_PAGE_BYTES);
    if (result == SEV_STATUS_SUCCESS) {
        result = update(vm, launch, GUEST_TABLES_GPA, image->tables_end - GUEST_TABLES_GPA);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = update(vm, launch, GUEST_IMAGE_GPA, image->length - GUEST_IMAGE_GPA);
    }
    return emulator_step(vm->emulator, "LAUNCH_UPDATE_DATA", started, result,
                         "%llu bytes: image, page tables", (unsigned long long)launch->launched);
}

static bool load_vmsas(struct vm *vm, struct launch *launch)
{
    const int64_t started = deadline_now_us();
    int result = SEV_STATUS_SUCCESS;
    if ((vm->machine.flags & GUEST_ES) == 0) {
        return true;
    }
    for (uint32_t i = 0; i < vm->machine.vcpus && result == SEV_STATUS_SUCCESS; i++) {
        struct backend_registers registers;
        uint8_t page[SEV_VMSA_BYTES];
        vm->vmsa[i] = dram_allocate_anywhere(&vm->emulator->board.dram, SEV_VMSA_BYTES, 0);
        vm_image_registers(&vm->image, &vm->machine, i, &registers);
        vmsa_registers_make(page, &registers, 0);
        if (vm->vmsa[i] == 0 || !emulator_write(vm->emulator, vm->vmsa[i], page, sizeof page) ||
            EVP_DigestUpdate(launch->digest, page, sizeof page) != 1) {
            return demo_fail("LAUNCH_UPDATE_VMSA", "no memory");
        }
        struct sev_launch_update parameters = {
            .handle = vm->handle, .paddr = vm->vmsa[i], .length = sizeof page};
        result = sev_launch_update_vmsa(&vm->emulator->board, &parameters);
    }
    return emulator_step(vm->emulator, "LAUNCH_UPDATE_VMSA", started, result,
                         "registers of %u virtual CPU%s", vm->machine.vcpus,
                         vm->machine.vcpus == 1 ? "" : "s");
}

static bool measure(struct vm *vm, struct launch *launch)
{
    struct owner_expectation expectation = {.api_major = launch->status.api_major,
                                            .api_minor = launch->status.api_minor,
                                            .build = launch->status.build};
    struct vm_evidence *evidence = &vm->evidence;
    unsigned length = 0;
    int64_t started = deadline_now_us();
    const int result = sev_measure_launch(&vm->emulator->board, vm->handle, &evidence->found);
    if (result != SEV_STATUS_SUCCESS ||
        EVP_DigestFinal_ex(launch->digest, expectation.launch_digest, &length) != 1) {
        return emulator_step(vm->emulator, "LAUNCH_MEASURE", started, MAILBOX_ERROR, "%s",
                             sev_result_text(result));
    }
    memcpy(evidence->launch_digest, expectation.launch_digest, sizeof evidence->launch_digest);
    evidence->measured =
        owner_measure(&launch->owner, &expectation, evidence->found.mnonce, evidence->expected);
    if (!owner_accepts(&launch->owner, &expectation, &evidence->found)) {
        return demo_fail("LAUNCH_MEASURE", "it is not what the owner computes of the image");
    }
    return emulator_step(vm->emulator, "LAUNCH_MEASURE", started, result,
                         "the owner computes the same of image and registers");
}

static bool inject(struct vm *vm, struct launch *launch)
{
    struct sev_packet_header header;
    uint8_t sealed[VM_SECRET_BYTES];
    if (!vm->options.secret) {
        return true;
    }
    if (!owner_seal_secret(&launch->owner, vm->secret, sizeof vm->secret, &header, sealed)) {
        return demo_fail("LAUNCH_UPDATE_SECRET", "the cryptographic library failed");
    }
    const int64_t started = deadline_now_us();
    return emulator_step(vm->emulator, "LAUNCH_UPDATE_SECRET", started,
                         sev_inject_secret(&vm->emulator->board, vm->handle, &header, sealed,
                                           sizeof sealed, vm->base + GUEST_SECRET_GPA),
                         "the owner sends what unlocks the guest's disk");
}

static bool launch_steps(struct vm *vm, struct launch *launch)
{
    if (!start(vm, launch) || !load(vm, launch) || !load_vmsas(vm, launch) ||
        !measure(vm, launch) || !inject(vm, launch)) {
        return false;
    }
    struct sev_handle handle = {.handle = vm->handle};
    const int64_t started = deadline_now_us();
    return emulator_step(vm->emulator, "LAUNCH_FINISH", started,
                         sev_launch_finish(&vm->emulator->board, &handle), "the guest may run");
}

bool vm_sev_launch(struct vm *vm)
{
    struct launch launch = {.digest = EVP_MD_CTX_new()};
    const bool es = (vm->machine.flags & GUEST_ES) != 0;
    const struct x86_machine *machine = &vm->emulator->x86;
    vm->asid = vm->options.asid != 0 ? vm->options.asid : es ? 1 : machine->min_sev_asid;
    const bool good = launch.digest != NULL &&
                      EVP_DigestInit_ex(launch.digest, EVP_sha256(), NULL) == 1 &&
                      launch_steps(vm, &launch);
    EVP_MD_CTX_free(launch.digest);
    owner_close(&launch.owner);
    return good;
}

bool vm_sev_end(struct vm *vm)
{
    struct sev_handle handle = {.handle = vm->handle};
    if (vm->handle == 0) {
        return true;
    }
    const int64_t started = deadline_now_us();
    int result = sev_deactivate(&vm->emulator->board, &handle);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_decommission(&vm->emulator->board, &handle);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = emulator_flush(vm->emulator);
    }
    vm->handle = 0;
    return emulator_step(vm->emulator, "DECOMMISSION", started, result,
                         "ASID %u is free after WBINVD and DF_FLUSH", vm->asid);
}
