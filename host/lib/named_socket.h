/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets that a program makes at a name that its user gives: nothing that somebody else still needs is
 * lost by it, neither when it begins nor when it ends.
 */
#ifndef HOST_LIB_NAMED_SOCKET_H
#define HOST_LIB_NAMED_SOCKET_H

#include <sys/types.h>

/** A stream socket that has a name. */
struct named_socket {
    int listener; /**< It does not block, and programs started later do not inherit it. */
    dev_t device; /**< Of the name. */
    ino_t inode;
};

/**
 * Listens at a socket that only this user can connect to. Its directory is locked meanwhile (flock), so
 * that of several programs that begin at once one gets the name; the others find that it listens.
 *
 * @param name        a socket that nobody listens to is replaced; all else that is there stays
 * @param[out] place  to be given to named_socket_close()
 * @return NULL, or why not, in words that are good until the next error is described; nothing is left then
 */
const char *named_socket_listen(const char *name, struct named_socket *place)
    __attribute__((warn_unused_result));

/** Closes a socket, and removes its name, unless that is another's by now. */
void named_socket_close(const char *name, const struct named_socket *place);

#endif
