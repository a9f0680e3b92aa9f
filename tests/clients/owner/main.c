/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A launch whose owner judges by somebody else's tool: an SEV guest is launched up to LAUNCH_MEASURE, the
 * tool gets what the hypervisor knows and the owner's transport keys, as files, and the secret that it
 * builds is injected and looked for in the guest's memory.
 *
 * usage: client-owner CHIP IMAGE FOLDER COMMAND...
 *
 * FOLDER gets `tk` (TEK, TIK), `measurement` (base64) and `arguments` (API version, build, policy);
 * COMMAND, started after that, leaves there `header` (base64) and `payload` (base64), and with success.
 * `plain` is what the guest then reads at the secret's place. The exit status is COMMAND's when it fails.
 */
#include <openssl/evp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/demo/tenant.h"
#include "host/lib/fabric.h"
#include "host/lib/owner.h"
#include "host/lib/sev.h"

#define SECRET_MAX 4096u
#define IMAGE_MAX (16u << 20)

extern char **environ;

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
    char path[4096];
    return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path ? fopen(path, mode)
                                                                                 : NULL;
}

static bool leave(const char *folder, const char *name, const void *bytes, size_t length)
{
    FILE *file = open_in(folder, name, "wb");
    const bool written = file != NULL && fwrite(bytes, 1, length, file) == length;
    return file != NULL && fclose(file) == 0 && written;
}

/* @return bytes that a file has in base64; 0 when there is none, or too many */
static size_t take(const char *folder, const char *name, uint8_t bytes[SECRET_MAX])
{
    char text[SECRET_MAX];
    FILE *file = open_in(folder, name, "rb");
    size_t length = file != NULL ? fread(text, 1, sizeof text, file) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    while (length > 0 && text[length - 1] == '\n') {
        length--;
    }
    const int decoded =
        length < sizeof text ? EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length) : 0;
    size_t padding = 0;
    while (padding < length && text[length - 1 - padding] == '=') {
        padding++;
    }
    return decoded > (int)padding ? (size_t)decoded - padding : 0;
}

static bool tell(const char *folder, const struct owner *owner,
                 const struct sev_platform_status *status,
                 const struct sev_measurement *measurement)
{
    char text[128];
    uint8_t keys[2 * SEV_KEY_BYTES];
    memcpy(keys, owner->transport.tek, SEV_KEY_BYTES);
    memcpy(keys + SEV_KEY_BYTES, owner->transport.tik, SEV_KEY_BYTES);
    bool told = leave(folder, "tk", keys, sizeof keys);
    (void)EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)measurement,
                          sizeof *measurement);
    told = told && leave(folder, "measurement", text, strlen(text));
    (void)snprintf(text, sizeof text, "--api-major %u --api-minor %u --build-id %u --policy %u\n",
                   status->api_major, status->api_minor, status->build, owner->policy);
    return told && leave(folder, "arguments", text, strlen(text));
}

static int judge(char **command)
{
    pid_t process = 0;
    int status = 0;
    return posix_spawnp(&process, command[0], NULL, NULL, command, environ) == 0 &&
                   waitpid(process, &status, 0) == process && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : EXIT_FAILURE;
}

/* LAUNCH_START to LAUNCH_MEASURE, as the tenant's hypervisor. */
static int launch(struct board *board, struct tenant *tenant, const struct owner *owner,
                  struct sev_measurement *measurement)
{
    struct sev_certificate pdh;
    struct sev_certificate certificate;
    struct sev_session session;
    struct sev_certificate_chain chain;
    const struct fabric_config *machine = fabric_configuration(board->fabric_file.bytes);
    tenant->asid = machine != NULL ? machine->min_sev_asid : 1;
    int result = tenant_init_platform(board, false);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_export_certificates(board, &pdh, &chain);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result =
            owner_certificate(owner, &certificate) && owner_make_session(owner, &pdh, &session)
                ? sev_start_launch(board, owner->policy, &certificate, &session, &tenant->handle)
                : MAILBOX_ERROR;
    }
    struct sev_activate activate = {.handle = tenant->handle, .asid = tenant->asid};
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_activate(board, &activate);
    }
    for (size_t i = 0; i < tenant->image.piece_count && result == SEV_STATUS_SUCCESS; i++) {
        const struct guest_image_piece *piece = &tenant->image.pieces[i];
        result = sev_launch_memory(board, tenant->handle, piece->paddr, piece->length);
    }
    return result == SEV_STATUS_SUCCESS ? sev_measure_launch(board, tenant->handle, measurement)
                                        : result;
}

static bool inject(struct board *board, const struct tenant *tenant, const char *folder)
{
    uint8_t header[SECRET_MAX];
    uint8_t payload[SECRET_MAX];
    uint8_t plain[SECRET_MAX];
    struct sev_handle handle = {.handle = tenant->handle};
    const uint64_t paddr = dram_allocate(&board->dram, 0, sizeof plain, 0);
    const size_t length = take(folder, "payload", payload);
    if (paddr == 0 || length == 0 ||
        take(folder, "header", header) != sizeof(struct sev_packet_header)) {
        return false;
    }
    int result = sev_inject_secret(board, tenant->handle,
                                   (const struct sev_packet_header *)(const void *)header, payload,
                                   (uint32_t)length, paddr);
    (void)printf("LAUNCH_UPDATE_SECRET of %zu bytes: %s\n", length, sev_result_text(result));
    return result == SEV_STATUS_SUCCESS &&
           sev_launch_finish(board, &handle) == SEV_STATUS_SUCCESS &&
           memory_controller_read(&board->memory, tenant->asid, paddr, plain, length) ==
               MEMORY_CONTROLLER_OK &&
           leave(folder, "plain", plain, length);
}

static int play(struct board *board, struct tenant *tenant, char **arguments)
{
    struct owner owner = {0};
    struct sev_platform_status status;
    struct sev_measurement measurement;
    int result = EXIT_FAILURE;
    if (owner_open(&owner, SEV_POLICY_NODBG | SEV_POLICY_NOKS) &&
        sev_platform_status(board, &status) == SEV_STATUS_SUCCESS &&
        launch(board, tenant, &owner, &measurement) == SEV_STATUS_SUCCESS &&
        tell(arguments[3], &owner, &status, &measurement)) {
        result = judge(arguments + 4);
        if (result == 0 && !inject(board, tenant, arguments[3])) {
            result = EXIT_FAILURE;
        }
    }
    owner_close(&owner);
    const bool ended = tenant->handle == 0 || tenant_end(tenant, board) == SEV_STATUS_SUCCESS;
    return sev_shutdown(board) == SEV_STATUS_SUCCESS && ended ? result : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static uint8_t bytes[IMAGE_MAX];
    struct board board;
    struct tenant tenant = {.handle = 0};
    if (argc < 5 || board_open(&board, argv[1]) != BOARD_OK) {
        return EXIT_FAILURE;
    }
    FILE *file = fopen(argv[2], "rb");
    const size_t length = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    int result = EXIT_FAILURE;
    if (file != NULL) {
        (void)fclose(file);
    }
    if (length != 0 && tenant_make(&tenant, bytes, length, SEV_POLICY_NODBG | SEV_POLICY_NOKS)) {
        if (tenant_place(&tenant, &board) && guest_image_write(&tenant.image, &board.memory)) {
            result = play(&board, &tenant, argv);
        }
        guest_image_free(&tenant.image);
    }
    board_close(&board);
    return result;
}
