/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page is to the guest.
 */
#ifndef HOST_REPORT_PAGE_KIND_H
#define HOST_REPORT_PAGE_KIND_H

enum page_kind {
    PAGE_KIND_NONE = 0,      /**< There is no memory, or not yet. */
    PAGE_KIND_PRIVATE,       /**< Through the guest's key. */
    PAGE_KIND_SHARED,        /**< Raw, or through the host's key. */
    PAGE_KIND_NOT_VALIDATED, /**< SEV-SNP: #VC if the guest touches it. */
    PAGE_KIND_REFUSED,       /**< SEV-SNP: #NPF, the RMP has another's page there. */
};

#endif
