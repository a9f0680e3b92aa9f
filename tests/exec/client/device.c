/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files: how they look, how they can be opened, and which numbers of ioctl there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

static void looks_like_a_device(void)
{
    struct stat status = {0};
    struct statx extended = {0};
    EXPECT(stat("/dev/sev", &status) == 0 && S_ISCHR(status.st_mode));
    EXPECT(major(status.st_rdev) == 10 && (status.st_mode & 0777) == 0600);
    EXPECT(status.st_uid == geteuid());
    EXPECT(lstat("/dev/../dev//./sev", &status) == 0 && S_ISCHR(status.st_mode));
    EXPECT(statx(AT_FDCWD, "/dev/sev", 0, STATX_BASIC_STATS, &extended) == 0 &&
           S_ISCHR(extended.stx_mode) && extended.stx_rdev_major == 10);
    const int file = client_open_sev(O_RDWR);
    EXPECT(fstat(file, &status) == 0 && S_ISCHR(status.st_mode));
    (void)close(file);
    EXPECT(stat("/dev/sev1", &status) != 0 && errno == ENOENT);
}

static void may_be_used(void)
{
    EXPECT(access("/dev/sev", R_OK | W_OK) == 0);
    EXPECT(faccessat(AT_FDCWD, "/dev/sev", F_OK, 0) == 0);
    EXPECT(access("/dev/sev", X_OK) != 0 && errno == EACCES);
}

static void is_no_directory_and_no_link(void)
{
    char text[8];
    EXPECT(open("/dev/sev", O_RDONLY | O_DIRECTORY) < 0 && errno == ENOTDIR);
    EXPECT(open("/dev/sev", O_RDWR | O_CREAT | O_EXCL, 0600) < 0 && errno == EEXIST);
    EXPECT(mkdir("/dev/sev", 0700) != 0 && errno == EEXIST);
    EXPECT(rmdir("/dev/sev") != 0 && errno == ENOTDIR);
    EXPECT(readlink("/dev/sev", text, sizeof text) < 0 && errno == EINVAL);
}

static void opens_in_every_way(void)
{
    struct sev_user_data_status status = {0};
    const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC};
    const int directory = open("/dev", O_RDONLY | O_DIRECTORY);
    const int relative = openat(directory, "sev", O_RDWR | O_NONBLOCK);
    const int second = (int)syscall(SYS_openat2, AT_FDCWD, "/dev/sev", &how, sizeof how);
    EXPECT(client_issue(relative, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    EXPECT(client_issue(second, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    EXPECT((fcntl(relative, F_GETFL) & (O_ACCMODE | O_NONBLOCK)) == (O_RDWR | O_NONBLOCK));
    EXPECT(fcntl(relative, F_GETFD) == 0 && fcntl(second, F_GETFD) == FD_CLOEXEC);
    const int here = open(".", O_RDONLY | O_DIRECTORY);
    EXPECT(chdir("/") == 0);
    const int from_root = open("dev/sev", O_RDWR | O_CREAT, 0600);
    EXPECT(fchdir(here) == 0);
    EXPECT(client_issue(from_root, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    (void)close(from_root);
    (void)close(here);
    (void)close(second);
    (void)close(relative);
    (void)close(directory);
}

static void needs_a_name(void)
{
    struct stat status = {0};
    char text[8];
    const int file = client_open_sev(O_RDWR);
    EXPECT(openat(file, "", O_RDWR) < 0 && errno == ENOENT);
    EXPECT(syscall(SYS_openat, file, NULL, O_RDWR) < 0 && errno == EFAULT);
    EXPECT(fstatat(file, "", &status, 0) != 0 && errno == ENOENT);
    EXPECT(fstatat(file, "", &status, AT_EMPTY_PATH) == 0 && S_ISCHR(status.st_mode));
    EXPECT(mkdirat(file, "", 0700) != 0 && errno == ENOENT);
    EXPECT(unlinkat(file, "", 0) != 0 && errno == ENOENT);
    EXPECT(readlinkat(file, "", text, sizeof text) < 0 && errno == ENOENT);
    (void)close(file);
}

static void reads_and_writes_nothing(void)
{
    char byte = 0;
    const int file = client_open_sev(O_RDWR);
    EXPECT(write(file, &byte, 1) < 0);
    EXPECT(read(file, &byte, 1) <= 0);
    (void)close(file);
}

static void other_files_are_the_kernels(void)
{
    struct sev_user_data_status status = {0};
    const int file = open("/dev/null", O_RDWR);
    EXPECT(file >= 0 && client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == ENOTTY);
    EXPECT(open("/dev/sev/sev", O_RDONLY) < 0);
    (void)close(file);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == EBADF);
}

static void knows_one_number(void)
{
    struct sev_issue_cmd issue = {.cmd = SEV_PLATFORM_STATUS, .error = CLIENT_UNTOUCHED};
    const int file = client_open_sev(O_RDWR);
    const unsigned long wrong[] = {
        SEV_ISSUE_CMD + 1,
        _IOWR('S', 0, uint32_t),
        _IOW('S', 0, struct sev_issue_cmd),
        _IO('S', 0),
        _IOWR('R', 0, struct sev_issue_cmd),
        0,
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT(ioctl(file, wrong[i], &issue) != 0 && errno == EINVAL);
    }
    EXPECT(issue.error == CLIENT_UNTOUCHED);
    (void)close(file);
}

static void knows_thirteen_commands(void)
{
    static const uint32_t wrong[] = {CLIENT_COMMANDS, CLIENT_COMMANDS + 1, 0xFFFF, UINT32_MAX};
    const int file = client_open_sev(O_RDWR);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint32_t error = 0;
        EXPECT(client_issue(file, wrong[i], NULL, &error) == EINVAL && error == CLIENT_UNTOUCHED);
    }
    (void)close(file);
}

const struct client_test client_device_tests[] = {
    {"/dev/sev looks like a device", looks_like_a_device},
    {"/dev/sev may be used", may_be_used},
    {"/dev/sev is no directory and no link", is_no_directory_and_no_link},
    {"/dev/sev opens in every way", opens_in_every_way},
    {"/dev/sev needs a name", needs_a_name},
    {"/dev/sev reads and writes nothing", reads_and_writes_nothing},
    {"other files are the kernel's", other_files_are_the_kernels},
    {"/dev/sev knows one number of ioctl", knows_one_number},
    {"/dev/sev knows thirteen commands", knows_thirteen_commands},
    {NULL, NULL},
};
