/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a corpus of test vectors is made of.
 */
#ifndef HOST_VECTORS_CORPUS_OPTIONS_H
#define HOST_VECTORS_CORPUS_OPTIONS_H

#include <signal.h>
#include <time.h>

/** What a corpus is made of. */
struct vectors_corpus_options {
    const char *directory; /**< Does not exist, or is empty. */
    const char *seed;      /**< Any text. */
    time_t date;           /**< Leaves are valid from here on; the start of a day. */
    const char *hosted;    /**< The firmware as a Linux process, a path. */
    unsigned *count;       /**< Gets the number of vectors. */
    /** Gets the number of a signal that ends it all; 0 until then. */
    const volatile sig_atomic_t *cancel;
};

#endif
