/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command identifiers of the SEV-SNP firmware API, without SEV-TIO. The specification's names have
 * SNP_ in front.
 */
#ifndef ABI_SNP_COMMAND_ID_H
#define ABI_SNP_COMMAND_ID_H

/** Expands X(name, id) for every command of the API. */
#define SNP_COMMAND_LIST(X)                                                                        \
    X(INIT, 0x081)                                                                                 \
    X(SHUTDOWN, 0x082)                                                                             \
    X(PLATFORM_STATUS, 0x083)                                                                      \
    X(DF_FLUSH, 0x084)                                                                             \
    X(INIT_EX, 0x085)                                                                              \
    X(SHUTDOWN_EX, 0x086)                                                                          \
    X(DECOMMISSION, 0x090)                                                                         \
    X(ACTIVATE, 0x091)                                                                             \
    X(GUEST_STATUS, 0x092)                                                                         \
    X(GCTX_CREATE, 0x093)                                                                          \
    X(GUEST_REQUEST, 0x094)                                                                        \
    X(ACTIVATE_EX, 0x095)                                                                          \
    X(HV_REPORT_REQ, 0x096)                                                                        \
    X(LAUNCH_START, 0x0A0)                                                                         \
    X(LAUNCH_UPDATE, 0x0A1)                                                                        \
    X(LAUNCH_FINISH, 0x0A2)                                                                        \
    X(DBG_DECRYPT, 0x0B0)                                                                          \
    X(DBG_ENCRYPT, 0x0B1)                                                                          \
    X(VERIFY_MITIGATION, 0x0B2)                                                                    \
    X(PAGE_SWAP_OUT, 0x0C0)                                                                        \
    X(PAGE_SWAP_IN, 0x0C1)                                                                         \
    X(PAGE_MOVE, 0x0C2)                                                                            \
    X(PAGE_MD_INIT, 0x0C3)                                                                         \
    X(PAGE_SET_STATE, 0x0C6)                                                                       \
    X(PAGE_RECLAIM, 0x0C7)                                                                         \
    X(PAGE_UNSMASH, 0x0C8)                                                                         \
    X(CONFIG, 0x0C9)                                                                               \
    X(DOWNLOAD_FIRMWARE_EX, 0x0CA)                                                                 \
    X(COMMIT, 0x0CB)                                                                               \
    X(VLEK_LOAD, 0x0CD)                                                                            \
    X(FEATURE_INFO, 0x0CE)

enum snp_command_id {
#define SNP_COMMAND_ENUMERATOR(name, id) SNP_COMMAND_##name = (id),
    SNP_COMMAND_LIST(SNP_COMMAND_ENUMERATOR)
#undef SNP_COMMAND_ENUMERATOR
};

#endif
