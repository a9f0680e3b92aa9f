/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests with SEV and SEV-ES that leave a machine: they are sent, a packet at a time, and received
 * elsewhere, or here later. While pages are sent the guest may run; what it changes meanwhile is sent
 * again. Shared memory is what the guest starts with: nobody tells of pages that it shares later.
 */
#ifndef HOST_EMULATOR_VM_MOVE_H
#define HOST_EMULATOR_VM_MOVE_H

#include "host/emulator/vm.h"
#include "host/lib/sev_migration.h"

/** A packet, and where it belongs. */
struct vm_packet {
    uint64_t gpa; /**< Of VMSAs: the number of the virtual CPU. */
    struct sev_sent_packet sent;
};

/** All that the other side needs. */
struct vm_stream {
    struct vm_options options;
    struct sev_certificate pdh; /**< The sender's. */
    struct sev_session session;
    uint32_t policy;
    struct vm_packet *packets;
    size_t count, room;
    struct backend_registers registers[GUEST_CPUS_MAX]; /**< Of guests without SEV-ES. */
    uint64_t ghcb[GUEST_CPUS_MAX];
    uint8_t shared[GUEST_SHARED_BYTES]; /**< Shared memory is no secret: it goes as it is. */
    struct devices devices;
};

/** SEND_START. @param target  platform that it is sent to. @return as sev.h */
int vm_send_start(struct vm *vm, const struct sev_target *target, struct vm_stream *stream)
    __attribute__((warn_unused_result));

/**
 * Adds pages to the stream.
 *
 * @param dirty  only those that were written since they were sent last
 */
int vm_send_pages(struct vm *vm, struct vm_stream *stream, bool dirty)
    __attribute__((warn_unused_result));

/** Registers and devices; SEND_FINISH. The guest does not run any more, and is to be ended. */
int vm_send_finish(struct vm *vm, struct vm_stream *stream) __attribute__((warn_unused_result));

/** Forgets a stream. */
void vm_stream_free(struct vm_stream *stream);

/**
 * RECEIVE_START, and memory.
 *
 * @param[out] vm  end it with vm_end() whatever the result
 * @param asid     0: the first
 * @return as sev.h; MAILBOX_ERROR, too, when memory does not suffice or there are too many virtual CPUs
 */
int vm_receive_start(struct vm *vm, struct emulator *emulator, const struct vm_stream *stream,
                     uint32_t asid) __attribute__((warn_unused_result));

/**
 * Puts the packets from number FIRST on into memory; those of VMSAs wait for the end.
 *
 * @return as sev.h; INVALID_ADDRESS for a packet that does not belong into the guest's memory
 */
int vm_receive_packets(struct vm *vm, const struct vm_stream *stream, size_t first)
    __attribute__((warn_unused_result));

/** Registers and devices; RECEIVE_FINISH. vm_run() goes on where the guest was. */
int vm_receive_finish(struct vm *vm, const struct vm_stream *stream)
    __attribute__((warn_unused_result));

#endif
