/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest is received (vm_move.h).
 */
#include "host/emulator/vm_move.h"

int vm_receive_start(struct vm *vm, struct emulator *emulator, const struct vm_stream *stream,
                     uint32_t asid)
{
    *vm = (struct vm){0};
    if (stream->options.vcpus == 0 || stream->options.vcpus > GUEST_CPUS_MAX) {
        return MAILBOX_ERROR;
    }
    struct board *board = &emulator->board;
    vm_begin(vm, emulator, &stream->options);
    if (!vm_place(vm)) {
        return MAILBOX_ERROR;
    }
    vm->asid = asid != 0                             ? asid
               : (vm->machine.flags & GUEST_ES) != 0 ? 1
                                                     : emulator->x86.min_sev_asid;
    vm->policy = stream->policy;
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        if (!vm_power_up(vm, i)) {
            return MAILBOX_ERROR;
        }
    }
    int result =
        sev_start_receive(board, stream->policy, &stream->pdh, &stream->session, &vm->handle);
    if (result != SEV_STATUS_SUCCESS) {
        vm->handle = 0;
        return result;
    }
    struct sev_activate activate = {.handle = vm->handle, .asid = vm->asid};
    return sev_activate(board, &activate);
}

/* Whether a packet is for the guest's own memory. */
static bool fits(const struct vm *vm, const struct vm_packet *packet)
{
    return packet->gpa <= vm->machine.memory_bytes &&
           packet->sent.length <= vm->machine.memory_bytes - packet->gpa;
}

int vm_receive_packets(struct vm *vm, const struct vm_stream *stream, size_t first)
{
    int result = SEV_STATUS_SUCCESS;
    for (size_t i = first; i < stream->count && result == SEV_STATUS_SUCCESS; i++) {
        const struct vm_packet *packet = &stream->packets[i];
        if (!packet->sent.vmsa) {
            result = fits(vm, packet) ? sev_receive(&vm->emulator->board, vm->handle,
                                                    vm->base + packet->gpa, &packet->sent)
                                      : SEV_STATUS_INVALID_ADDRESS;
        }
    }
    return result;
}

static int receive_vmsa(struct vm *vm, const struct vm_packet *packet)
{
    if (packet->gpa >= GUEST_CPUS_MAX) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    const uint64_t page = dram_allocate_anywhere(&vm->emulator->board.dram, SEV_VMSA_BYTES, 0);
    vm->vmsa[packet->gpa] = page;
    return page != 0 ? sev_receive(&vm->emulator->board, vm->handle, page, &packet->sent)
                     : (int)MAILBOX_ERROR;
}

int vm_receive_finish(struct vm *vm, const struct vm_stream *stream)
{
    int result = SEV_STATUS_SUCCESS;
    for (size_t i = 0; i < stream->count && result == SEV_STATUS_SUCCESS; i++) {
        if (stream->packets[i].sent.vmsa) {
            result = receive_vmsa(vm, &stream->packets[i]);
        }
    }
    struct sev_handle handle = {.handle = vm->handle};
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_receive_finish(&vm->emulator->board, &handle);
    }
    if (result == SEV_STATUS_SUCCESS && !emulator_write(vm->emulator, vm->base + GUEST_SHARED_GPA,
                                                        stream->shared, sizeof stream->shared)) {
        result = MAILBOX_ERROR;
    }
    struct nested *nested = vm->devices.nested;
    vm->devices = stream->devices;
    vm->devices.nested = nested;
    for (uint32_t i = 0; i < vm->machine.vcpus && result == SEV_STATUS_SUCCESS; i++) {
        vm->cpus[i].vmcb.vmsa = vm->vmsa[i];
        vm->cpus[i].registers = stream->registers[i];
        vm->cpus[i].ghcb = stream->ghcb[i];
    }
    return result;
}
