/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm (tsm.h). Names below it, TEXT of a path: "" and "report" are directories, "report/NAME"
 * is a request, "report/NAME/FILE" one of its files. The files in the place are empty: they are there to
 * be listed and looked at.
 */
#include "host/exec/tsm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/lib/board_path.h"

#define REPORT "report"
#define CONTENT_BYTES 32

enum attribute { INBLOB, PRIVLEVEL, OUTBLOB, AUXBLOB, GENERATION, PROVIDER, FLOOR, ATTRIBUTES };

static const struct {
    const char *name;
    mode_t mode;
} attributes[ATTRIBUTES] = {
    [INBLOB] = {"inblob", 0200},         [PRIVLEVEL] = {"privlevel", 0200},
    [OUTBLOB] = {"outblob", 0400},       [AUXBLOB] = {"auxblob", 0400},
    [GENERATION] = {"generation", 0400}, [PROVIDER] = {"provider", 0400},
    [FLOOR] = {"privlevel_floor", 0400},
};

static bool place(const struct exec_tsm *tsm, const char *text, char path[PATH_MAX])
{
    return board_path(path, tsm->directory, text);
}

static void forget(struct tsm_entry *entry)
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

/* What a path names. */
struct object {
    struct tsm_entry *entry;  /* NULL: none, or not of a request. */
    enum attribute attribute; /* ATTRIBUTES: not of a file. */
    bool is_new;              /* The name of a request that there is not. */
    char name[TSM_NAME_BYTES];
};

static struct object identify(struct exec_tsm *tsm, const char *text)
{
    struct object object = {.attribute = ATTRIBUTES};
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
    for (unsigned i = 0; i < ATTRIBUTES && object.entry != NULL && name[length] == '/'; i++) {
        if (strcmp(name + length + 1, attributes[i].name) == 0) {
            object.attribute = (enum attribute)i;
        }
    }
    return object;
}

/* Removes the files of a request, and its directory. */
static int remove_request(const struct exec_tsm *tsm, const char *name)
{
    char text[PATH_MAX];
    char path[PATH_MAX];
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        (void)snprintf(text, sizeof text, REPORT "/%s/%s", name, attributes[i].name);
        if (place(tsm, text, path)) {
            (void)unlink(path);
        }
    }
    (void)snprintf(text, sizeof text, REPORT "/%s", name);
    return place(tsm, text, path) && rmdir(path) == 0 ? 0 : -errno;
}

static int make_request(struct exec_tsm *tsm, const struct object *object)
{
    char text[PATH_MAX];
    char path[PATH_MAX];
    struct tsm_entry *entry = find(tsm, "");
    (void)snprintf(text, sizeof text, REPORT "/%s", object->name);
    if (entry == NULL) {
        return -ENOMEM;
    }
    if (!place(tsm, text, path) || mkdir(path, 0755) != 0) {
        return -errno;
    }
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        (void)snprintf(text, sizeof text, REPORT "/%s/%s", object->name, attributes[i].name);
        const int file =
            place(tsm, text, path)
                ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, attributes[i].mode)
                : -1;
        if (file < 0) {
            const int error = errno;
            (void)remove_request(tsm, object->name);
            return -error;
        }
        (void)close(file);
    }
    forget(entry);
    memcpy(entry->name, object->name, sizeof entry->name);
    return 0;
}

/* Gives the program a file without a name. */
static void give_file(const struct exec_call *call, const struct exec_file_call *file, int memory)
{
    char name[64];
    const int kept = O_ACCMODE | O_NONBLOCK | O_APPEND;
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", memory);
    const int given = open(name, ((int)file->flags & kept) | O_CLOEXEC);
    if (given < 0) {
        exec_call_answer(call, -errno);
        return;
    }
    exec_call_give(call, given, (file->flags & O_CLOEXEC) != 0 ? O_CLOEXEC : 0);
    (void)close(given);
}

/* What is written counts when something is read: nobody is told of a file that is closed. */
static void open_to_write(struct tsm_entry *entry, const struct exec_call *call,
                          const struct exec_file_call *file, int *written)
{
    const int memory = memfd_create("tsm", MFD_CLOEXEC);
    if (memory < 0) {
        exec_call_answer(call, -errno);
        return;
    }
    if (*written >= 0) {
        (void)close(*written);
    }
    *written = memory;
    entry->generation++;
    give_file(call, file, memory);
}

static void give_content(const struct exec_call *call, const struct exec_file_call *file,
                         const void *data, size_t length)
{
    const int memory = memfd_create("tsm", MFD_CLOEXEC);
    if (memory < 0 || (length != 0 && write(memory, data, length) != (ssize_t)length)) {
        exec_call_answer(call, -ENOMEM);
    } else {
        give_file(call, file, memory);
    }
    if (memory >= 0) {
        (void)close(memory);
    }
}

static void open_to_read(struct exec_tsm *tsm, const struct object *object,
                         const struct exec_call *call, const struct exec_file_call *file)
{
    char text[CONTENT_BYTES] = "sev_guest\n";
    struct tsm_entry *entry = object->entry;
    if (object->attribute == OUTBLOB || object->attribute == AUXBLOB) {
        const int result = tsm_answer(tsm, entry);
        const struct provision_bytes *blob =
            object->attribute == OUTBLOB ? &entry->outblob : &entry->auxblob;
        if (result != 0) {
            exec_call_answer(call, result);
            return;
        }
        give_content(call, file, blob->data, blob->length);
        return;
    }
    if (object->attribute == GENERATION) {
        (void)snprintf(text, sizeof text, "%u\n", entry->generation);
    } else if (object->attribute == FLOOR) {
        (void)snprintf(text, sizeof text, "%u\n", tsm->floor);
    }
    give_content(call, file, text, strlen(text));
}

static void open_attribute(struct exec_tsm *tsm, const struct object *object,
                           const struct exec_call *call, const struct exec_file_call *file)
{
    const unsigned mode = (unsigned)file->flags & O_ACCMODE;
    struct tsm_entry *entry = object->entry;
    const bool is_input = object->attribute == INBLOB || object->attribute == PRIVLEVEL;
    if ((file->flags & O_DIRECTORY) != 0) {
        exec_call_answer(call, -ENOTDIR);
    } else if ((file->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        exec_call_answer(call, -EEXIST);
    } else if (mode != (is_input ? O_WRONLY : O_RDONLY)) {
        exec_call_answer(call, -EACCES);
    } else if (is_input) {
        open_to_write(entry, call, file,
                      object->attribute == INBLOB ? &entry->inblob : &entry->privlevel);
    } else {
        open_to_read(tsm, object, call, file);
    }
}

static void open_directory(const struct exec_tsm *tsm, const struct exec_call *call,
                           const struct exec_file_call *file)
{
    char path[PATH_MAX];
    const int kept = O_ACCMODE | O_DIRECTORY | O_PATH | O_NONBLOCK | O_NOFOLLOW;
    if (!place(tsm, file->path.text, path)) {
        exec_call_answer(call, -ENAMETOOLONG);
        return;
    }
    const int given = open(path, ((int)file->flags & kept) | O_CLOEXEC);
    if (given < 0) {
        exec_call_answer(call, errno == ENOENT && (file->flags & O_CREAT) != 0 ? -EACCES : -errno);
        return;
    }
    exec_call_give(call, given, (file->flags & O_CLOEXEC) != 0 ? O_CLOEXEC : 0);
    (void)close(given);
}

static int look(const struct exec_tsm *tsm, const struct exec_call *call,
                const struct exec_file_call *file)
{
    char path[PATH_MAX];
    struct stat status;
    if (!place(tsm, file->path.text, path) || lstat(path, &status) != 0) {
        return -errno;
    }
    if (file->wish == EXEC_WISH_STATUS) {
        return exec_files_write_status(call, file, &status);
    }
    const mode_t wanted = (mode_t)(file->mode & (R_OK | W_OK | X_OK)) << 6;
    return (status.st_mode & wanted) == wanted ? 0 : -EACCES;
}

static int remove_object(struct exec_tsm *tsm, const struct object *object,
                         const struct exec_file_call *file)
{
    const bool directory = (file->flags & AT_REMOVEDIR) != 0;
    if (object->is_new) {
        return -ENOENT;
    }
    if (object->attribute != ATTRIBUTES) {
        return directory ? -ENOTDIR : -EPERM;
    }
    if (!directory) {
        return -EISDIR;
    }
    if (object->entry == NULL) {
        return -EPERM;
    }
    const int result = remove_request(tsm, object->entry->name);
    forget(object->entry);
    return result;
}

void exec_tsm_serve(struct exec_tsm *tsm, const struct exec_call *call,
                    const struct exec_file_call *file)
{
    const struct object object = identify(tsm, file->path.text);
    switch (file->wish) {
    case EXEC_WISH_OPEN:
        if (object.attribute != ATTRIBUTES) {
            open_attribute(tsm, &object, call, file);
        } else {
            open_directory(tsm, call, file);
        }
        break;
    case EXEC_WISH_STATUS:
    case EXEC_WISH_ACCESS:
        exec_call_answer(call, look(tsm, call, file));
        break;
    case EXEC_WISH_MAKE_DIRECTORY:
        exec_call_answer(call, object.is_new          ? make_request(tsm, &object)
                               : object.entry != NULL ? -EEXIST
                                                      : -EPERM);
        break;
    case EXEC_WISH_REMOVE:
        exec_call_answer(call, remove_object(tsm, &object, file));
        break;
    }
}
