/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest in a file (host/lib/snapshot.h, docs/snapshot.md): damage is found, forgery refused by the
 * firmware, and after a restart the guest is what it was.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/snapshot.h"
#include "host/provision/files.h"
#include "tests/migration/pair.h"

#define FILE_MAX 0x100000u
#define SMALL_PACKETS 0x1000u

static struct snapshot snapshot;

static int write_packet(void *context, const struct sev_sent_packet *packet, uint64_t offset)
{
    (void)context;
    return snapshot_write(&snapshot, packet, offset) ? SEV_STATUS_SUCCESS : MAILBOX_ERROR;
}

/* Puts a new guest to sleep. */
static bool make(struct pair *pair, struct tenant *guest, const char *path)
{
    struct board *board = &pair->first.board;
    struct snapshot_header header = {.image_bytes = PAIR_GUEST_BYTES,
                                     .pdh = pair->first.identity.pdh};
    struct sev_handle handle;
    uint32_t policy = 0;
    if (!pair_launch(pair, &pair->first, guest, SEV_POLICY_ES | SEV_POLICY_SEV) ||
        !CHECK_STATUS(
            sev_start_send(board, guest->handle, &pair->first.identity, &header.session, &policy),
            SUCCESS)) {
        return false;
    }
    header.policy = policy;
    handle.handle = guest->handle;
    return CHECK_STATUS(sev_read_chip_id(board, header.chip_id), SUCCESS) &&
           CHECK(snapshot_create(&snapshot, path, &header)) &&
           CHECK_STATUS(tenant_send(guest, board, SMALL_PACKETS, write_packet, NULL), SUCCESS) &&
           CHECK(snapshot_finish(&snapshot)) &&
           CHECK_STATUS(sev_send_finish(board, &handle), SUCCESS) &&
           CHECK_STATUS(tenant_end(guest, board), SUCCESS);
}

/* Receives the guest of a file that is open; @return the first status that is not SUCCESS */
static int receive(struct pair *pair, struct tenant *guest)
{
    static struct sev_sent_packet packet;
    struct board *board = &pair->first.board;
    uint64_t offset = 0;
    int result = sev_start_receive(board, snapshot.header.policy, &snapshot.header.pdh,
                                   &snapshot.header.session, &guest->handle);
    struct sev_activate activate = {.handle = guest->handle, .asid = guest->asid};
    struct sev_handle handle = {.handle = guest->handle};
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    result = sev_activate(board, &activate);
    for (uint32_t i = 0; i < snapshot.header.packets && result == SEV_STATUS_SUCCESS; i++) {
        result = snapshot_read(&snapshot, &packet, &offset)
                     ? tenant_receive(guest, board, &packet, offset)
                     : (int)MAILBOX_ERROR;
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_receive_finish(board, &handle);
    }
    if (result == SEV_STATUS_SUCCESS) {
        (void)CHECK(tenant_finds_itself(guest, board));
    }
    (void)CHECK_STATUS(tenant_end(guest, board), SUCCESS);
    return result;
}

/* Writes a file and tells whether it is taken for a snapshot. */
static bool opens(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wbe");
    bool written = file != NULL && fwrite(bytes, 1, length, file) == length;
    written = file != NULL && fclose(file) == 0 && written;
    bool opened = CHECK(written) && snapshot_open(&snapshot, path);
    snapshot_close(&snapshot);
    return opened;
}

static void damage(const char *path, const struct provision_bytes *good, bool quick)
{
    uint8_t *bytes = malloc(good->length + 1);
    const size_t stride = quick ? 4099 : 41;
    unsigned opened = 0;
    unsigned lengths = 0;
    check_begin("a snapshot with a flipped bit, or of another length, is refused");
    if (!CHECK(bytes != NULL)) {
        free(bytes);
        return;
    }
    memcpy(bytes, good->data, good->length);
    bytes[good->length] = 0;
    /* All of the header's own fields, then samples: what covers them is one digest. */
    for (size_t i = 0; i < good->length; i += i < 0x80 ? 1 : stride) {
        bytes[i] ^= 0x20;
        opened += opens(path, bytes, good->length) ? 1 : 0;
        bytes[i] ^= 0x20;
    }
    for (size_t length = 0; length < good->length; length += good->length / 64) {
        lengths += opens(path, bytes, length) ? 1 : 0;
    }
    (void)CHECK(opened == 0);
    (void)CHECK(lengths == 0);
    (void)CHECK(!opens(path, bytes, good->length + 1));
    (void)CHECK(opens(path, bytes, good->length));
    free(bytes);
}

/* Whoever can write the file can also write its digest: then the firmware must say no. */
static void forge(struct pair *pair, struct tenant *guest, const char *path,
                  const struct provision_bytes *good)
{
    static const struct {
        size_t offset;
        enum sev_status status;
    } cases[] = {
        {offsetof(struct snapshot_header, policy), SEV_STATUS_BAD_MEASUREMENT},
        {offsetof(struct snapshot_header, session) + 0x20, SEV_STATUS_BAD_MEASUREMENT},
        {offsetof(struct snapshot_header, pdh) + 0x14, SEV_STATUS_INVALID_CERTIFICATE},
        {sizeof(struct snapshot_header) + offsetof(struct snapshot_packet, header),
         SEV_STATUS_UNSUPPORTED},
        {sizeof(struct snapshot_header) + offsetof(struct snapshot_packet, header) + 0x20,
         SEV_STATUS_BAD_MEASUREMENT},
        {sizeof(struct snapshot_header) + sizeof(struct snapshot_packet) + 100,
         SEV_STATUS_BAD_MEASUREMENT},
    };
    check_begin("a forged snapshot with a right digest is refused by the firmware");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t covered = good->length - SNAPSHOT_DIGEST_BYTES;
        unsigned length = 0;
        good->data[cases[i].offset] ^= 1;
        (void)CHECK(EVP_Digest(good->data, covered, good->data + covered, &length, EVP_sha256(),
                               NULL) == 1);
        (void)CHECK(opens(path, good->data, good->length));
        if (CHECK(snapshot_open(&snapshot, path))) {
            (void)check_status(receive(pair, guest), cases[i].status, "RECEIVE", __FILE__,
                               __LINE__);
        }
        snapshot_close(&snapshot);
        good->data[cases[i].offset] ^= 1;
    }
}

void test_snapshot(struct pair *pair)
{
    struct tenant guest = {.handle = 0};
    struct provision_bytes good = {0};
    struct provision_error error;
    char path[PATH_MAX];
    char copy[PATH_MAX];
    check_begin("a guest falls asleep in a file");
    (void)CHECK(board_path(path, pair->options->work, "guest.snapshot") &&
                board_path(copy, pair->options->work, "copy.snapshot"));
    if (!make(pair, &guest, path) ||
        !CHECK(provision_file_read(path, FILE_MAX, false, &good, &error))) {
        guest_image_free(&guest.image);
        return;
    }
    damage(copy, &good, pair->options->quick);
    forge(pair, &guest, copy, &good);

    check_begin("it wakes up after the board was restarted, twice if need be");
    (void)CHECK_STATUS(sev_shutdown(&pair->first.board), SUCCESS);
    (void)CHECK(board_stop(&pair->first.board) == BOARD_OK);
    if (pair_start_one(&pair->first, pair->options, pair->options->first_chip, 0) &&
        CHECK(tenant_place(&guest, &pair->first.board))) {
        for (int i = 0; i < 2 && CHECK(snapshot_open(&snapshot, path)); i++) {
            (void)CHECK_STATUS(receive(pair, &guest), SUCCESS);
            snapshot_close(&snapshot);
        }
        check_begin("not after PDH_GEN");
        (void)CHECK_STATUS(sev_pdh_gen(&pair->first.board), SUCCESS);
        if (CHECK(snapshot_open(&snapshot, path))) {
            (void)CHECK_STATUS(receive(pair, &guest), BAD_MEASUREMENT);
        }
        snapshot_close(&snapshot);
        (void)CHECK(pair_identify(pair));
    }
    provision_bytes_free(&good);
    guest_image_free(&guest.image);
    dram_free_all(&pair->first.board.dram);
}
