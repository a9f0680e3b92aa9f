/*
 * Unix sockets, whose addresses hold only 107 characters of a path.
 */
#ifndef HOST_LIB_UNIX_SOCKET_H
#define HOST_LIB_UNIX_SOCKET_H

/**
 * Connects to a stream socket.
 *
 * @param path  of any length; symbolic links are followed
 * @return a descriptor that programs started later do not inherit, or -1 with errno set
 */
int unix_socket_connect(const char *path);

#endif
