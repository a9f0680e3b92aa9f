/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states of a page by name (SNP 3.4).
 */
#include "host/x86/rmp.h"

static enum x86_rmp_state state_of_firmware_page(const struct x86_rmp_page *page)
{
    if (page->validated) {
        return X86_RMP_UNKNOWN;
    }
    if (!page->immutable) {
        return X86_RMP_RECLAIM;
    }
    /* Inside of 2 MiB the GPA is an offset; Metadata pages have 4 KiB. */
    if (page->gpa != 0 && !page->large) {
        return X86_RMP_METADATA;
    }
    return page->vmsa ? X86_RMP_CONTEXT : X86_RMP_FIRMWARE;
}

static enum x86_rmp_state state_of_guest_page(const struct x86_rmp_page *page)
{
    if (page->immutable) {
        return page->validated ? X86_RMP_PRE_SWAP : X86_RMP_PRE_GUEST;
    }
    return page->validated ? X86_RMP_GUEST_VALID : X86_RMP_GUEST_INVALID;
}

enum x86_rmp_state x86_rmp_state_of(const struct x86_rmp_page *page)
{
    if (!page->covered) {
        return X86_RMP_DEFAULT;
    }
    if (page->assigned) {
        return page->asid == 0 ? state_of_firmware_page(page) : state_of_guest_page(page);
    }
    if (page->validated || page->asid != 0) {
        return X86_RMP_UNKNOWN;
    }
    return page->immutable ? X86_RMP_HV_FIXED : X86_RMP_HYPERVISOR;
}

const char *x86_rmp_state_name(enum x86_rmp_state state)
{
    static const char *const names[] = {
        [X86_RMP_UNKNOWN] = "Unknown",
        [X86_RMP_DEFAULT] = "Default",
        [X86_RMP_HYPERVISOR] = "Hypervisor",
        [X86_RMP_HV_FIXED] = "HV-fixed",
        [X86_RMP_FIRMWARE] = "Firmware",
        [X86_RMP_RECLAIM] = "Reclaim",
        [X86_RMP_CONTEXT] = "Context",
        [X86_RMP_METADATA] = "Metadata",
        [X86_RMP_PRE_GUEST] = "Pre-Guest",
        [X86_RMP_PRE_SWAP] = "Pre-Swap",
        [X86_RMP_GUEST_INVALID] = "Guest-Invalid",
        [X86_RMP_GUEST_VALID] = "Guest-Valid",
    };
    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : names[X86_RMP_UNKNOWN];
}
