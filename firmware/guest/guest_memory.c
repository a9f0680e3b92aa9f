/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of a guest (guest_memory.h).
 */
#include "firmware/guest/guest_memory.h"

#include "firmware/memctl.h"

enum sev_status guest_memory_read(const struct guest *guest, const struct hostmem_range *range,
                                  uint8_t *plaintext)
{
    struct crypto_memory_key key;
    enum sev_status status;

    memctl_expand_key(guest->vek, &key);
    status = hostmem_copy_in_guest(range, &key, 0, plaintext, range->length);
    crypto_wipe(&key, sizeof key);
    return status;
}

enum sev_status guest_memory_write(const struct guest *guest, const struct hostmem_range *range,
                                   uint8_t *plaintext)
{
    struct crypto_memory_key key;
    enum sev_status status;

    memctl_expand_key(guest->vek, &key);
    status = hostmem_copy_out_guest(range, &key, 0, plaintext, range->length);
    crypto_wipe(&key, sizeof key);
    return status;
}
