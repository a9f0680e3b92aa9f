/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_UPDATE (SNP 2.10): adds a page to a guest. What the host has put there is measured,
 * completed as the page's type wants, and encrypted in place; the page is Guest-Valid then.
 *
 *   SUCCESS                 done
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR or PAGE_PADDR are not in DRAM, or not
 *                           aligned, PAGE_PADDR to the page's size, or they overlap
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     not LAUNCH
 *   INACTIVE                the guest has no ASID
 *   INVALID_PARAM           reserved bits or fields are not 0, PAGE_TYPE is not 1 to 6, a VMPL's
 *                           permissions do not exist, or IMI_PAGE for a guest without IMI_EN; a
 *                           VMSA whose SEV_FEATURES lack SNP_ACTIVE or have a bit that the chip has
 *                           not; a CPUID page that is not accepted, which the firmware has
 *                           corrected then
 *   INVALID_PAGE_SIZE       2 MiB of a type that has pages of 4 KiB only, or the page has another
 *                           size
 *   INVALID_PAGE_STATE      the page is not Pre-Guest, or the parameters are not readable
 *   INVALID_PAGE_OWNER      the page is another guest's
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/launch_page.h"
#include "firmware/snp_guest/special_page.h"

#define PAGE_BUFFER 0u
#define KNOWN_FLAGS (SNP_PAGE_2M | (7u << 1) | SNP_LAUNCH_IMI_PAGE)

/** What the parameters ask for. */
static struct digest_page page_of(const struct snp_launch_update *parameters)
{
    return (struct digest_page){
        .type = (uint8_t)SNP_LAUNCH_PAGE_TYPE(parameters->flags),
        .imi = (parameters->flags & SNP_LAUNCH_IMI_PAGE) != 0,
        .permissions = {RMP_PERMISSIONS_FULL, parameters->vmpl1_perms, parameters->vmpl2_perms,
                        parameters->vmpl3_perms},
    };
}

/** Whether fields and bits without a meaning are 0, and the type and permissions exist. */
static bool is_meaningful(const struct snp_launch_update *parameters)
{
    const struct digest_page page = page_of(parameters);
    const uint8_t permissions =
        (uint8_t)(page.permissions[1] | page.permissions[2] | page.permissions[3]);
    const uint8_t known = special_page_has_shadow_stacks()
                              ? RMP_PERMISSIONS_FULL | RMP_PERMISSION_SHADOW_STACK
                              : RMP_PERMISSIONS_FULL;

    return (parameters->flags & ~KNOWN_FLAGS) == 0 && parameters->reserved_0c == 0 &&
           parameters->reserved_18 == 0 && parameters->reserved_1c == 0 &&
           page.type >= SNP_PAGE_NORMAL && page.type <= SNP_PAGE_CPUID &&
           (permissions & ~known) == 0;
}

/** Checks 4 to 6, which the specification puts behind those of the guest. */
static enum sev_status check_request(struct command *command)
{
    const struct snp_launch_update *parameters =
        (const struct snp_launch_update *)command->parameters;

    if (!is_meaningful(parameters)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if ((parameters->flags & SNP_PAGE_2M) != 0 &&
        !launch_page_may_be_large(SNP_LAUNCH_PAGE_TYPE(parameters->flags))) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    return (parameters->flags & SNP_LAUNCH_IMI_PAGE) != 0 && !command->snp_guest->has_imi
               ? SEV_STATUS_INVALID_PARAM
               : SEV_STATUS_SUCCESS;
}

static enum sev_status handle(struct command *command)
{
    const struct digest_page page = page_of((const struct snp_launch_update *)command->parameters);

    return launch_page_add(command->snp_guest, &command->data[PAGE_BUFFER].range, &page);
}

const struct command_row snp_launch_update_row = {
    ROW_COMMAND(LAUNCH_UPDATE, "2.10"),
    ROW_PARAMETERS(snp_launch_update),
    ROW_GUEST(snp_launch_update, gctx_paddr, SNP_GUEST_STATES_LAUNCH),
    .needs_active = true,
    .buffers = {ROW_GUEST_PAGE("PAGE", snp_launch_update, page_paddr, GUEST_READ_WRITE,
                               RMP_STATE(PRE_GUEST))},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_PARAM) |
                COMMAND_STATUS(INVALID_PAGE_SIZE) | COMMAND_STATUS(INVALID_PAGE_OWNER) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .policy = check_request,
    .handle = handle,
};
