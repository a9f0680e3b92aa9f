/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: the owner's ID block lets the guest that it is for run, and no other.
 */
#include <openssl/evp.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/demo/snp_demo.h"
#include "host/lib/deadline.h"
#include "host/lib/sev_key.h"
#include "host/x86/snp_pages.h"

static bool measure(struct snp_demo *demo)
{
    const uint8_t *digest = demo->expectation.measurement;
    int64_t started = deadline_now_us();
    if (!snp_owner_measure(&demo->image, demo->expectation.measurement)) {
        return demo_fail("compute measurement", "the cryptographic library failed");
    }
    demo->expectation.policy = SNP_DEMO_POLICY;
    show_step("compute measurement", "ok", deadline_now_us() - started, "%02x%02x%02x%02x... of %s",
              digest[0], digest[1], digest[2], digest[3], demo->options->snp_guest);
    return true;
}

static bool refuse(struct snp_demo *demo, const struct snp_identity *identity,
                   enum sev_status status, const char *why)
{
    int64_t started = deadline_now_us();
    const int result = snp_tenant_finish(&demo->guest, identity);
    return snp_demo_refused("SNP_LAUNCH_FINISH", started, result, status, why);
}

/* The guest is not the one of other ID blocks, and a changed one is not the owner's. */
static bool refuse_others(struct snp_demo *demo, EVP_PKEY *key, struct snp_identity *identity)
{
    uint8_t other[SNP_DIGEST_BYTES];
    memcpy(other, demo->expectation.measurement, sizeof other);
    other[0] ^= 1;
    if (!snp_identity_make(key, other, SNP_DEMO_POLICY, identity)) {
        return demo_fail("ID block", "the cryptographic library failed");
    }
    if (!refuse(demo, identity, SEV_STATUS_BAD_MEASUREMENT, "an ID block for another image")) {
        return false;
    }
    memcpy(identity->block.digest, demo->expectation.measurement, sizeof identity->block.digest);
    return refuse(demo, identity, SEV_STATUS_BAD_SIGNATURE, "the same, changed to fit this one");
}

static bool finish(struct snp_demo *demo, EVP_PKEY *key)
{
    struct snp_identity identity;
    if (!refuse_others(demo, key, &identity)) {
        return false;
    }
    if (!snp_identity_make(key, demo->expectation.measurement, SNP_DEMO_POLICY, &identity)) {
        return demo_fail("ID block", "the cryptographic library failed");
    }
    memcpy(demo->expectation.id_key_digest, identity.key_digest, sizeof identity.key_digest);
    int64_t started = deadline_now_us();
    int result = snp_tenant_finish(&demo->guest, &identity);
    if (!demo_command("SNP_LAUNCH_FINISH", started, result, "its own ID block: it may run")) {
        return false;
    }
    started = deadline_now_us();
    const int state = snp_tenant_state(&demo->guest);
    return demo_command("SNP_GUEST_STATUS", started, state < 0 ? (int)MAILBOX_ERROR : 0, "%s",
                        snp_guest_state_name((uint32_t)state)) &&
           (state == SNP_GUEST_RUNNING || demo_fail("SNP_GUEST_STATUS", "it does not run"));
}

/* A core takes the registers, and nothing else for registers. */
static bool enter(struct snp_demo *demo)
{
    struct x86_rmp *rmp = &demo->host.rmp;
    const struct snp_image_page *page = snp_image_find(&demo->image, SNP_PAGE_VMSA);
    const uint64_t vmsa = demo->guest.map[snp_tenant_index(&demo->guest, page->gpa)];
    const uint64_t memory = demo->guest.map[snp_tenant_index(&demo->guest, demo->work_gpa)];
    if (x86_rmp_vmrun(rmp, SNP_PAGES_CORE, demo->guest.asid, vmsa) != X86_RMP_VMRUN_OK) {
        return demo_fail("VMRUN", "the processor does not accept the VMSA");
    }
    x86_rmp_vmexit(rmp, SNP_PAGES_CORE);
    if (x86_rmp_vmrun(rmp, SNP_PAGES_CORE, demo->guest.asid, memory) != X86_RMP_VMRUN_INVALID) {
        return demo_fail("VMRUN", "the processor accepts a page that is no VMSA");
    }
    show_step("VMRUN", "ok", -1, "the processor accepts the VMSA page, and no other");
    return true;
}

bool snp_act_finish(void *context)
{
    struct snp_demo *demo = context;
    EVP_PKEY *key = sev_key_generate();
    show_part("The owner says which guest may run");
    const bool good = key != NULL ? measure(demo) && finish(demo, key) && enter(demo)
                                  : demo_fail("ID block", "the cryptographic library failed");
    EVP_PKEY_free(key);
    return good;
}
