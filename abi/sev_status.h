/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status codes of the SEV firmware API (AMD publication 55766), bits 15:0 of a CmdResp response.
 *
 * The list is a table so that names for logs, documentation and coverage come from one place.
 */
#ifndef ABI_SEV_STATUS_H
#define ABI_SEV_STATUS_H

/** Expands X(name, value) for every status that this API can produce. */
#define SEV_STATUS_LIST(X)                                                                         \
    X(SUCCESS, 0x0000)                                                                             \
    X(INVALID_PLATFORM_STATE, 0x0001)                                                              \
    X(INVALID_GUEST_STATE, 0x0002)                                                                 \
    X(INVALID_CONFIG, 0x0003)                                                                      \
    X(INVALID_LENGTH, 0x0004)                                                                      \
    X(ALREADY_OWNED, 0x0005)                                                                       \
    X(INVALID_CERTIFICATE, 0x0006)                                                                 \
    X(POLICY_FAILURE, 0x0007)                                                                      \
    X(INACTIVE, 0x0008)                                                                            \
    X(INVALID_ADDRESS, 0x0009)                                                                     \
    X(BAD_SIGNATURE, 0x000A)                                                                       \
    X(BAD_MEASUREMENT, 0x000B)                                                                     \
    X(ASID_OWNED, 0x000C)                                                                          \
    X(INVALID_ASID, 0x000D)                                                                        \
    X(WBINVD_REQUIRED, 0x000E)                                                                     \
    X(DFFLUSH_REQUIRED, 0x000F)                                                                    \
    X(INVALID_GUEST, 0x0010)                                                                       \
    X(INVALID_COMMAND, 0x0011)                                                                     \
    X(ACTIVE, 0x0012)                                                                              \
    X(HWERROR_PLATFORM, 0x0013)                                                                    \
    X(HWERROR_UNSAFE, 0x0014)                                                                      \
    X(UNSUPPORTED, 0x0015)                                                                         \
    X(INVALID_PARAM, 0x0016)                                                                       \
    X(RESOURCE_LIMIT, 0x0017)                                                                      \
    X(SECURE_DATA_INVALID, 0x0018)                                                                 \
    X(INVALID_PAGE_SIZE, 0x0019)                                                                   \
    X(INVALID_PAGE_STATE, 0x001A)                                                                  \
    X(INVALID_MDATA_ENTRY, 0x001B)                                                                 \
    X(INVALID_PAGE_OWNER, 0x001C)                                                                  \
    X(AEAD_OFLOW, 0x001D)                                                                          \
    X(RING_BUFFER_EXIT, 0x001F)                                                                    \
    X(RMP_INIT_REQUIRED, 0x0020)                                                                   \
    X(BAD_SVN, 0x0021)                                                                             \
    X(BAD_VERSION, 0x0022)                                                                         \
    X(SHUTDOWN_REQUIRED, 0x0023)                                                                   \
    X(UPDATE_FAILED, 0x0024)                                                                       \
    X(RESTORE_REQUIRED, 0x0025)                                                                    \
    X(RMP_INITIALIZATION_FAILED, 0x0026)                                                           \
    X(INVALID_KEY, 0x0027)

enum sev_status {
#define SEV_STATUS_ENUMERATOR(name, value) SEV_STATUS_##name = (value),
    SEV_STATUS_LIST(SEV_STATUS_ENUMERATOR)
#undef SEV_STATUS_ENUMERATOR
};

#endif
