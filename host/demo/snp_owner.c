/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner of an SNP guest: launch digest and contents of reports (snp_owner.h).
 */
#include "host/demo/snp_owner.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/demo/snp_certificates.h"

static bool sha384(const void *data, size_t length, uint8_t digest[SNP_DIGEST_BYTES])
{
    return EVP_Digest(data, length, digest, NULL, EVP_sha384(), NULL) == 1;
}

bool snp_owner_measure(const struct snp_image *image, uint8_t digest[SNP_DIGEST_BYTES])
{
    bool good = true;
    memset(digest, 0, SNP_DIGEST_BYTES);
    for (size_t i = 0; i < image->count && good; i++) {
        const struct snp_image_page *page = &image->pages[i];
        struct snp_page_info info = {.length = sizeof info,
                                     .page_type = (uint8_t)page->type,
                                     .imi_page = page->imi ? 1 : 0,
                                     .gpa = page->gpa};
        memcpy(info.digest, digest, sizeof info.digest);
        if (page->type == SNP_PAGE_NORMAL || page->type == SNP_PAGE_VMSA) {
            good = sha384(page->bytes, SNP_PAGE_BYTES, info.contents);
        }
        good = good && sha384(&info, sizeof info, digest);
    }
    return good;
}

static bool says(const struct snp_report *report, const struct snp_expectation *expectation,
                 struct provision_error *reason)
{
    if (memcmp(report->measurement, expectation->measurement, sizeof report->measurement) != 0) {
        return provision_fail(reason, "MEASUREMENT is of another guest");
    }
    if (memcmp(report->report_data, expectation->report_data, sizeof report->report_data) != 0) {
        return provision_fail(reason, "REPORT_DATA is not the owner's");
    }
    if (memcmp(report->id_key_digest, expectation->id_key_digest, sizeof report->id_key_digest) !=
        0) {
        return provision_fail(reason, "ID_KEY_DIGEST is of another key");
    }
    if (report->policy != expectation->policy) {
        return provision_fail(reason, "POLICY is %llx", (unsigned long long)report->policy);
    }
    return report->vmpl == 0 || provision_fail(reason, "VMPL is %u", report->vmpl);
}

bool snp_owner_accepts(const char *directory, const struct snp_report *report,
                       const struct snp_expectation *expectation, struct provision_error *reason)
{
    return snp_certificates_vouch(directory, report, reason) && says(report, expectation, reason);
}
