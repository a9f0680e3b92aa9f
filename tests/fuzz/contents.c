/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents for commands (contents.h).
 */
#include "tests/fuzz/contents.h"

#include <stdbool.h>
#include <string.h>

#include "abi/image.h"
#include "abi/sev_command_id.h"
#include "abi/sev_data.h"
#include "crypto/aes.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/packet.h"
#include "firmware/guest/session.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/platform.h"

#include "tests/fuzz/machine.h"

#define PLACES 64u
#define PLACE_BYTES 0x2000u

uint64_t contents_place(uint32_t base, uint32_t buffer)
{
    return MACHINE_BUFFERS + (uint64_t)((base + buffer) % PLACES) * PLACE_BYTES;
}

/** The key of all owners, of other platforms, and of the platform's owner. */
static const struct crypto_p384_key *stranger(void)
{
    static struct crypto_p384_key key;
    static bool made;

    if (!made) {
        made = crypto_p384_generate(&key);
    }
    return &key;
}

static void put(uint32_t base, uint32_t buffer, const void *bytes, uint32_t length)
{
    machine_write(contents_place(base, buffer), bytes, length);
}

/** LAUNCH_START, RECEIVE_START. */
static void put_start(uint32_t base, uint32_t policy)
{
    struct sev_certificate certificate;
    struct sev_transport_keys keys;
    struct sev_session session;

    certificate_make(&certificate, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256,
                     &stranger()->public_key);
    put(base, 0, &certificate, sizeof(certificate));
    if (platform_state() != SEV_PLATFORM_UNINIT &&
        session_make(&session, policy, stranger(), &platform_identity()->pdh_key.public_key,
                     &keys) == SEV_STATUS_SUCCESS) {
        put(base, 1, &session, sizeof(session));
    }
}

/** SEND_START to this platform itself. */
static void put_send_start(uint32_t base)
{
    const struct amd_certificate_header header = {.exponent_bits = 4096, .modulus_bits = 4096};
    struct sev_certificate_chain chain;

    if (platform_state() == SEV_PLATFORM_UNINIT) {
        return;
    }
    chain.pek = platform_identity()->pek;
    chain.oca = platform_identity()->oca;
    chip_cek_certificate(&chain.cek);
    put(base, 0, &platform_identity()->pdh, sizeof(struct sev_certificate));
    put(base, 1, &chain, sizeof(chain));
    put(base, 2, &header, sizeof(header));
    machine_write(contents_place(base, 2) + 1600, &header, sizeof(header));
}

static void put_import(uint32_t base)
{
    struct sev_certificate pek;
    struct sev_certificate oca;

    if (platform_state() == SEV_PLATFORM_UNINIT) {
        return;
    }
    pek = platform_identity()->pek;
    certificate_clear_slot(&pek, 0);
    certificate_clear_slot(&pek, 1);
    certificate_make(&oca, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &stranger()->public_key);
    if (certificate_sign(&oca, 0, SEV_USAGE_OCA, stranger()) &&
        certificate_sign(&pek, 0, SEV_USAGE_OCA, stranger())) {
        put(base, 0, &pek, sizeof(pek));
        put(base, 1, &oca, sizeof(oca));
    }
}

/** LAUNCH_UPDATE_SECRET, RECEIVE_UPDATE_*: a packet under the guest's keys. */
static void put_packet(uint32_t base, uint32_t handle, uint8_t context, uint32_t bytes)
{
    static uint8_t data[PLACE_BYTES];
    const struct guest *guest = guest_find(handle);
    struct sev_packet_header header = {.iv = {1}};
    struct packet packet = {
        .context = context, .guest_length = bytes, .trans_length = bytes, .data = data};

    if (guest == NULL || bytes > sizeof(data)) {
        return;
    }
    packet.measure = context == SEV_MAC_CONTEXT_LAUNCH_SECRET ? guest->measure : NULL;
    packet_mac(guest->keys.tik, &header, &packet, header.mac);
    put(base, 0, &header, sizeof(header));
    put(base, 2, data, bytes);
}

/** RING_BUFFER: in both queues each command in turn, with whatever parameters stand there then. */
static void put_rings(uint32_t base)
{
    static const uint16_t ids[] = {
#define ID(name, id) (id),
        SEV_COMMAND_LIST(ID)
#undef ID
    };
    struct sev_ring_command entries[SEV_RING_ENTRIES];

    for (uint32_t i = 0; i < SEV_RING_ENTRIES; i++) {
        entries[i] = (struct sev_ring_command){
            .command_id = ids[i % (sizeof(ids) / sizeof(ids[0]))],
            .command_buffer_paddr = MACHINE_PARAMETERS,
        };
    }
    put(base, 0, entries, sizeof(entries));
    put(base, 2, entries, sizeof(entries));
}

/** DOWNLOAD_FIRMWARE: an image that nobody signed. */
static void put_image(uint32_t base)
{
    const struct image_header header = {
        .magic = IMAGE_MAGIC,
        .version = IMAGE_VERSION,
        .body_bytes = 4,
        .load_address = IMAGE_LOAD_ADDRESS,
        .entry = IMAGE_LOAD_ADDRESS,
    };

    put(base, 0, &header, sizeof(header));
}

void contents_put(const struct command_row *row, uint32_t base, uint32_t handle, uint32_t policy,
                  uint32_t bytes)
{
    const uint32_t apic_id = bytes % MACHINE_CORES;

    switch (row->id) {
    case SEV_COMMAND_LAUNCH_START:
    case SEV_COMMAND_RECEIVE_START:
        put_start(base, policy);
        break;
    case SEV_COMMAND_SEND_START:
        put_send_start(base);
        break;
    case SEV_COMMAND_PEK_CERT_IMPORT:
        put_import(base);
        break;
    case SEV_COMMAND_LAUNCH_UPDATE_SECRET:
        put_packet(base, handle, SEV_MAC_CONTEXT_LAUNCH_SECRET, bytes);
        break;
    case SEV_COMMAND_RECEIVE_UPDATE_DATA:
        put_packet(base, handle, SEV_MAC_CONTEXT_SEND_DATA, bytes);
        break;
    case SEV_COMMAND_RECEIVE_UPDATE_VMSA:
        put_packet(base, handle, SEV_MAC_CONTEXT_SEND_VMSA, bytes);
        break;
    case SEV_COMMAND_RING_BUFFER:
        put_rings(base);
        break;
    case SEV_COMMAND_DOWNLOAD_FIRMWARE:
        put_image(base);
        break;
    case SEV_COMMAND_ACTIVATE_EX:
        put(base, 0, &apic_id, sizeof(apic_id));
        break;
    default:
        break; /* The others take what is there. */
    }
}
