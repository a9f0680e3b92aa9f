/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How x86 software learns that something is done (section 1.3): INTSTS, then a byte on the doorbell.
 */
#ifndef FIRMWARE_COMPLETION_H
#define FIRMWARE_COMPLETION_H

#include <stdbool.h>

/**
 * Tells x86 to look. What it then finds must have been written before.
 *
 * @param interrupt  whether INTSTS is set too, and the interrupt asserted where INTEN allows it
 */
void completion_signal(bool interrupt);

#endif
