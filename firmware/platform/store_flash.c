/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identity in flash (store.h).
 */
#include "firmware/platform/journal.h"

/** PLATFORM_RESET erases it. */
static const struct journal identity_journal = {
    .first_sector = 0,
    .kind = STORE_IDENTITY,
    .erasable = true,
};

enum store_result store_flash_load(struct identity *identity)
{
    const enum store_result result = journal_load(&identity_journal, identity, sizeof *identity);

    if (result == STORE_LOADED && !identity_accept(identity)) {
        return STORE_DAMAGED;
    }
    return result;
}

bool store_flash_save(const struct identity *identity)
{
    return journal_save(&identity_journal, identity, sizeof *identity);
}

bool store_flash_erase(void)
{
    return journal_erase(&identity_journal);
}
