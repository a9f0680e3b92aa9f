/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `virtasp run --kernel --help` prints.
 */
#ifndef HOST_LINUX_HELP_H
#define HOST_LINUX_HELP_H

extern const char linux_help[];

#endif
