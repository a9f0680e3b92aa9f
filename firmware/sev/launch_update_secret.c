/*
 * LAUNCH_UPDATE_SECRET (sections 4.22, 7.6): puts a secret of the guest owner into guest memory. The
 * packet is bound to the measurement, and nothing is written unless its MAC verifies.
 *
 *   SUCCESS                 the secret is in guest memory; the state stays LSECRET
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 16-byte aligned
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LSECRET
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          HDR_LENGTH is not 34h; GUEST_LENGTH is 0, not a multiple of 16, or above
 *                           4000h; TRANS_LENGTH is not GUEST_LENGTH
 *   INVALID_PARAM           a reserved bit of FLAGS is set
 *   UNSUPPORTED             FLAGS.COMPRESSED is set
 *   BAD_MEASUREMENT         the packet's MAC does not verify
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include "crypto/aes.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/packet.h"
#include "firmware/memctl.h"
#include "firmware/sev/commands.h"

#define HEADER_BUFFER 0u
#define GUEST_BUFFER 1u
#define TRANS_BUFFER 2u

enum sev_status sev_launch_update_secret(struct command *command)
{
    const struct guest *guest = command->guest;
    const struct sev_packet_header *header =
        (const struct sev_packet_header *)command->data[HEADER_BUFFER].bytes;
    const struct hostmem_range *region = &command->data[GUEST_BUFFER].range;
    uint8_t *data = command->data[TRANS_BUFFER].bytes;
    const struct packet packet = {
        .context = SEV_MAC_CONTEXT_LAUNCH_SECRET,
        .guest_length = region->length,
        .trans_length = command->data[TRANS_BUFFER].range.length,
        .data = data,
        .measure = guest->measure,
    };
    const enum sev_status status = packet_check(guest->keys.tik, header, &packet);
    struct crypto_memory_key key;
    bool written;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }

    crypto_aes128_ctr(guest->keys.tek, header->iv, data, data, region->length);
    memctl_expand_key(guest->vek, &key);
    written = hostmem_write_guest(region, &key, 0, data, region->length);
    crypto_wipe(&key, sizeof key);
    return written ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_UNSAFE;
}
