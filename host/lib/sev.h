/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the SEV firmware API as C functions. One function per command takes the command
 * buffer of abi/sev_commands.h; a few more also carry what the buffer points to.
 *
 * Every function returns an enum sev_status of the firmware (0 and up), or an enum mailbox_result
 * below 0 when there was no response; sev_result_text() puts either into words.
 */
#ifndef HOST_LIB_SEV_H
#define HOST_LIB_SEV_H

#include <stddef.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "host/lib/board.h"

/** Expands X(function, COMMAND, structure) for every command with a buffer. */
#define SEV_BUFFER_COMMANDS(X)                                                                     \
    X(init, INIT, sev_init)                                                                        \
    X(init_ex, INIT_EX, sev_init_ex)                                                               \
    X(platform_status, PLATFORM_STATUS, sev_platform_status)                                       \
    X(pek_csr, PEK_CSR, sev_pek_csr)                                                               \
    X(pek_cert_import, PEK_CERT_IMPORT, sev_pek_cert_import)                                       \
    X(pdh_cert_export, PDH_CERT_EXPORT, sev_pdh_cert_export)                                       \
    X(get_id, GET_ID, sev_get_id)                                                                  \
    X(decommission, DECOMMISSION, sev_handle)                                                      \
    X(activate, ACTIVATE, sev_activate)                                                            \
    X(deactivate, DEACTIVATE, sev_handle)                                                          \
    X(guest_status, GUEST_STATUS, sev_guest_status)                                                \
    X(launch_start, LAUNCH_START, sev_launch_start)                                                \
    X(launch_update_data, LAUNCH_UPDATE_DATA, sev_launch_update)                                   \
    X(launch_measure, LAUNCH_MEASURE, sev_launch_measure)                                          \
    X(launch_update_secret, LAUNCH_UPDATE_SECRET, sev_packet)                                      \
    X(launch_finish, LAUNCH_FINISH, sev_handle)                                                    \
    X(copy, COPY, sev_copy)                                                                        \
    X(activate_ex, ACTIVATE_EX, sev_activate_ex)                                                   \
    X(launch_update_vmsa, LAUNCH_UPDATE_VMSA, sev_launch_update)                                   \
    X(attestation, ATTESTATION, sev_attestation)                                                   \
    X(send_start, SEND_START, sev_send_start)                                                      \
    X(send_update_data, SEND_UPDATE_DATA, sev_packet)                                              \
    X(send_update_vmsa, SEND_UPDATE_VMSA, sev_packet)                                              \
    X(send_finish, SEND_FINISH, sev_handle)                                                        \
    X(send_cancel, SEND_CANCEL, sev_handle)                                                        \
    X(receive_start, RECEIVE_START, sev_receive_start)                                             \
    X(receive_update_data, RECEIVE_UPDATE_DATA, sev_packet)                                        \
    X(receive_update_vmsa, RECEIVE_UPDATE_VMSA, sev_packet)                                        \
    X(receive_finish, RECEIVE_FINISH, sev_handle)                                                  \
    X(dbg_decrypt, DBG_DECRYPT, sev_dbg)                                                           \
    X(dbg_encrypt, DBG_ENCRYPT, sev_dbg)

/** Expands X(function, COMMAND) for every command without a buffer. */
#define SEV_PLAIN_COMMANDS(X)                                                                      \
    X(shutdown, SHUTDOWN)                                                                          \
    X(platform_reset, PLATFORM_RESET)                                                              \
    X(pek_gen, PEK_GEN)                                                                            \
    X(pdh_gen, PDH_GEN)                                                                            \
    X(df_flush, DF_FLUSH)                                                                          \
    X(nop, NOP)

/**
 * Issues any command.
 *
 * @param id              command
 * @param[in,out] buffer  command buffer, copied to the board's command page and back, also when the
 *                        command fails; NULL for commands without one
 * @param length          its size, at most a page
 */
int sev_command(struct board *board, uint32_t id, void *buffer, size_t length)
    __attribute__((warn_unused_result));

/* sev_init(), sev_launch_start(), ...: sev_command() of a typed buffer. */
#define SEV_DECLARE(function, command, structure)                                                  \
    int sev_##function(struct board *board, struct structure *buffer)                              \
        __attribute__((warn_unused_result));
SEV_BUFFER_COMMANDS(SEV_DECLARE)
#undef SEV_DECLARE

/* sev_shutdown(), sev_df_flush(), ...: sev_command() without a buffer. */
#define SEV_DECLARE(function, command)                                                             \
    int sev_##function(struct board *board) __attribute__((warn_unused_result));
SEV_PLAIN_COMMANDS(SEV_DECLARE)
#undef SEV_DECLARE

/**
 * GET_ID of socket 0.
 *
 * @param[out] id  SEV_CHIP_ID_BYTES
 */
int sev_read_chip_id(struct board *board, uint8_t id[SEV_CHIP_ID_BYTES])
    __attribute__((warn_unused_result));

/** PDH_CERT_EXPORT. @param[out] pdh, chain  set on success */
int sev_export_certificates(struct board *board, struct sev_certificate *pdh,
                            struct sev_certificate_chain *chain)
    __attribute__((warn_unused_result));

/** PEK_CSR. @param[out] csr  set on success */
int sev_export_csr(struct board *board, struct sev_certificate *csr)
    __attribute__((warn_unused_result));

/** PEK_CERT_IMPORT of a PEK certificate and the platform owner's OCA certificate. */
int sev_import_owner(struct board *board, const struct sev_certificate *pek,
                     const struct sev_certificate *oca) __attribute__((warn_unused_result));

/**
 * LAUNCH_START of a guest with a key of its own.
 *
 * @param policy       guest policy
 * @param certificate  the guest owner's DH certificate, or NULL together with @p session
 * @param[out] handle  set on success
 */
int sev_start_launch(struct board *board, uint32_t policy,
                     const struct sev_certificate *certificate, const struct sev_session *session,
                     uint32_t *handle) __attribute__((warn_unused_result));

/**
 * LAUNCH_UPDATE_DATA of any amount of memory, in as many commands as it needs.
 *
 * @param paddr   of the plaintext, a multiple of 16
 * @param length  a multiple of 16, not 0
 */
int sev_launch_memory(struct board *board, uint32_t handle, uint64_t paddr, uint64_t length)
    __attribute__((warn_unused_result));

/** LAUNCH_MEASURE. @param[out] measurement  set on success */
int sev_measure_launch(struct board *board, uint32_t handle, struct sev_measurement *measurement)
    __attribute__((warn_unused_result));

/**
 * LAUNCH_UPDATE_SECRET.
 *
 * @param header  made by the guest owner
 * @param data    @p length bytes of ciphertext, at most SEV_PACKET_MAX
 * @param paddr   where the guest finds the secret
 */
int sev_inject_secret(struct board *board, uint32_t handle, const struct sev_packet_header *header,
                      const void *data, uint32_t length, uint64_t paddr)
    __attribute__((warn_unused_result));

/**
 * ATTESTATION.
 *
 * @param mnonce       of whoever wants the report
 * @param[out] report  set on success
 */
int sev_attest(struct board *board, uint32_t handle, const uint8_t mnonce[SEV_NONCE_BYTES],
               struct sev_attestation_report *report) __attribute__((warn_unused_result));

/** @return name of a status, or what a negative result means */
const char *sev_result_text(int result);

/** @return the command's name, or "unknown command" */
const char *sev_command_name(uint32_t id);

/** @return bytes of the command's buffer; 0 when it has none or is not known here */
size_t sev_command_buffer_bytes(uint32_t id);

/** @return the state of PLATFORM_STATUS in words */
const char *sev_platform_state_name(uint32_t state);

/** @return the state of GUEST_STATUS in words */
const char *sev_guest_state_name(uint32_t state);

#endif
