/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm: requests (tsm_request.h). The files in their directories are empty: they are there to be
 * listed and looked at.
 */
#include "host/exec/tsm_request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/board_path.h"

#define REPORT "report"

static const struct {
    const char *name;
    mode_t mode;
} attributes[TSM_ATTRIBUTES] = {
    [TSM_INBLOB] = {"inblob", 0200},         [TSM_PRIVLEVEL] = {"privlevel", 0200},
    [TSM_OUTBLOB] = {"outblob", 0400},       [TSM_AUXBLOB] = {"auxblob", 0400},
    [TSM_GENERATION] = {"generation", 0400}, [TSM_PROVIDER] = {"provider", 0400},
    [TSM_FLOOR] = {"privlevel_floor", 0400},
};

bool tsm_place(const struct exec_tsm *tsm, const char *text, char path[PATH_MAX])
{
    return board_path(path, tsm->directory, text);
}

void tsm_forget(struct tsm_entry *entry)
{
    if (entry->name[0] != '\0') {
        if (entry->inblob >= 0) {
            (void)close(entry->inblob);
        }
        if (entry->privlevel >= 0) {
            (void)close(entry->privlevel);
        }
        provision_bytes_free(&entry->outblob);
        provision_bytes_free(&entry->auxblob);
    }
    *entry = (struct tsm_entry){.inblob = -1, .privlevel = -1};
}

static struct tsm_entry *find(struct exec_tsm *tsm, const char *name)
{
    for (size_t i = 0; i < TSM_ENTRIES; i++) {
        if (strcmp(tsm->entries[i].name, name) == 0) {
            return &tsm->entries[i];
        }
    }
    return NULL;
}

struct tsm_object tsm_identify(struct exec_tsm *tsm, const char *text)
{
    struct tsm_object object = {.attribute = TSM_ATTRIBUTES};
    const size_t prefix = strlen(REPORT "/");
    if (strncmp(text, REPORT "/", prefix) != 0) {
        return object;
    }
    const char *name = text + prefix;
    const size_t length = strcspn(name, "/");
    if (length == 0 || length >= sizeof object.name) {
        return object;
    }
    memcpy(object.name, name, length);
    object.entry = find(tsm, object.name);
    object.is_new = object.entry == NULL && name[length] == '\0';
    for (unsigned i = 0; i < TSM_ATTRIBUTES && object.entry != NULL && name[length] == '/'; i++) {
        if (strcmp(name + length + 1, attributes[i].name) == 0) {
            object.attribute = (enum tsm_attribute)i;
        }
    }
    return object;
}

/* Removes the files of a request, and its directory. */
static int remove_files(const struct exec_tsm *tsm, const char *name)
{
    char text[PATH_MAX];
    char path[PATH_MAX];
    for (unsigned i = 0; i < TSM_ATTRIBUTES; i++) {
        (void)snprintf(text, sizeof text, REPORT "/%s/%s", name, attributes[i].name);
        if (tsm_place(tsm, text, path)) {
            (void)unlink(path);
        }
    }
    (void)snprintf(text, sizeof text, REPORT "/%s", name);
    return tsm_place(tsm, text, path) && rmdir(path) == 0 ? 0 : -errno;
}

int tsm_remove_request(const struct exec_tsm *tsm, struct tsm_entry *entry)
{
    const int result = remove_files(tsm, entry->name);
    tsm_forget(entry);
    return result;
}

int tsm_make_request(struct exec_tsm *tsm, const struct tsm_object *object)
{
    char text[PATH_MAX];
    char path[PATH_MAX];
    struct tsm_entry *entry = find(tsm, "");
    (void)snprintf(text, sizeof text, REPORT "/%s", object->name);
    if (entry == NULL) {
        return -ENOMEM;
    }
    if (!tsm_place(tsm, text, path) || mkdir(path, 0755) != 0) {
        return -errno;
    }
    for (unsigned i = 0; i < TSM_ATTRIBUTES; i++) {
        (void)snprintf(text, sizeof text, REPORT "/%s/%s", object->name, attributes[i].name);
        const int file =
            tsm_place(tsm, text, path)
                ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, attributes[i].mode)
                : -1;
        if (file < 0) {
            const int error = errno;
            (void)remove_files(tsm, object->name);
            return -error;
        }
        (void)close(file);
    }
    tsm_forget(entry);
    memcpy(entry->name, object->name, sizeof entry->name);
    return 0;
}
