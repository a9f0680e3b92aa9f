/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command identifiers of the SEV firmware API, bits 26:16 of a CmdResp request.
 */
#ifndef ABI_SEV_COMMAND_ID_H
#define ABI_SEV_COMMAND_ID_H

/** Expands X(name, id) for every command of the API. */
#define SEV_COMMAND_LIST(X)                                                                        \
    X(INIT, 0x001)                                                                                 \
    X(SHUTDOWN, 0x002)                                                                             \
    X(PLATFORM_RESET, 0x003)                                                                       \
    X(PLATFORM_STATUS, 0x004)                                                                      \
    X(PEK_GEN, 0x005)                                                                              \
    X(PEK_CSR, 0x006)                                                                              \
    X(PEK_CERT_IMPORT, 0x007)                                                                      \
    X(PDH_CERT_EXPORT, 0x008)                                                                      \
    X(PDH_GEN, 0x009)                                                                              \
    X(DF_FLUSH, 0x00A)                                                                             \
    X(DOWNLOAD_FIRMWARE, 0x00B)                                                                    \
    X(GET_ID, 0x00C)                                                                               \
    X(INIT_EX, 0x00D)                                                                              \
    X(NOP, 0x00E)                                                                                  \
    X(RING_BUFFER, 0x00F)                                                                          \
    X(DECOMMISSION, 0x020)                                                                         \
    X(ACTIVATE, 0x021)                                                                             \
    X(DEACTIVATE, 0x022)                                                                           \
    X(GUEST_STATUS, 0x023)                                                                         \
    X(COPY, 0x024)                                                                                 \
    X(ACTIVATE_EX, 0x025)                                                                          \
    X(LAUNCH_START, 0x030)                                                                         \
    X(LAUNCH_UPDATE_DATA, 0x031)                                                                   \
    X(LAUNCH_UPDATE_VMSA, 0x032)                                                                   \
    X(LAUNCH_MEASURE, 0x033)                                                                       \
    X(LAUNCH_UPDATE_SECRET, 0x034)                                                                 \
    X(LAUNCH_FINISH, 0x035)                                                                        \
    X(ATTESTATION, 0x036)                                                                          \
    X(SEND_START, 0x040)                                                                           \
    X(SEND_UPDATE_DATA, 0x041)                                                                     \
    X(SEND_UPDATE_VMSA, 0x042)                                                                     \
    X(SEND_FINISH, 0x043)                                                                          \
    X(SEND_CANCEL, 0x044)                                                                          \
    X(RECEIVE_START, 0x050)                                                                        \
    X(RECEIVE_UPDATE_DATA, 0x051)                                                                  \
    X(RECEIVE_UPDATE_VMSA, 0x052)                                                                  \
    X(RECEIVE_FINISH, 0x053)                                                                       \
    X(DBG_DECRYPT, 0x060)                                                                          \
    X(DBG_ENCRYPT, 0x061)                                                                          \
    X(SWAP_OUT, 0x070)                                                                             \
    X(SWAP_IN, 0x071)

enum sev_command_id {
#define SEV_COMMAND_ENUMERATOR(name, id) SEV_COMMAND_##name = (id),
    SEV_COMMAND_LIST(SEV_COMMAND_ENUMERATOR)
#undef SEV_COMMAND_ENUMERATOR
};

#endif
