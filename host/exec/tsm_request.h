/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm: the requests that there are, and what a path below it names: "" and "report" are
 * directories, "report/NAME" is a request, "report/NAME/FILE" one of its files.
 */
#ifndef HOST_EXEC_TSM_REQUEST_H
#define HOST_EXEC_TSM_REQUEST_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/exec/sev_guest.h"

#define TSM_ENTRIES 64u
#define TSM_NAME_BYTES 128u
#define TSM_INBLOB_BYTES 64u

/** What a request has to say, while it is written: files of the program, or -1. */
struct tsm_entry {
    char name[TSM_NAME_BYTES]; /**< Empty: there is none. */
    int inblob;
    int privlevel;
    uint32_t generation; /**< Writes so far. */
    uint32_t answered;   /**< The generation that OUTBLOB answers; valid with OUTBLOB, as ASKED. */
    uint8_t asked[SEV_GUEST_REPORT_REQUEST_BYTES]; /**< The request that it answers. */
    struct provision_bytes outblob;
    struct provision_bytes auxblob;
};

struct exec_tsm {
    struct sev_guest *guest;
    uint32_t floor; /**< The lowest VMPL that can be asked for. */
    char directory[PATH_MAX];
    struct tsm_entry entries[TSM_ENTRIES];
};

/** Files of a request. */
enum tsm_attribute {
    TSM_INBLOB,
    TSM_PRIVLEVEL,
    TSM_OUTBLOB,
    TSM_AUXBLOB,
    TSM_GENERATION,
    TSM_PROVIDER,
    TSM_FLOOR,
    TSM_ATTRIBUTES,
};

/** What a path names. */
struct tsm_object {
    struct tsm_entry *entry;      /**< NULL: none, or not of a request. */
    enum tsm_attribute attribute; /**< TSM_ATTRIBUTES: not of a file. */
    bool is_new;                  /**< The name of a request that there is not. */
    char name[TSM_NAME_BYTES];    /**< Of the request. */
};

/** @param text  of a path, without a slash before it */
struct tsm_object tsm_identify(struct exec_tsm *tsm, const char *text);

/** Where the real file or directory is. @return false when its name is too long */
bool tsm_place(const struct exec_tsm *tsm, const char *text, char path[PATH_MAX])
    __attribute__((warn_unused_result));

/** Makes a request. @param object  IS_NEW. @return 0 or a negative error number */
int tsm_make_request(struct exec_tsm *tsm, const struct tsm_object *object)
    __attribute__((warn_unused_result));

/** Removes a request, and its directory. @return 0 or a negative error number */
int tsm_remove_request(const struct exec_tsm *tsm, struct tsm_entry *entry);

/** Frees what a request has; there is none then. */
void tsm_forget(struct tsm_entry *entry);

#endif
