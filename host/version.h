/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The release that the commands report.
 */
#ifndef HOST_VERSION_H
#define HOST_VERSION_H

#define VIRTASP_VERSION "0.1.0"

#endif
