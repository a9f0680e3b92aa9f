/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SEV and SEV-ES commands have in common: the order of their checks, and how they name a
 * guest.
 */
#ifndef FIRMWARE_GUEST_FAMILY_H
#define FIRMWARE_GUEST_FAMILY_H

#include "firmware/command.h"

/** Checks in the order of section 1.5; guests are named by a handle. */
extern const struct command_family sev_family;

#endif
