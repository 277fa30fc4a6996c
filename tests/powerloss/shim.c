/* Writes down, in order, what a process does to one database's files: for LD_PRELOAD.
 *
 * POWERLOSS_FILE is the database's resolved path: watched are that file, FILE-wal, FILE-journal, FILE-told and,
 * by the name ".", the folder they are in. FILE-shm is not: it never has to outlive the process.
 * POWERLOSS_LOG is where the entries go: a `struct entry`, the file's name, then what was written to it (of a
 * rename: the new name). The order of the entries is that of the acts.
 *
 * Nothing is really synced: the disk is an imagined one, and its syncs are entries like all others.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096
#define LONGEST_NAME 64

struct entry {
    char kind; /* create, unlink, rename, write, truncate, sync: the first letter */
    char unused[3];
    uint32_t name;
    int64_t at; /* where a write begins, the length a file is cut to */
    int64_t size;
};

static char names[MOST_FILES][LONGEST_NAME]; /* of each open file; "" is one nobody watches */
static char file[4096];
static size_t folder; /* how much of `file` is the folder, without its slash */
static int log_fd = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("POWERLOSS_FILE"), *log = getenv("POWERLOSS_LOG");
    if (path == NULL || log == NULL || strlen(path) >= sizeof file || strrchr(path, '/') == NULL) abort();
    strcpy(file, path);
    folder = (size_t)(strrchr(file, '/') - file);
    log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) abort();
}

/* The name of a watched path, NULL for any other. */
static const char *watched(const char *path) {
    static const char *const endings[] = {"", "-wal", "-journal", "-told"};
    size_t length = strlen(file);
    if (strncmp(path, file, folder) == 0 && path[folder] == '\0') return ".";
    if (strncmp(path, file, length) != 0) return NULL;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(path + length, endings[i]) == 0) return path + folder + 1;
    return NULL;
}

static const char *name_of(int fd) {
    return fd >= 0 && fd < MOST_FILES && names[fd][0] ? names[fd] : NULL;
}

static void enter(char kind, const char *name, int64_t at, const void *data, int64_t size) {
    struct entry head = {.kind = kind, .name = (uint32_t)strlen(name), .at = at, .size = size};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)name, head.name}, {(void *)data, (size_t)size}};
    ssize_t whole = (ssize_t)(sizeof head + head.name + (size_t)size);
    if (REAL(writev)(log_fd, parts, 3) != whole) abort();
}

static void enter_written(int fd, const char *name, int64_t at, const struct iovec *parts, ssize_t written) {
    if (at < 0) at = (int64_t)lseek(fd, 0, SEEK_CUR) - written;
    for (; written > 0; parts++) {
        ssize_t size = (ssize_t)parts->iov_len < written ? (ssize_t)parts->iov_len : written;
        enter('w', name, at, parts->iov_base, size);
        at += size;
        written -= size;
    }
}

typedef int (*opener)(int, const char *, int, ...);

static int opened(opener open_it, int at, const char *path, int flags, mode_t mode) {
    const char *name = watched(path);
    if (name == NULL) {
        int fd = open_it(at, path, flags, mode);
        if (fd >= 0 && fd < MOST_FILES) names[fd][0] = '\0';
        return fd;
    }
    pthread_mutex_lock(&turn);
    int was_there = access(path, F_OK) == 0;
    int fd = open_it(at, path, flags, mode);
    if (fd >= 0) {
        if (fd >= MOST_FILES || strlen(name) >= LONGEST_NAME) abort();
        strcpy(names[fd], name);
        if (!was_there) enter('c', name, 0, "", 0);
        else if (flags & O_TRUNC) enter('t', name, 0, "", 0);
    }
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE(flags)                                                       \
    mode_t mode = 0;                                                      \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        mode = va_arg(more, mode_t);                                      \
        va_end(more);                                                     \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened((opener)real("openat"), AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened((opener)real("openat"), at, path, flags, mode);
}

int close(int fd) {
    pthread_mutex_lock(&turn);
    if (name_of(fd)) names[fd][0] = '\0';
    pthread_mutex_unlock(&turn);
    return REAL(close)(fd);
}

/* Does `act` to the open file `fd` and, when it is a watched one and `done` holds, enters it. */
#define WATCHING(fd, type, act, done, entered)      \
    const char *name = name_of(fd);                 \
    if (name == NULL) return act;                   \
    pthread_mutex_lock(&turn);                      \
    type result = act;                              \
    if (done) entered;                              \
    pthread_mutex_unlock(&turn);                    \
    return result;

ssize_t write(int fd, const void *data, size_t size) {
    struct iovec part = {(void *)data, size};
    WATCHING(fd, ssize_t, REAL(write)(fd, data, size), result > 0, enter_written(fd, name, -1, &part, result))
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    WATCHING(fd, ssize_t, REAL(writev)(fd, parts, count), result > 0, enter_written(fd, name, -1, parts, result))
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    struct iovec part = {(void *)data, size};
    WATCHING(fd, ssize_t, REAL(pwrite)(fd, data, size, at), result > 0, enter_written(fd, name, at, &part, result))
}

int ftruncate(int fd, off_t size) {
    WATCHING(fd, int, REAL(ftruncate)(fd, size), result == 0, enter('t', name, size, "", 0))
}

int fsync(int fd) {
    WATCHING(fd, int, (name_of(fd) ? 0 : REAL(fsync)(fd)), result == 0, enter('s', name, 0, "", 0))
}

int fdatasync(int fd) {
    WATCHING(fd, int, (name_of(fd) ? 0 : REAL(fdatasync)(fd)), result == 0, enter('s', name, 0, "", 0))
}

int unlink(const char *path) {
    const char *name = watched(path);
    pthread_mutex_lock(&turn);
    int result = REAL(unlink)(path);
    if (name && result == 0) enter('u', name, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int rename(const char *old, const char *new) {
    const char *from = watched(old), *to = watched(new);
    pthread_mutex_lock(&turn);
    int result = REAL(rename)(old, new);
    if (from && to && result == 0) enter('r', from, 0, to, (int64_t)strlen(to));
    else if (from && result == 0) enter('u', from, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return result;
}

#ifdef __GLIBC__ /* whose large-file names are symbols of their own; elsewhere they are the same functions */
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened((opener)real("openat64"), AT_FDCWD, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened((opener)real("openat64"), at, path, flags, mode);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    struct iovec part = {(void *)data, size};
    WATCHING(fd, ssize_t, REAL(pwrite64)(fd, data, size, at), result > 0, enter_written(fd, name, at, &part, result))
}

int ftruncate64(int fd, off64_t size) {
    WATCHING(fd, int, REAL(ftruncate64)(fd, size), result == 0, enter('t', name, size, "", 0))
}
#endif
