/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the factory's commands share: options by table, and how a command ends.
 */
#ifndef HOST_PROVISION_ARGUMENTS_H
#define HOST_PROVISION_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/provision/error.h"

enum provision_exit {
    PROVISION_EXIT_OK = 0,
    PROVISION_EXIT_FAILURE = 1,
    PROVISION_EXIT_USAGE = 2,
};

/** One "--name" of a command. Exactly one of TEXT and NUMBER is set for an option with a value. */
struct provision_option {
    const char *name;
    const char **text; /**< Gets the value. */
    uint32_t *number;  /**< Gets the value: decimal, or hexadecimal after 0x. */
    bool *given;       /**< Gets true; may be NULL for an option with a value. */
};

#define PROVISION_OPTIONS_MAX 31u

/** What a command line asks for. */
enum provision_request {
    PROVISION_RUN,     /**< Go on. */
    PROVISION_HELP,    /**< -h or --help was given: nothing else counts. */
    PROVISION_VERSION, /**< -V or --version, as above; the first of them wins. */
};

/**
 * Reads a command line. "-h, --help" and "-V, --version" are always options.
 *
 * @param argc, argv     the command's name, and what follows it
 * @param options        @p count options, at most PROVISION_OPTIONS_MAX
 * @param[out] argument  the one argument that is no option; NULL when the command takes none
 * @param[out] request   what it asks for; provision_answer() gives help and version
 * @return false when the command line is wrong; an option that is given twice is wrong, too
 */
PROVISION_CHECKED bool provision_parse(int argc, char **argv,
                                       const struct provision_option *options, size_t count,
                                       const char **argument, enum provision_request *request,
                                       struct provision_error *error);

/**
 * Prints help or version to standard output.
 *
 * @param request  PROVISION_HELP or PROVISION_VERSION
 * @param help     of the command
 * @return the exit status: PROVISION_EXIT_OK, or PROVISION_EXIT_FAILURE when it cannot be printed
 */
int provision_answer(enum provision_request request, const char *help);

/** Prints "virtasp COMMAND: the error" and where to find help; returns PROVISION_EXIT_USAGE. */
int provision_usage_error(const char *command, const struct provision_error *error);

/** Prints "virtasp COMMAND: the error"; returns PROVISION_EXIT_FAILURE. */
int provision_failure(const char *command, const struct provision_error *error);

#endif
