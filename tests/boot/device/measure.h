/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speed of the board's drivers.
 */
#ifndef TESTS_BOOT_DEVICE_MEASURE_H
#define TESTS_BOOT_DEVICE_MEASURE_H

/** Prints speeds. */
void measure(void);

#endif
