/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A corpus of test vectors for verifiers of SEV-SNP's attestation reports (docs/vectors.md): its files
 * and its manifest.
 */
#ifndef HOST_VECTORS_CORPUS_H
#define HOST_VECTORS_CORPUS_H

#include "host/provision/error.h"
#include "host/vectors/corpus_options.h"

/**
 * Makes a corpus. The same options, whatever the directory, give the same bytes with the same build.
 *
 * @return false when the directory is in use, a file cannot be written, the firmware does not run,
 *         OpenSSL fails, or it is cancelled; what is there by then has no manifest
 */
PROVISION_CHECKED bool vectors_corpus_make(const struct vectors_corpus_options *options,
                                           struct provision_error *error);

#endif
