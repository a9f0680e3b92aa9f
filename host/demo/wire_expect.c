/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware answers to a flipped bit: the specification's checks, as a function of the
 * byte's place.
 */
#include "host/demo/wire.h"

#define SLOT_BYTES sizeof(struct sev_signature_slot)
#define SLOT_HEAD offsetof(struct sev_signature_slot, signature)
#define SLOTS_AT offsetof(struct sev_certificate, slots)
#define MODULUS_AT offsetof(struct amd_certificate_4096, modulus)
#define SIGNATURE_AT offsetof(struct amd_certificate_4096, signature)

/* How far a SEV certificate is looked at. */
struct looked {
    bool form;      /* version, usage, algorithm, key */
    bool signature; /* over the signed bytes */
    unsigned slots; /* bit n: slot n */
    bool rsa;       /* what is in the slots */
};

const char *wire_part_name(enum wire_part part)
{
    static const char *const names[WIRE_PARTS] = {"PDH", "PEK", "OCA", "CEK", "ASK", "ARK"};
    return names[part];
}

size_t wire_part_bytes(enum wire_part part)
{
    return part < WIRE_ASK ? sizeof(struct sev_certificate) : sizeof(struct amd_certificate_4096);
}

static bool within(size_t offset, size_t first, size_t length)
{
    return offset >= first && offset - first < length;
}

/* A number's 48 bytes carry the signature, all else must be zero. */
static enum sev_status expect_slot(size_t offset, bool rsa)
{
    if (offset < SLOT_HEAD) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    offset -= SLOT_HEAD;
    return rsa || within(offset, 0, SEV_P384_BYTES) || within(offset, 72, SEV_P384_BYTES)
               ? SEV_STATUS_BAD_SIGNATURE
               : SEV_STATUS_INVALID_CERTIFICATE;
}

static enum sev_status expect_sev(size_t offset, const struct looked *looked)
{
    if (offset >= SLOTS_AT) {
        const size_t slot = (offset - SLOTS_AT) / SLOT_BYTES;
        return (looked->slots >> slot & 1u) != 0
                   ? expect_slot((offset - SLOTS_AT) % SLOT_BYTES, looked->rsa)
                   : SEV_STATUS_SUCCESS;
    }
    /* API version and reserved bytes have no rules of their own: only the signature covers them. */
    if (within(offset, offsetof(struct sev_certificate, api_major), 4)) {
        return looked->signature ? SEV_STATUS_BAD_SIGNATURE : SEV_STATUS_SUCCESS;
    }
    return looked->form ? SEV_STATUS_INVALID_CERTIFICATE : SEV_STATUS_SUCCESS;
}

static enum sev_status expect_ask(size_t offset, uint8_t mask)
{
    if (within(offset, offsetof(struct amd_certificate_header, key_id), 16)) {
        return SEV_STATUS_BAD_SIGNATURE;
    }
    if (offset < MODULUS_AT) { /* The exponent has one value. */
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return offset == SIGNATURE_AT - 1 && mask == 0x80 ? SEV_STATUS_INVALID_CERTIFICATE
                                                      : SEV_STATUS_BAD_SIGNATURE;
}

static enum sev_status expect_amd(enum wire_part part, size_t offset, uint8_t mask, bool genuine)
{
    if (!genuine) {
        return SEV_STATUS_SUCCESS;
    }
    if (within(offset, offsetof(struct amd_certificate_header, exponent_bits), 8)) {
        return SEV_STATUS_INVALID_CERTIFICATE; /* The sizes do not make up the length. */
    }
    if (part == WIRE_ASK) {
        return expect_ask(offset, mask);
    }
    return offset < SIGNATURE_AT ? SEV_STATUS_INVALID_CERTIFICATE : SEV_STATUS_BAD_SIGNATURE;
}

enum sev_status wire_expect_certificate(enum wire_part part, size_t offset, uint8_t mask,
                                        uint32_t policy)
{
    const bool genuine = (policy & SEV_POLICY_SEV) != 0;
    const bool domain = (policy & SEV_POLICY_DOMAIN) != 0;
    const bool either = genuine || domain;
    const struct looked looked[WIRE_ASK] = {
        [WIRE_PDH] = {.form = true, .signature = either, .slots = either ? 1u : 0u},
        [WIRE_PEK] = {.form = either,
                      .signature = either,
                      .slots = (domain ? 1u : 0u) | (genuine ? 2u : 0u)},
        [WIRE_OCA] = {.form = domain},
        [WIRE_CEK] = {.form = genuine,
                      .signature = genuine,
                      .slots = genuine ? 1u : 0u,
                      .rsa = true},
    };
    return part < WIRE_ASK ? expect_sev(offset, &looked[part])
                           : expect_amd(part, offset, mask, genuine);
}

enum sev_status wire_expect_origin(size_t offset)
{
    const struct looked looked = {.form = true};
    return expect_sev(offset, &looked);
}

enum sev_status wire_expect_header(size_t offset, uint8_t mask)
{
    if (offset >= offsetof(struct sev_packet_header, iv)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    return offset == 0 && mask == SEV_PACKET_FLAG_COMPRESSED ? SEV_STATUS_UNSUPPORTED
                                                             : SEV_STATUS_INVALID_PARAM;
}
