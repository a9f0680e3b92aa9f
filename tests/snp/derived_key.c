/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys derived for guests (derived_key.h).
 */
#include "tests/snp/derived_key.h"

#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/hash.h"

#define MIX_SELECT 0x00u
#define MIX_FIELDS 0x08u
#define MIX_VMPL 0x10u
#define MIX_GUEST_SVN 0x14u
#define MIX_TCB_VERSION 0x18u
#define MIX_POLICY 0x20u
#define MIX_IMAGE_ID 0x28u
#define MIX_FAMILY_ID 0x38u
#define MIX_MEASUREMENT 0x48u
#define MIX_HOST_DATA 0x68u
#define MIX_ID_KEY 0x88u
#define MIX_V1_BYTES 0xA8u
#define MIX_MIT_VECTOR 0xA8u
#define MIX_V2_BYTES 0xB0u
#define MIX_DIGEST 32u /* So much of a digest is mixed in. */

uint16_t witness_key_payload(const struct witness_key_request *request, uint8_t payload[0x28])
{
    memset(payload, 0, 0x28);
    witness_store32(payload, request->key_select);
    witness_store64(payload + 0x08, request->field_select);
    witness_store32(payload + 0x10, request->vmpl);
    witness_store32(payload + 0x14, request->guest_svn);
    witness_store64(payload + 0x18, request->tcb_version);
    if (request->version < 2) {
        return 0x20;
    }
    witness_store64(payload + 0x20, request->launch_mit_vector);
    return 0x28;
}

bool witness_key_root(const struct witness_stick *stick, const struct witness_key_request *request,
                      uint64_t reported_tcb, uint8_t root[32])
{
    const bool selected = (request->field_select & WITNESS_FIELD_TCB_VERSION) != 0;
    struct witness_stick lowered = *stick;

    if (!witness_stick_lower(&lowered, selected ? request->tcb_version : reported_tcb)) {
        return false;
    }
    witness_guest_root(&lowered, root);
    return true;
}

/* @return how many bytes there are */
static size_t mix(const struct witness_key_request *request, const struct witness_key_guest *guest,
                  uint8_t bytes[MIX_V2_BYTES])
{
    const uint64_t fields = request->field_select;

    memset(bytes, 0, MIX_V2_BYTES);
    witness_store32(bytes + MIX_SELECT, request->key_select);
    witness_store64(bytes + MIX_FIELDS, fields);
    witness_store32(bytes + MIX_VMPL, request->vmpl);
    memcpy(bytes + MIX_HOST_DATA, guest->host_data, sizeof guest->host_data);
    if (guest->has_id_block) {
        memcpy(bytes + MIX_ID_KEY, guest->id_key_digest, MIX_DIGEST);
    }
    if ((fields & WITNESS_FIELD_POLICY) != 0) {
        witness_store64(bytes + MIX_POLICY, guest->policy);
    }
    if ((fields & WITNESS_FIELD_IMAGE_ID) != 0) {
        memcpy(bytes + MIX_IMAGE_ID, guest->image_id, sizeof guest->image_id);
    }
    if ((fields & WITNESS_FIELD_FAMILY_ID) != 0) {
        memcpy(bytes + MIX_FAMILY_ID, guest->family_id, sizeof guest->family_id);
    }
    if ((fields & WITNESS_FIELD_MEASUREMENT) != 0) {
        memcpy(bytes + MIX_MEASUREMENT, guest->measurement, MIX_DIGEST);
    }
    if ((fields & WITNESS_FIELD_GUEST_SVN) != 0) {
        witness_store32(bytes + MIX_GUEST_SVN, request->guest_svn);
    }
    if ((fields & WITNESS_FIELD_TCB_VERSION) != 0) {
        witness_store64(bytes + MIX_TCB_VERSION, request->tcb_version);
    }
    if (request->version < 2) {
        return MIX_V1_BYTES;
    }
    if ((fields & WITNESS_FIELD_LAUNCH_MIT_VECTOR) != 0) {
        witness_store64(bytes + MIX_MIT_VECTOR, request->launch_mit_vector);
    }
    return MIX_V2_BYTES;
}

void witness_derived_key(const uint8_t root[32], const struct witness_key_request *request,
                         const struct witness_key_guest *guest, uint8_t key[32])
{
    uint8_t bytes[MIX_V2_BYTES];
    const struct witness_kdf kdf = {
        .key = root,
        .key_length = 32,
        .label = "virtasp-guest-key",
        .context = bytes,
        .context_length = mix(request, guest, bytes),
    };

    witness_derive(&kdf, key, 32);
}
