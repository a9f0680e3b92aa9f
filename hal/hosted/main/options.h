/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of virtasp-sp.
 */
#ifndef HAL_HOSTED_MAIN_OPTIONS_H
#define HAL_HOSTED_MAIN_OPTIONS_H

#include <stdbool.h>

#include "hal/hosted/hosted.h"

/**
 * Reads the command line. Ends the process with status 0 after --help, and with status 2 and a
 * message if an option is unknown or one is missing.
 *
 * @param argc, argv  as main() has them
 * @param[out] files  what was given; only the log may be NULL
 * @return whether the board's entropy follows from a seed
 */
bool options_parse(int argc, char **argv, struct hosted_files *files);

#endif
