/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_KEY_REQ (SNP 6.4, 8.7): a key that follows from the chip or from the guest's VMRK, and from what
 * the guest is.
 *
 * STATUS: INVALID_PARAM for a VMPL below the key's or above 3, reserved or unknown bits, a GUEST_SVN
 * above the ID block's, a TCB_VERSION above the committed one, or mitigations that the guest was not
 * launched with; INVALID_KEY when the root is not available.
 */
#include <string.h>

#include "abi/abi.h"
#include "crypto/hmac.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp_guest/key_choice.h"
#include "firmware/snp_guest/message_kind.h"

#define LABEL_GUEST_KEY "virtasp-guest-key"

#define KEY_SELECT_BITS 7u
#define FIELDS_OF_VERSION_1 (SNP_FIELD_LAUNCH_MITIGATIONS - 1u)
#define FIELDS_OF_VERSION_2 (FIELDS_OF_VERSION_1 | SNP_FIELD_LAUNCH_MITIGATIONS)
#define MIXED_DIGEST_BYTES 32u

/** What a key depends on besides its root. Fields that were not selected are 0. */
struct mix {
    uint32_t key_select;
    uint32_t reserved_04;
    uint64_t field_select;
    uint32_t vmpl;
    uint32_t guest_svn;
    uint64_t tcb_version;
    uint64_t policy;
    uint8_t image_id[16];
    uint8_t family_id[16];
    uint8_t measurement[MIXED_DIGEST_BYTES];
    uint8_t host_data[32];
    uint8_t id_key_digest[MIXED_DIGEST_BYTES]; /**< 0 without ID block. */
    uint64_t launch_mitigations;               /**< From version 2 on. */
} ABI_PACKED;
ABI_SIZE(struct mix, 0xB0);
ABI_OFFSET(struct mix, key_select, 0x00);
ABI_OFFSET(struct mix, reserved_04, 0x04);
ABI_OFFSET(struct mix, field_select, 0x08);
ABI_OFFSET(struct mix, vmpl, 0x10);
ABI_OFFSET(struct mix, guest_svn, 0x14);
ABI_OFFSET(struct mix, tcb_version, 0x18);
ABI_OFFSET(struct mix, policy, 0x20);
ABI_OFFSET(struct mix, image_id, 0x28);
ABI_OFFSET(struct mix, family_id, 0x38);
ABI_OFFSET(struct mix, measurement, 0x48);
ABI_OFFSET(struct mix, host_data, 0x68);
ABI_OFFSET(struct mix, id_key_digest, 0x88);
ABI_OFFSET(struct mix, launch_mitigations, 0xA8);

/** Whether the guest may ask for this. */
static bool is_allowed(const struct message *message, const struct snp_key_request *request)
{
    const uint64_t fields = message->version < 2 ? FIELDS_OF_VERSION_1 : FIELDS_OF_VERSION_2;

    return (request->key_select & ~KEY_SELECT_BITS) == 0 && request->reserved_04 == 0 &&
           SNP_KEY_SELECT(request->key_select) <= SNP_KEY_SELECT_VLEK &&
           (request->field_select & ~fields) == 0 && request->vmpl >= message->vmpl &&
           request->vmpl < SNP_VMPCKS && request->guest_svn <= message->guest->id_block.guest_svn &&
           tcb_is_at_most(request->tcb_version, rollback_committed_tcb()) &&
           (request->launch_mitigations & ~message->guest->launch_mitigations) == 0;
}

/**
 * Finds the secret that the key is derived from.
 *
 * @param[out] root  to be wiped
 * @return SUCCESS or INVALID_KEY
 */
static enum sev_status find_root(const struct snp_guest *guest,
                                 const struct snp_key_request *request, uint8_t root[SNP_KEY_BYTES])
{
    const uint64_t tcb = (request->field_select & SNP_FIELD_TCB_VERSION) != 0 ? request->tcb_version
                                                                              : snp_reported_tcb();
    enum chip_key_kind kind;
    enum sev_status status;

    if ((request->key_select & SNP_KEY_ROOT_VMRK) != 0) {
        memcpy(root, guest->vmrk, SNP_KEY_BYTES);
        return guest->has_vmrk ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_KEY;
    }
    status = key_choice(guest, SNP_KEY_SELECT(request->key_select), tcb, &kind);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return (kind == CHIP_KEY_VCEK && snp_settings()->mask_chip_key) ||
                   !chip_guest_root(kind, tcb, root)
               ? SEV_STATUS_INVALID_KEY
               : SEV_STATUS_SUCCESS;
}

/** Mixes in what is always there, and the selected fields. */
static void make_mix(const struct snp_guest *guest, const struct snp_key_request *request,
                     struct mix *mix)
{
    const struct snp_id_block *id = &guest->id_block;
    const struct {
        uint64_t field;
        void *to;
        const void *from;
        size_t length;
    } selectable[] = {
        {SNP_FIELD_POLICY, &mix->policy, &guest->policy, sizeof mix->policy},
        {SNP_FIELD_IMAGE_ID, mix->image_id, id->image_id, sizeof mix->image_id},
        {SNP_FIELD_FAMILY_ID, mix->family_id, id->family_id, sizeof mix->family_id},
        {SNP_FIELD_MEASUREMENT, mix->measurement, guest->digest, sizeof mix->measurement},
        {SNP_FIELD_GUEST_SVN, &mix->guest_svn, &request->guest_svn, sizeof mix->guest_svn},
        {SNP_FIELD_TCB_VERSION, &mix->tcb_version, &request->tcb_version, sizeof mix->tcb_version},
        {SNP_FIELD_LAUNCH_MITIGATIONS, &mix->launch_mitigations, &request->launch_mitigations,
         sizeof mix->launch_mitigations},
    };

    memset(mix, 0, sizeof *mix);
    mix->key_select = request->key_select;
    mix->field_select = request->field_select;
    mix->vmpl = request->vmpl;
    memcpy(mix->host_data, guest->host_data, sizeof mix->host_data);
    if (guest->has_id_block) {
        memcpy(mix->id_key_digest, guest->id_key_digest, sizeof mix->id_key_digest);
    }
    for (size_t i = 0; i < sizeof selectable / sizeof selectable[0]; i++) {
        if ((request->field_select & selectable[i].field) != 0) {
            memcpy(selectable[i].to, selectable[i].from, selectable[i].length);
        }
    }
}

enum sev_status message_key(struct message *message)
{
    struct snp_key_response *response = (struct snp_key_response *)message->response;
    struct snp_key_request request = {.launch_mitigations = 0};
    uint8_t root[SNP_KEY_BYTES] = {0};
    enum sev_status status;
    struct mix mix;

    memcpy(&request, message->request,
           message->version < 2 ? SNP_KEY_REQUEST_V1_BYTES : sizeof request);
    if (!is_allowed(message, &request)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    status = find_root(message->guest, &request, root);
    if (status == SEV_STATUS_SUCCESS) {
        make_mix(message->guest, &request, &mix);
        crypto_kdf(root, sizeof root, LABEL_GUEST_KEY, (const uint8_t *)&mix,
                   message->version < 2 ? offsetof(struct mix, launch_mitigations) : sizeof mix,
                   response->key, sizeof response->key);
    }
    crypto_wipe(root, sizeof root);
    return status;
}
