/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configfs-tsm: answers to system calls (tsm.h).
 */
#include "host/exec/tsm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CONTENT_BYTES 32

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

static void open_to_read(struct exec_tsm *tsm, const struct tsm_object *object,
                         const struct exec_call *call, const struct exec_file_call *file)
{
    char text[CONTENT_BYTES] = "sev_guest\n";
    struct tsm_entry *entry = object->entry;
    if (object->attribute == TSM_OUTBLOB || object->attribute == TSM_AUXBLOB) {
        const int result = tsm_answer(tsm, entry);
        const struct provision_bytes *blob =
            object->attribute == TSM_OUTBLOB ? &entry->outblob : &entry->auxblob;
        if (result != 0) {
            exec_call_answer(call, result);
            return;
        }
        give_content(call, file, blob->data, blob->length);
        return;
    }
    if (object->attribute == TSM_GENERATION) {
        (void)snprintf(text, sizeof text, "%u\n", entry->generation);
    } else if (object->attribute == TSM_FLOOR) {
        (void)snprintf(text, sizeof text, "%u\n", tsm->floor);
    }
    give_content(call, file, text, strlen(text));
}

static void open_attribute(struct exec_tsm *tsm, const struct tsm_object *object,
                           const struct exec_call *call, const struct exec_file_call *file)
{
    const unsigned mode = (unsigned)file->flags & O_ACCMODE;
    struct tsm_entry *entry = object->entry;
    const bool is_input = object->attribute == TSM_INBLOB || object->attribute == TSM_PRIVLEVEL;
    if ((file->flags & O_DIRECTORY) != 0) {
        exec_call_answer(call, -ENOTDIR);
    } else if ((file->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        exec_call_answer(call, -EEXIST);
    } else if (mode != (is_input ? O_WRONLY : O_RDONLY)) {
        exec_call_answer(call, -EACCES);
    } else if (is_input) {
        open_to_write(entry, call, file,
                      object->attribute == TSM_INBLOB ? &entry->inblob : &entry->privlevel);
    } else {
        open_to_read(tsm, object, call, file);
    }
}

/*
 * Nothing else is opened: what somebody may have put there, a FIFO say, would keep everybody waiting. The
 * kernel passes no descriptor of O_PATH on; one for reading must do.
 */
static void open_directory(const struct exec_tsm *tsm, const struct exec_call *call,
                           const struct exec_file_call *file)
{
    char path[PATH_MAX];
    const int kept = (file->flags & O_PATH) != 0 ? O_NOFOLLOW : O_ACCMODE | O_NONBLOCK | O_NOFOLLOW;
    if (!tsm_place(tsm, file->path.text, path)) {
        exec_call_answer(call, -ENAMETOOLONG);
        return;
    }
    const int given = open(path, ((int)file->flags & kept) | O_DIRECTORY | O_CLOEXEC);
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
    if (!tsm_place(tsm, file->path.text, path) || lstat(path, &status) != 0) {
        return -errno;
    }
    if (file->wish == EXEC_WISH_STATUS) {
        return exec_files_write_status(call, file, &status);
    }
    const mode_t wanted = (mode_t)(file->mode & (R_OK | W_OK | X_OK)) << 6;
    return (status.st_mode & wanted) == wanted ? 0 : -EACCES;
}

static bool exists(const struct exec_tsm *tsm, const struct exec_file_call *file)
{
    char path[PATH_MAX];
    struct stat status;
    return tsm_place(tsm, file->path.text, path) && lstat(path, &status) == 0;
}

static int remove_object(struct exec_tsm *tsm, const struct tsm_object *object,
                         const struct exec_file_call *file)
{
    const bool directory = (file->flags & AT_REMOVEDIR) != 0;
    if (!exists(tsm, file)) {
        return -ENOENT;
    }
    if (object->attribute != TSM_ATTRIBUTES) {
        return directory ? -ENOTDIR : -EPERM;
    }
    if (!directory) {
        return -EISDIR;
    }
    if (object->entry == NULL) {
        return -EPERM;
    }
    return tsm_remove_request(tsm, object->entry);
}

void exec_tsm_serve(struct exec_tsm *tsm, const struct exec_call *call,
                    const struct exec_file_call *file)
{
    const struct tsm_object object = tsm_identify(tsm, file->path.text);
    switch (file->wish) {
    case EXEC_WISH_OPEN:
        if (object.attribute != TSM_ATTRIBUTES) {
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
        exec_call_answer(call, object.is_new          ? tsm_make_request(tsm, &object)
                               : object.entry != NULL ? -EEXIST
                                                      : -EPERM);
        break;
    case EXEC_WISH_REMOVE:
        exec_call_answer(call, remove_object(tsm, &object, file));
        break;
    case EXEC_WISH_READ_LINK:
    case EXEC_WISH_GET_ATTRIBUTE:
    case EXEC_WISH_LIST_ATTRIBUTES:
        exec_call_answer(call, exists(tsm, file) ? exec_files_common(file->wish) : -ENOENT);
        break;
    }
}
