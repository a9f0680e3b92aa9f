/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of virtasp exec.
 */
#ifndef HOST_CMD_EXEC_OPTIONS_H
#define HOST_CMD_EXEC_OPTIONS_H

#include "host/exec/guest.h"
#include "host/provision/arguments.h"

struct exec_settings {
    const char *directory; /**< Of the chip. */
    char *const *program;  /**< Behind "--"; NULL when there is none. */
    struct exec_guest_options guest;
    const char *certs;
    bool no_certs;
    bool no_guest;
    bool measure;
    bool wants_guest; /**< An option asks for one. */
    const char *id_block_path;
    const char *id_auth_path;
    struct snp_id_block id_block;
    struct snp_id_auth id_auth;
};

/**
 * Reads the command line. Opens no file.
 *
 * @param[out] settings  ID blocks come by exec_settings_load()
 * @param[out] request   as of provision_parse()
 * @return false when it is wrong
 */
bool exec_settings_read(int argc, char **argv, struct exec_settings *settings,
                        enum provision_request *request, struct provision_error *error)
    __attribute__((warn_unused_result));

/** Reads the ID block and its authentication, when there are any. */
bool exec_settings_load(struct exec_settings *settings, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
