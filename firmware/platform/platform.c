/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform context (platform.h).
 */
#include "firmware/platform/platform.h"

#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/handover.h"
#include "firmware/platform/store.h"

static struct {
    bool initialised;
    bool es;
    uint32_t guests;
    uint32_t owner;
    uint32_t security_version; /**< Of the running image. */
    struct identity identity;
    struct hostmem_range nv_block; /**< Of the last INIT_EX, kept across SHUTDOWN (4.3). */
} platform;

static struct identity draft;

/** What goes to the firmware that replaces this one: what is known while UNINIT and nowhere stored. */
struct platform_handover {
    uint32_t owner;
    uint32_t nv_length; /**< 0 = no NV block. */
    uint64_t nv_paddr;
    uint32_t nv_encrypted;
    uint32_t reserved;
} ABI_PACKED;
ABI_SIZE(struct platform_handover, 0x18);
ABI_OFFSET(struct platform_handover, owner, 0x00);
ABI_OFFSET(struct platform_handover, nv_length, 0x04);
ABI_OFFSET(struct platform_handover, nv_paddr, 0x08);
ABI_OFFSET(struct platform_handover, nv_encrypted, 0x10);
ABI_OFFSET(struct platform_handover, reserved, 0x14);

bool platform_hand_over(void)
{
    const struct platform_handover left = {
        .owner = platform.owner,
        .nv_length = platform.nv_block.length,
        .nv_paddr = platform.nv_block.paddr,
        .nv_encrypted = platform.nv_block.encrypted ? 1u : 0u,
    };

    return handover_add(HANDOVER_PLATFORM, &left, sizeof left);
}

/** Takes over what the firmware before knew. @return false when there was none */
static bool take_over(void)
{
    struct platform_handover left;

    if (!handover_take(HANDOVER_PLATFORM, &left, sizeof left)) {
        return false;
    }
    platform.owner = left.owner;
    if (left.nv_length == SEV_NV_BYTES) {
        platform.nv_block = (struct hostmem_range){
            .paddr = left.nv_paddr,
            .length = left.nv_length,
            .direction = HOSTMEM_READ | HOSTMEM_WRITE,
            .encrypted = left.nv_encrypted != 0,
            .holder = HOSTMEM_NV,
            /* The platform leaves it alone when SEV-SNP has made something else of its pages. */
            .pages = {.states = RMP_STATE(FIRMWARE) | RMP_STATE(DEFAULT)},
        };
    }
    return true;
}

void platform_start(uint32_t security_version)
{
    platform.security_version = security_version;
    platform.nv_block.length = 0;
    platform.owner = IDENTITY_SELF_OWNED;
    if (take_over()) {
        return;
    }
    if (store_flash_load(&draft) == STORE_LOADED) {
        platform.owner = draft.owner;
    }
    platform_release_draft();
}

enum sev_platform_state platform_state(void)
{
    if (!platform.initialised) {
        return SEV_PLATFORM_UNINIT;
    }
    return platform.guests == 0 ? SEV_PLATFORM_INIT : SEV_PLATFORM_WORKING;
}

void platform_set_guests(uint32_t count)
{
    platform.guests = count;
}

enum sev_status platform_check_options(uint32_t init_options)
{
    return (init_options & ~SEV_INIT_OPTION_ES) == 0 ? SEV_STATUS_SUCCESS
                                                     : SEV_STATUS_INVALID_PARAM;
}

bool platform_es_enabled(void)
{
    return platform.es;
}

uint32_t platform_security_version(void)
{
    return platform.security_version;
}

uint32_t platform_owner(void)
{
    return platform.owner;
}

const struct identity *platform_identity(void)
{
    return &platform.identity;
}

/** Loads from the medium in use: the NV block when there is one, else flash. */
static enum store_result load(struct identity *identity)
{
    return platform.nv_block.length != 0 ? store_nv_load(&platform.nv_block, identity)
                                         : store_flash_load(identity);
}

/** Saves to the medium in use. */
static bool save(const struct identity *identity)
{
    return platform.nv_block.length != 0 ? store_nv_save(&platform.nv_block, identity)
                                         : store_flash_save(identity);
}

/** Erases the medium in use. */
static bool erase(void)
{
    return platform.nv_block.length != 0 ? store_nv_erase(&platform.nv_block) : store_flash_erase();
}

enum sev_status platform_replace_identity(const struct identity *identity)
{
    if (!save(identity)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    platform.identity = *identity;
    platform.owner = identity->owner;
    return SEV_STATUS_SUCCESS;
}

/** Gets an identity from the medium in use, or makes one. */
static enum sev_status load_or_create(void)
{
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;

    switch (load(&draft)) {
    case STORE_LOADED:
        platform.identity = draft;
        platform.owner = draft.owner;
        status = SEV_STATUS_SUCCESS;
        break;
    case STORE_BLANK:
        if (identity_create(&draft)) {
            status = platform_replace_identity(&draft);
        }
        break;
    case STORE_DAMAGED:
        platform.owner = IDENTITY_SELF_OWNED;
        status = erase() ? SEV_STATUS_SECURE_DATA_INVALID : SEV_STATUS_HWERROR_PLATFORM;
        break;
    case STORE_FAILED:
        break;
    }
    platform_release_draft();
    return status;
}

enum sev_status platform_init(const struct platform_options *options)
{
    const struct hostmem_range former_block = platform.nv_block;
    enum sev_status status;

    platform.nv_block = options->nv_block;
    platform.nv_block.holder = HOSTMEM_NV;
    hostmem_hold(HOSTMEM_NV, &platform.nv_block);
    status = load_or_create();
    if (status != SEV_STATUS_SUCCESS) {
        hostmem_release(HOSTMEM_NV);
        crypto_wipe(&platform.identity, sizeof platform.identity);
        if (status != SEV_STATUS_SECURE_DATA_INVALID) {
            platform.nv_block = former_block;
        }
        return status;
    }
    platform.es = options->es;
    platform.initialised = true;
    return SEV_STATUS_SUCCESS;
}

void platform_shutdown(void)
{
    hostmem_release(HOSTMEM_NV);
    crypto_wipe(&platform.identity, sizeof platform.identity);
    platform.es = false;
    platform.initialised = false;
}

enum sev_status platform_reset(void)
{
    const enum sev_status status = hostmem_check_pages(&platform.nv_block);
    bool nv_erased;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    nv_erased = platform.nv_block.length == 0 || erase();
    platform.nv_block.length = 0;
    platform.owner = IDENTITY_SELF_OWNED;
    return store_flash_erase() && nv_erased ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

struct identity *platform_draft(void)
{
    draft = platform.identity;
    return &draft;
}

void platform_release_draft(void)
{
    crypto_wipe(&draft, sizeof draft);
}
