/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest is sent (vm_move.h).
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "host/emulator/vm_move.h"

#define PACKET_PAGES (SEV_PACKET_MAX / VM_PAGE_BYTES)
#define TABLE_PAGES 512u /* As many as a table of the nested page table has entries. */

int vm_send_start(struct vm *vm, const struct sev_target *target, struct vm_stream *stream)
{
    struct sev_certificate_chain chain;
    struct board *board = &vm->emulator->board;
    *stream = (struct vm_stream){.options = vm->options};
    const int result = sev_export_certificates(board, &stream->pdh, &chain);
    return result == SEV_STATUS_SUCCESS
               ? sev_start_send(board, vm->handle, target, &stream->session, &stream->policy)
               : result;
}

static struct vm_packet *add(struct vm_stream *stream)
{
    if (stream->count == stream->room) {
        const size_t room = stream->room != 0 ? 2 * stream->room : 256;
        struct vm_packet *packets = realloc(stream->packets, room * sizeof *packets);
        if (packets == NULL) {
            return NULL;
        }
        stream->packets = packets;
        stream->room = room;
    }
    return &stream->packets[stream->count++];
}

static int send(struct vm *vm, struct vm_stream *stream, uint64_t spa, uint64_t gpa,
                uint32_t length, bool vmsa)
{
    struct vm_packet *packet = add(stream);
    if (packet == NULL) {
        return MAILBOX_ERROR;
    }
    packet->gpa = gpa;
    packet->sent.vmsa = vmsa;
    packet->sent.length = length;
    return sev_send(&vm->emulator->board, vm->handle, spa, &packet->sent);
}

static bool is_shared(uint64_t gpa)
{
    return gpa >= GUEST_SHARED_GPA && gpa < GUEST_SHARED_GPA + GUEST_SHARED_BYTES;
}

static bool is_wanted(const struct vm *vm, uint64_t page, const uint8_t *changed, bool dirty)
{
    return page < vm->machine.memory_bytes / VM_PAGE_BYTES && (changed[page] != 0 || !dirty) &&
           !is_shared(page * VM_PAGE_BYTES);
}

int vm_send_pages(struct vm *vm, struct vm_stream *stream, bool dirty)
{
    int result = SEV_STATUS_SUCCESS;
    const uint64_t all = vm->machine.memory_bytes / VM_PAGE_BYTES;
    const uint64_t rounded = (all + TABLE_PAGES - 1) / TABLE_PAGES * TABLE_PAGES;
    uint8_t *changed = malloc(rounded);
    if (changed == NULL) {
        return MAILBOX_ERROR;
    }
    /* The firmware reads memory: what is in the caches must be there. */
    x86_cache_flush_key(vm->emulator->x86.cache, vm->asid);
    nested_take_dirty(&vm->nested, rounded, changed);
    for (uint64_t page = 0; page < all && result == SEV_STATUS_SUCCESS;) {
        uint32_t pages = 0;
        while (pages < PACKET_PAGES && is_wanted(vm, page + pages, changed, dirty)) {
            pages++;
        }
        if (pages != 0) {
            const uint64_t gpa = page * VM_PAGE_BYTES;
            result = send(vm, stream, vm->base + gpa, gpa, pages * VM_PAGE_BYTES, false);
        }
        page += pages != 0 ? pages : 1;
    }
    free(changed);
    return result;
}

int vm_send_finish(struct vm *vm, struct vm_stream *stream)
{
    int result = SEV_STATUS_SUCCESS;
    for (uint32_t i = 0; i < vm->machine.vcpus && result == SEV_STATUS_SUCCESS; i++) {
        stream->registers[i] = vm->cpus[i].registers;
        stream->ghcb[i] = vm->cpus[i].ghcb;
        if (vm->vmsa[i] != 0) {
            result = send(vm, stream, vm->vmsa[i], i, SEV_VMSA_BYTES, true);
        }
    }
    emulator_read(vm->emulator, vm->base + GUEST_SHARED_GPA, stream->shared, sizeof stream->shared);
    stream->devices = vm->devices;
    struct sev_handle handle = {.handle = vm->handle};
    return result == SEV_STATUS_SUCCESS ? sev_send_finish(&vm->emulator->board, &handle) : result;
}

void vm_stream_free(struct vm_stream *stream)
{
    free(stream->packets);
    OPENSSL_cleanse(stream, sizeof *stream);
}
