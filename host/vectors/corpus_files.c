/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a corpus (corpus_files.h): what a vector has as its base has it is written once.
 */
#include "host/vectors/corpus_files.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "host/provision/x509.h"

#define DIRECTORY_MODE ((mode_t)0755)
#define NAME_BYTES 192u
#define WALK_DEPTH 16

static const char readme[] =
    "TEST, NOT AMD\n"
    "\n"
    "Attestation reports and certificates for testing what verifies those of SEV-SNP, made by\n"
    "`virtasp vectors`. manifest.json says for each what must be answered, and why. AMD made none\n"
    "of these keys and vouches for nothing here; the private keys follow from the seed in the\n"
    "manifest, so everybody has them. Trust these roots in tests only.\n";

/* @return whether there is nothing but . and .. in a directory; what is none is not empty */
static bool is_empty(const char *path)
{
    DIR *directory = opendir(path);
    bool empty = directory != NULL;
    const struct dirent *entry;
    while (empty && (entry = readdir(directory)) != NULL) {
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return empty;
}

static bool make_directory(const struct vectors_corpus *corpus, const char *name,
                           struct provision_error *error)
{
    struct provision_path path = {0};
    return provision_path_join(corpus->options->directory, name, &path, error) &&
           provision_directory_make(path.text, DIRECTORY_MODE, error);
}

bool vectors_files_begin(struct vectors_corpus *corpus, struct provision_error *error)
{
    const char *directory = corpus->options->directory;
    if (!provision_directory_make_one(directory, DIRECTORY_MODE, error)) {
        return false;
    }
    if (!is_empty(directory)) {
        return provision_fail(error, "%s is not empty: a corpus needs a directory of its own",
                              directory);
    }
    return make_directory(corpus, "reports", error) && make_directory(corpus, "chains", error) &&
           make_directory(corpus, "crls", error) && make_directory(corpus, "roots", error) &&
           vectors_file_write(corpus, "README", readme, sizeof readme - 1, error);
}

bool vectors_file_write(const struct vectors_corpus *corpus, const char *name, const void *bytes,
                        size_t length, struct provision_error *error)
{
    const struct provision_extent extent = {.data = bytes, .length = length};
    struct provision_path path = {0};
    return provision_path_join(corpus->options->directory, name, &path, error) &&
           provision_file_write(path.text, &extent, 1, length, PROVISION_MODE_PUBLIC, error);
}

static bool write_pem(const struct vectors_corpus *corpus, const char *name,
                      const struct provision_bytes *der, struct provision_error *error)
{
    struct provision_bytes pem = {0};
    const bool ok = provision_x509_pem(der, &pem, error) &&
                    vectors_file_write(corpus, name, pem.data, pem.length, error);
    provision_bytes_free(&pem);
    return ok;
}

bool vectors_chain_write(const struct vectors_corpus *corpus, const char *chain, bool vcek,
                         const struct provision_bytes *const certificates[VECTORS_LINKS],
                         struct provision_error *error)
{
    const char *const names[] = {
        [VECTORS_ARK] = "ark",
        [VECTORS_ASK] = vcek ? "ask" : "asvk",
        [VECTORS_LEAF] = vcek ? "vcek" : "vlek",
    };
    bool ok = make_directory(corpus, chain, error);
    for (size_t i = 0; i < VECTORS_LINKS && ok; i++) {
        char name[NAME_BYTES];
        (void)snprintf(name, sizeof name, "%s/%s.pem", chain, names[i]);
        ok = certificates[i]->length == 0 || write_pem(corpus, name, certificates[i], error);
    }
    return ok;
}

bool vectors_base_write(const struct vectors_corpus *corpus, const struct vectors_base *base,
                        struct provision_error *error)
{
    const struct provision_bytes *const certificates[] = {
        &base->certificates[VECTORS_ARK],
        &base->certificates[VECTORS_ASK],
        &base->certificates[VECTORS_LEAF],
    };
    char report[NAME_BYTES];
    char chain[NAME_BYTES];
    char crl[NAME_BYTES];
    char root[NAME_BYTES];
    (void)snprintf(report, sizeof report, "reports/%s.bin", base->name);
    (void)snprintf(chain, sizeof chain, "chains/%s", base->name);
    (void)snprintf(crl, sizeof crl, "crls/%s.der", base->name);
    (void)snprintf(root, sizeof root, "roots/%s.pem", base->server->product->name);
    return vectors_file_write(corpus, report, &base->report, sizeof base->report, error) &&
           vectors_chain_write(corpus, chain, base->kind == PROVISION_VCEK, certificates, error) &&
           vectors_file_write(corpus, crl, base->crl.data, base->crl.length, error) &&
           write_pem(corpus, root, &base->certificates[VECTORS_ARK], error);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

bool vectors_tree_remove(const char *path, struct provision_error *error)
{
    return nftw(path, remove_one, WALK_DEPTH, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT ||
           provision_fail_errno(error, "cannot remove %s", path);
}
