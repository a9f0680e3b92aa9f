/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the SEV-SNP firmware API as C functions: one for each command, which takes the
 * parameters of abi/snp_commands.h. What they answer is as in sev.h.
 *
 * While SEV-SNP is on, the pages that a command names must be what it may read or write (docs/snp.md,
 * 2): host/x86/snp_pages.h makes them that.
 */
#ifndef HOST_LIB_SNP_H
#define HOST_LIB_SNP_H

#include <stdint.h>

#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "abi/snp_data.h"
#include "abi/snp_state.h"
#include "host/lib/sev.h"

/** Expands X(function, COMMAND, structure) for every command with parameters. */
#define SNP_BUFFER_COMMANDS(X)                                                                     \
    X(platform_status, PLATFORM_STATUS, snp_address)                                               \
    X(init_ex, INIT_EX, snp_init_ex)                                                               \
    X(shutdown_ex, SHUTDOWN_EX, snp_shutdown_ex)                                                   \
    X(decommission, DECOMMISSION, snp_address)                                                     \
    X(activate, ACTIVATE, snp_activate)                                                            \
    X(guest_status, GUEST_STATUS, snp_guest_status)                                                \
    X(gctx_create, GCTX_CREATE, snp_address)                                                       \
    X(guest_request, GUEST_REQUEST, snp_guest_request)                                             \
    X(activate_ex, ACTIVATE_EX, snp_activate_ex)                                                   \
    X(hv_report_req, HV_REPORT_REQ, snp_hv_report_req)                                             \
    X(launch_start, LAUNCH_START, snp_launch_start)                                                \
    X(launch_update, LAUNCH_UPDATE, snp_launch_update)                                             \
    X(launch_finish, LAUNCH_FINISH, snp_launch_finish)                                             \
    X(dbg_decrypt, DBG_DECRYPT, snp_dbg)                                                           \
    X(dbg_encrypt, DBG_ENCRYPT, snp_dbg)                                                           \
    X(verify_mitigation, VERIFY_MITIGATION, snp_verify_mitigation)                                 \
    X(page_swap_out, PAGE_SWAP_OUT, snp_page_swap)                                                 \
    X(page_swap_in, PAGE_SWAP_IN, snp_page_swap)                                                   \
    X(page_move, PAGE_MOVE, snp_page_move)                                                         \
    X(page_md_init, PAGE_MD_INIT, snp_page_md_init)                                                \
    X(page_set_state, PAGE_SET_STATE, snp_page_set_state)                                          \
    X(page_reclaim, PAGE_RECLAIM, snp_address)                                                     \
    X(page_unsmash, PAGE_UNSMASH, snp_address)                                                     \
    X(config, CONFIG, snp_config)                                                                  \
    X(download_firmware_ex, DOWNLOAD_FIRMWARE_EX, snp_download_firmware_ex)                        \
    X(commit, COMMIT, snp_commit)                                                                  \
    X(vlek_load, VLEK_LOAD, snp_vlek_load)                                                         \
    X(feature_info, FEATURE_INFO, snp_feature_info)

/** Expands X(function, COMMAND) for every command without parameters. */
#define SNP_PLAIN_COMMANDS(X)                                                                      \
    X(init, INIT)                                                                                  \
    X(shutdown, SHUTDOWN)                                                                          \
    X(df_flush, DF_FLUSH)

/* snp_activate(), snp_gctx_create(), ...: sev_command() of typed parameters. */
#define SNP_DECLARE(function, command, structure)                                                  \
    int snp_##function(struct board *board, struct structure *parameters)                          \
        __attribute__((warn_unused_result));
SNP_BUFFER_COMMANDS(SNP_DECLARE)
#undef SNP_DECLARE

/* snp_init(), snp_df_flush(), ...: sev_command() without parameters. */
#define SNP_DECLARE(function, command)                                                             \
    int snp_##function(struct board *board) __attribute__((warn_unused_result));
SNP_PLAIN_COMMANDS(SNP_DECLARE)
#undef SNP_DECLARE

/** A command whose parameters are one address. @param paddr  without C-bit */
int snp_command_of_page(struct board *board, enum snp_command_id id, uint64_t paddr)
    __attribute__((warn_unused_result));

/**
 * Names of states, for programs that print them.
 *
 * @return "unknown state" when there is none of that value
 */
const char *snp_platform_state_name(uint32_t state);
const char *snp_guest_state_name(uint32_t state);

#endif
