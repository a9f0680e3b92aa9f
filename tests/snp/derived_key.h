/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys derived for guests (section 8.7): what MSG_KEY_REQ answers.
 *
 *     witness_vcek_stick(chip_secret, current_tcb, &stick);
 *     assert_true(witness_key_root(&stick, &request, reported_tcb, root));
 *     witness_derived_key(root, &request, &guest, key);
 *
 * With ROOT_KEY_SELECT the root is the guest's VMRK itself.
 */
#ifndef TESTS_SNP_DERIVED_KEY_H
#define TESTS_SNP_DERIVED_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/snp/chip_keys.h"

#define WITNESS_FIELD_POLICY (1u << 0)
#define WITNESS_FIELD_IMAGE_ID (1u << 1)
#define WITNESS_FIELD_FAMILY_ID (1u << 2)
#define WITNESS_FIELD_MEASUREMENT (1u << 3)
#define WITNESS_FIELD_GUEST_SVN (1u << 4)
#define WITNESS_FIELD_TCB_VERSION (1u << 5)
#define WITNESS_FIELD_LAUNCH_MIT_VECTOR (1u << 6)

/** The request, as it is in the message. */
struct witness_key_request {
    uint8_t version;     /**< Of the message: 1 or 2. */
    uint32_t key_select; /**< The first word of the request. */
    uint64_t field_select;
    uint32_t vmpl;
    uint32_t guest_svn;
    uint64_t tcb_version;
    uint64_t launch_mit_vector; /**< Version 2 only. */
};

/** What the guest is. */
struct witness_key_guest {
    uint64_t policy;
    uint8_t image_id[16];
    uint8_t family_id[16];
    uint8_t measurement[48];
    uint8_t host_data[32];
    bool has_id_block;
    uint8_t id_key_digest[48]; /**< Looked at if there is an ID block. */
};

/** @param[out] payload  of the message: 20h bytes in version 1, 28h in version 2. @return its size */
uint16_t witness_key_payload(const struct witness_key_request *request, uint8_t payload[0x28]);

/**
 * The root of a VCEK or VLEK: at the TCB version of the request if that is selected, else at the
 * reported one.
 *
 * @param stick  at any version from which the other can be reached
 * @return false when it cannot
 */
bool witness_key_root(const struct witness_stick *stick, const struct witness_key_request *request,
                      uint64_t reported_tcb, uint8_t root[32]) __attribute__((warn_unused_result));

/**
 * Computes the key.
 *
 * @param root      32 bytes
 * @param[out] key  32 bytes
 */
void witness_derived_key(const uint8_t root[32], const struct witness_key_request *request,
                         const struct witness_key_guest *guest, uint8_t key[32]);

#endif
