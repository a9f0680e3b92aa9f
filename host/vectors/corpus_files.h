/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a corpus.
 */
#ifndef HOST_VECTORS_CORPUS_FILES_H
#define HOST_VECTORS_CORPUS_FILES_H

#include "host/vectors/manifest.h"

/** A corpus at work. */
struct vectors_corpus {
    struct vectors_sink sink; /**< Writes files, and the manifest. */
    const struct vectors_corpus_options *options;
    struct vectors_manifest manifest;
};

/** Makes the directories. @return false when the corpus's is in use, or cannot be made */
PROVISION_CHECKED bool vectors_files_begin(struct vectors_corpus *corpus,
                                           struct provision_error *error);

/** Writes a file in the corpus's directory. */
PROVISION_CHECKED bool vectors_file_write(const struct vectors_corpus *corpus, const char *name,
                                          const void *bytes, size_t length,
                                          struct provision_error *error);

/**
 * Writes a folder as snpguest and snphost want it.
 *
 * @param chain         its name in the corpus's directory
 * @param vcek          whether files are named as those of a VCEK
 * @param certificates  what is empty is left out
 */
PROVISION_CHECKED bool
vectors_chain_write(const struct vectors_corpus *corpus, const char *chain, bool vcek,
                    const struct provision_bytes *const certificates[VECTORS_LINKS],
                    struct provision_error *error);

/** Writes a base's own files: report, chain, list and the root. */
PROVISION_CHECKED bool vectors_base_write(const struct vectors_corpus *corpus,
                                          const struct vectors_base *base,
                                          struct provision_error *error);

/** Removes a directory with all that is in it. */
PROVISION_CHECKED bool vectors_tree_remove(const char *path, struct provision_error *error);

#endif
