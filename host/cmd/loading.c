/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving a running board another firmware (loading.h).
 */
#include "host/cmd/loading.h"

#include <stdio.h>

#include "host/cmd/interrupt.h"
#include "host/cmd/staging.h"
#include "host/lib/host_memory.h"
#include "host/lib/hosted_process.h"
#include "host/lib/run_lock.h"
#include "host/lib/snp.h"
#include "host/lib/status.h"
#include "host/provision/image.h"
#include "host/x86/rmp.h"

/* The new firmware tests itself before it answers. */
#define COMMAND_TIMEOUT_MS 60000

/* What to do about a status, in words. */
static const char *advice(int result)
{
    switch (result) {
    case SEV_STATUS_INVALID_PLATFORM_STATE:
    case SEV_STATUS_SHUTDOWN_REQUIRED:
        return "; --shutdown brings the platform into the right one";
    case SEV_STATUS_BAD_SIGNATURE:
        return "; the file was changed, or signed by another vendor than the chip's, whose keys "
               "are "
               "in its vendor/";
    case SEV_STATUS_BAD_SVN:
        return "; the file's security version is below the running firmware's";
    case SEV_STATUS_BAD_VERSION:
        return "; the file's version is below the one that was committed";
    case SEV_STATUS_INVALID_COMMAND:
        return "; --commit wants a chip with SEV-SNP";
    case SEV_STATUS_UNSUPPORTED:
        return "; virtasp-sp, the firmware as a Linux process, cannot replace itself, and no board "
               "takes a file of another format";
    case SEV_STATUS_WBINVD_REQUIRED:
        return "; every core must have executed WBINVD, and the fabric say so";
    default:
        return "";
    }
}

/* @return BOARD_OK when RESULT is SUCCESS */
static enum board_result judge(struct board *board, const char *command, int result)
{
    if (result == SEV_STATUS_SUCCESS) {
        return BOARD_OK;
    }
    return board_fail(board, result < 0 ? BOARD_NOT_ANSWERING : BOARD_FAILED, "%s: %s%s", command,
                      sev_result_text(result), advice(result));
}

/* The firmware says it without a command, so that none writes into memory that is given back. */
static enum board_result read_version(struct board *board, struct fabric_status *block)
{
    return board->fabric_file.bytes != NULL &&
                   status_copy(board->fabric_file.bytes, STATUS_TIMEOUT_MS, block) == STATUS_SERVING
               ? BOARD_OK
               : board_fail(board, BOARD_NOT_ANSWERING,
                            "the fabric does not say which firmware runs");
}

static enum board_result print_version(struct board *board, const char *which)
{
    struct fabric_status block = {0};
    enum board_result result = read_version(board, &block);
    if (result == BOARD_OK) {
        (void)printf("%s firmware   API %u.%u, security version %u, build %u\n", which,
                     block.api_major, block.api_minor, block.security_version, block.build);
    }
    return result;
}

/* The command's buffer has the first page, the file what follows. */
static enum board_result download(struct board *board, const struct provision_bytes *file,
                                  const struct staging *staging, bool commit)
{
    struct sev_download_firmware buffer = {
        .fw_paddr = staging->paddr + DRAM_PAGE_BYTES,
        .fw_length = (uint32_t)file->length,
    };
    struct snp_download_firmware_ex extended = {
        .length = sizeof extended,
        .fw_paddr = buffer.fw_paddr,
        .fw_length = buffer.fw_length,
        .flags = SNP_DOWNLOAD_COMMIT,
    };
    const enum memory_controller_result written =
        host_memory_write(&board->memory, buffer.fw_paddr, file->data, file->length);
    if (written != MEMORY_CONTROLLER_OK) {
        return board_fail(board, BOARD_FAILED, "x86 memory: %s",
                          memory_controller_result_text(written));
    }
    if (commit) {
        return judge(board, "SNP_DOWNLOAD_FIRMWARE_EX", snp_download_firmware_ex(board, &extended));
    }
    return judge(board, "DOWNLOAD_FIRMWARE",
                 sev_command(board, SEV_COMMAND_DOWNLOAD_FIRMWARE, &buffer, sizeof buffer));
}

/* Ends SEV-SNP where it is on, or its table still in force: that covers address 0. */
static enum board_result shut_snp_down(struct board *board)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = SNP_SHUTDOWN_X86};
    struct fabric_status block = {.magic = 0};
    struct x86_rmp rmp;
    struct x86_rmp_page first;
    enum board_result result = read_version(board, &block);
    x86_rmp_attach(&rmp, board->fabric_file.bytes, &board->dram);
    if (result != BOARD_OK || (x86_rmp_look_up(&rmp, 0, &first) && !first.covered)) {
        return result;
    }
    if (block.snp_state == SNP_PLATFORM_INIT) {
        result = judge(board, "SNP_DF_FLUSH", snp_df_flush(board));
    }
    return result == BOARD_OK ? judge(board, "SNP_SHUTDOWN_EX", snp_shutdown_ex(board, &parameters))
                              : result;
}

static enum board_result load_from(struct board *board, const struct provision_bytes *file,
                                   const struct staging *staging, const struct load_order *order)
{
    enum board_result result = BOARD_OK;
    board->command_paddr = staging->paddr;
    if (order->shutdown) {
        result = judge(board, "SHUTDOWN", sev_shutdown(board));
    }
    if (order->shutdown && result == BOARD_OK) {
        result = shut_snp_down(board);
    }
    if (result == BOARD_OK) {
        result = print_version(board, "old");
    }
    if (result == BOARD_OK) {
        result = download(board, file, staging, order->commit);
    }
    return result == BOARD_OK ? print_version(board, "new") : result;
}

/* SHUTDOWN takes the guests away: not for a file that is refused after it. */
static enum board_result check_before_shutdown(struct board *board,
                                               const struct provision_bytes *file,
                                               const struct load_order *order)
{
    struct fabric_status block = {0};
    struct provision_error why = {0};
    if (board_is_hosted(run_lock_holder(order->directory))) {
        return board_fail(
            board, BOARD_FAILED,
            "%s runs virtasp-sp, the firmware as a Linux process, which cannot replace "
            "itself: no SHUTDOWN was issued",
            order->directory);
    }
    enum board_result result = read_version(board, &block);
    if (result == BOARD_OK &&
        !provision_firmware_check(order->directory, file, block.security_version, &why)) {
        result = board_fail(board, BOARD_FAILED, "%s: %.300s: no SHUTDOWN was issued", order->path,
                            why.text);
    }
    return result;
}

enum board_result load_firmware(struct board *board, const struct provision_bytes *file,
                                const struct load_order *order)
{
    struct staging staging;
    board->timeout_ms = COMMAND_TIMEOUT_MS;
    board->mailbox.cancel = interrupt_catch();
    enum board_result result =
        order->shutdown ? check_before_shutdown(board, file, order) : BOARD_OK;
    if (result == BOARD_OK) {
        result = staging_borrow(board, order->paddr, DRAM_PAGE_BYTES + file->length, &staging);
    }
    if (result == BOARD_OK) {
        result = load_from(board, file, &staging, order);
        staging_return(&staging);
    }
    return result;
}
