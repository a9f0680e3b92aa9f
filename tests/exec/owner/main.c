/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others do: the platform's owner signs its PEK, a guest's makes an ID block, and another
 * hypervisor turns SEV-SNP on and off. The guest's owner is of the second implementation (tests/snp).
 *
 * usage: owner pek CSR PEK OCA
 *        owner id DIGEST POLICY BLOCK AUTH [author]     DIGEST is hexadecimal
 *        owner digest AUTH                              digest of its ID key, in hexadecimal
 *        owner table CHIP end|keep|on   with a reverse map table at 2 MiB, which stays in force or not;
 *                                       on: SEV-SNP itself stays on
 *        owner again CHIP               turns SEV-SNP off, as whoever has left it so, and on
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/sev_certificate.h"
#include "host/lib/fabric.h"
#include "host/lib/sev_key.h"
#include "host/lib/snp.h"
#include "tests/snp/id_block.h"
#include "tests/snp/p384.h"

static bool write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    const bool written = file != NULL && fwrite(bytes, 1, length, file) == length;
    return file != NULL && fclose(file) == 0 && written;
}

static bool read_file(const char *path, void *bytes, size_t length)
{
    FILE *file = fopen(path, "rb");
    const bool done = file != NULL && fread(bytes, 1, length, file) == length;
    return file != NULL && fclose(file) == 0 && done;
}

/* Signs with an OCA key, into the first place for signatures. */
static bool sign(struct sev_certificate *certificate, EVP_PKEY *key)
{
    struct sev_signature_slot *slot = &certificate->slots[0];
    memset(slot, 0, sizeof *slot);
    slot->usage = SEV_USAGE_OCA;
    slot->algorithm = SEV_ALGORITHM_ECDSA_SHA256;
    return sev_key_sign(key, EVP_sha256(), certificate, SEV_CERTIFICATE_SIGNED_BYTES,
                        slot->signature.ecdsa.r, slot->signature.ecdsa.s);
}

static bool own_platform(char **paths)
{
    struct sev_certificate pek;
    struct sev_certificate oca = {.version = SEV_CERTIFICATE_VERSION,
                                  .public_key_usage = SEV_USAGE_OCA,
                                  .public_key_algorithm = SEV_ALGORITHM_ECDSA_SHA256};
    EVP_PKEY *key = sev_key_generate();
    oca.slots[1].usage = SEV_USAGE_INVALID;
    const bool good = key != NULL && read_file(paths[0], &pek, sizeof pek) &&
                      sev_key_to_certificate(key, &oca.public_key.ecc) && sign(&oca, key) &&
                      sign(&pek, key) && write_file(paths[1], &pek, sizeof pek) &&
                      write_file(paths[2], &oca, sizeof oca);
    EVP_PKEY_free(key);
    return good;
}

static bool make_id(char **arguments, bool author)
{
    uint8_t block[WITNESS_ID_BLOCK_BYTES];
    uint8_t page[WITNESS_ID_AUTH_BYTES];
    struct witness_id id = {.family_id = "tests", .image_id = "exec", .guest_svn = 7};
    long length = 0;
    uint8_t *digest = OPENSSL_hexstr2buf(arguments[0], &length);
    if (digest == NULL || length != (long)sizeof id.digest) {
        return false;
    }
    memcpy(id.digest, digest, sizeof id.digest);
    OPENSSL_free(digest);
    id.policy = strtoull(arguments[1], NULL, 0);
    EVP_PKEY *key = witness_p384_make();
    EVP_PKEY *author_key = author ? witness_p384_make() : NULL;
    witness_id_block(&id, block);
    witness_id_auth(block, key, author_key, page);
    EVP_PKEY_free(key);
    EVP_PKEY_free(author_key);
    return write_file(arguments[2], block, sizeof block) &&
           write_file(arguments[3], page, sizeof page);
}

#define PUBLIC_KEY_BYTES 0x404u

static bool print_digest(const char *path)
{
    uint8_t page[WITNESS_ID_AUTH_BYTES];
    uint8_t digest[WITNESS_DIGEST_BYTES];
    if (!read_file(path, page, sizeof page) ||
        EVP_Digest(page + WITNESS_ID_AUTH_ID_KEY, PUBLIC_KEY_BYTES, digest, NULL, EVP_sha384(),
                   NULL) != 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)printf("%02x", digest[i]);
    }
    return puts("") >= 0;
}

#define TABLE_BASE 0x200000ull
#define TABLE_END 0x12FFFFFull

/* Commands have their buffers where no table covers it. */
static bool open_board(struct board *board, const char *directory)
{
    if (board_open(board, directory) != BOARD_OK) {
        return false;
    }
    const struct dram *dram = &board->dram;
    const uint32_t last = dram->range_count - 1;
    board->command_paddr = dram->ranges[last].base + dram->ranges[last].length - DRAM_PAGE_BYTES;
    return true;
}

static bool use_table(const char *directory, const char *end)
{
    struct board board;
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    struct snp_shutdown_ex shutdown = {.length = sizeof shutdown,
                                       .flags = strcmp(end, "keep") == 0 ? 0 : SNP_SHUTDOWN_X86};
    if (!open_board(&board, directory)) {
        return false;
    }
    uint8_t *fabric = board.fabric_file.bytes;
    fabric_set_up_snp(fabric, TABLE_BASE, TABLE_END);
    bool good = snp_init_ex(&board, &init) == SEV_STATUS_SUCCESS;
    fabric_report_wbinvd_all(fabric);
    good = good && snp_df_flush(&board) == SEV_STATUS_SUCCESS &&
           (strcmp(end, "on") == 0 || snp_shutdown_ex(&board, &shutdown) == SEV_STATUS_SUCCESS);
    board_close(&board);
    return good;
}

/* The table is where it was, so that nothing but what it holds can tell the difference. */
static bool turn_on_again(const char *directory)
{
    struct board board;
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    struct snp_shutdown_ex shutdown = {.length = sizeof shutdown, .flags = SNP_SHUTDOWN_X86};
    if (!open_board(&board, directory)) {
        return false;
    }
    uint8_t *fabric = board.fabric_file.bytes;
    fabric_report_wbinvd_all(fabric);
    int result = snp_shutdown_ex(&board, &shutdown);
    if (result == SEV_STATUS_DFFLUSH_REQUIRED && snp_df_flush(&board) == SEV_STATUS_SUCCESS) {
        result = snp_shutdown_ex(&board, &shutdown);
    }
    const bool good =
        result == SEV_STATUS_SUCCESS && snp_init_ex(&board, &init) == SEV_STATUS_SUCCESS;
    board_close(&board);
    return good;
}

int main(int argc, char **argv)
{
    bool good = false;
    if (argc == 5 && strcmp(argv[1], "pek") == 0) {
        good = own_platform(argv + 2);
    } else if ((argc == 6 || argc == 7) && strcmp(argv[1], "id") == 0) {
        good = make_id(argv + 2, argc == 7);
    } else if (argc == 3 && strcmp(argv[1], "digest") == 0) {
        good = print_digest(argv[2]);
    } else if (argc == 4 && strcmp(argv[1], "table") == 0) {
        good = use_table(argv[2], argv[3]);
    } else if (argc == 3 && strcmp(argv[1], "again") == 0) {
        good = turn_on_again(argv[2]);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
