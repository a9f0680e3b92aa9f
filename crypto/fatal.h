/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crypto/ does when something fails that cannot: the library refuses valid input, or its state
 * is damaged. There is no result to return then, and going on would mean working with wrong bytes.
 *
 * crypto/ only declares the function. Whoever links crypto/ provides it: the firmware, the boot ROM,
 * each test program.
 */
#ifndef CRYPTO_FATAL_H
#define CRYPTO_FATAL_H

/**
 * Stops for good: a log line, then no further service. It must not come back, and must not use
 * crypto/.
 *
 * @param what  the primitive that failed, such as "SHA-256"
 */
_Noreturn void crypto_fatal(const char *what);

#endif
