#include "flow/file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "flow/app.h"

#define INCOMING    "incoming"
#define FORGOTTEN_S (3 * 24 * 3600)

static bool fails(struct error *err, const char *path)
{
    return error_set(err, ERR_BLOB_FOLDER, arg_text("path", path),
                     arg_text("reason", strerror(errno)));
}

void file_store_path(const char *folder, const unsigned char sha256[DIGEST_LEN], char ret[700])
{
    char hex[2 * DIGEST_LEN + 1];

    hex_encode(sha256, DIGEST_LEN, hex);
    snprintf(ret, 700, "%s/%.2s/%s", folder, hex, hex);
}

static void upload_path(const struct request *req, int64_t upload, char ret[700])
{
    snprintf(ret, 700, "%s/" INCOMING "/%lld", req->app->attachment_folder, (long long)upload);
}

/* ---- the thread pool's side ---- */

/* The folder a file stands in, made where it is missing. */
static bool make_folder_of(const char *path, struct error *err)
{
    char folder[700];
    char *slash;

    snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    *slash = '\0';
    return mkdir(folder, 0700) == 0 || errno == EEXIST || fails(err, folder);
}

static bool write_all(int fd, const char *bytes, size_t len, int64_t at)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(fd, bytes + done, len - done, (off_t)(at + (int64_t)done));

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* What was begun and never ended; its row went before (upload_new.sql). */
static void drop_forgotten(const char *path)
{
    char folder[700];
    time_t before = time(NULL) - FORGOTTEN_S;
    struct dirent *file;
    struct stat st;
    DIR *dir;

    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    dir = opendir(folder);
    while (dir && (file = readdir(dir)))
        if (fstatat(dirfd(dir), file->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_mtime < before)
            unlinkat(dirfd(dir), file->d_name, 0);
    if (dir)
        closedir(dir);
}

static void run_write(struct file_work *w)
{
    int fd;

    if (!make_folder_of(w->to, &w->error))
        return;
    if (w->at == 0)
        drop_forgotten(w->to);
    fd = open(w->to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || !write_all(fd, w->data, w->len, w->at) || fdatasync(fd) != 0)
        fails(&w->error, w->to);
    if (fd >= 0)
        close(fd);
}

/* Up to `len` bytes from `at`; fewer at the end of the file. */
static bool read_some(const char *path, int64_t at, size_t len, struct buffer *ret,
                      struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_good = fd >= 0 && buffer_reserve(ret, len);
    size_t done = 0;
    ssize_t n = 1;

    while (is_good && done < len && n > 0) {
        n = pread(fd, ret->data + done, len - done, (off_t)(at + (int64_t)done));
        is_good = n >= 0 || errno == EINTR;
        done += n > 0 ? (size_t)n : 0;
    }
    if (is_good)
        ret->len = done;
    else
        fails(err, path);
    if (fd >= 0)
        close(fd);
    return is_good;
}

static void run_read(struct file_work *w)
{
    (void)read_some(w->from, w->at, w->len, &w->bytes, &w->error);
}

static bool sync_folder_of(const char *path)
{
    char folder[700];
    int fd;
    bool is_good;

    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    is_good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_good;
}

static void run_name(struct file_work *w)
{
    if (!make_folder_of(w->to, &w->error))
        return;
    /* A second name for the same bytes: what is asked again after a kill finds the upload still
     * there. EEXIST: the same paper was there before. A file system without links renames. */
    if (link(w->from, w->to) != 0 && errno != EEXIST &&
        (errno != EPERM || rename(w->from, w->to) != 0))
        fails(&w->error, w->to);
    else if (!sync_folder_of(w->to))
        fails(&w->error, w->to);
}

static void run_drop(struct file_work *w)
{
    if (unlink(w->from) != 0 && errno != ENOENT)
        fails(&w->error, w->from);
}

/* ---- the loop's side ---- */

static void on_work(uv_work_t *work)
{
    struct file_work *w = container_of(work, struct file_work, work);

    w->run(w);
}

static void on_worked(uv_work_t *work, int status)
{
    struct file_work *w = container_of(work, struct file_work, work);

    (void)status; /* never cancelled */
    request_release(w->request);
}

static void queue(struct request *req, struct file_work *w, void (*run)(struct file_work *w))
{
    error_clear(&w->error);
    w->request = req;
    w->run = run;
    request_hold(req);
    uv_queue_work(req->app->loop, &w->work, on_work, on_worked);
}

void file_store_write(struct request *req, struct file_work *w, int64_t upload, int64_t at,
                      const void *bytes, size_t len)
{
    upload_path(req, upload, w->to);
    w->at = at;
    w->data = bytes;
    w->len = len;
    queue(req, w, run_write);
}

void file_store_read_upload(struct request *req, struct file_work *w, int64_t upload, int64_t at,
                            size_t len)
{
    upload_path(req, upload, w->from);
    w->at = at;
    w->len = len;
    buffer_clear(&w->bytes);
    queue(req, w, run_read);
}

void file_store_name(struct request *req, struct file_work *w, int64_t upload,
                     const unsigned char sha256[DIGEST_LEN])
{
    upload_path(req, upload, w->from);
    file_store_path(req->app->attachment_folder, sha256, w->to);
    queue(req, w, run_name);
}

void file_store_drop(struct request *req, struct file_work *w, int64_t upload)
{
    upload_path(req, upload, w->from);
    queue(req, w, run_drop);
}

/* ---- pieces of kept files ---- */

static void piece_queried(struct db_call *call)
{
    struct file_piece *p = call->data;

    p->error = call->error;
    if (call->error.code == ERR_NONE) {
        p->bytes = db_rows(&call->result) ? db_bytes(&call->result, 0, 0, &p->len) : NULL;
        if (!p->bytes)
            error_set(&p->error, ERR_INTERNAL, arg_text("what", "blob"));
    }
    p->done(p);
}

static void piece_work(uv_work_t *work)
{
    struct file_piece *p = container_of(work, struct file_piece, work);

    (void)read_some(p->path, (int64_t)p->ordinal * (int64_t)BLOB_PIECE, BLOB_PIECE, &p->read,
                    &p->error);
}

static void piece_worked(uv_work_t *work, int status)
{
    struct file_piece *p = container_of(work, struct file_piece, work);

    (void)status;
    p->bytes = p->read.data;
    p->len = p->read.len;
    if (p->error.code == ERR_NONE && p->len == 0)
        error_set(&p->error, ERR_INTERNAL, arg_text("what", "blob"));
    p->done(p);
}

bool file_piece_read(struct file_piece *p, struct error *err)
{
    struct db_params params;
    bool is_good;

    error_clear(&p->error);
    if (p->is_in_folder) {
        buffer_clear(&p->read);
        file_store_path(p->app->attachment_folder, p->sha256, p->path);
        uv_queue_work(p->app->loop, &p->work, piece_work, piece_worked);
        return true;
    }
    p->call.done = piece_queried;
    p->call.data = p;
    db_params_init(&params);
    db_put_bytes(&params, p->sha256, DIGEST_LEN);
    db_put_int4(&params, p->ordinal);
    is_good = db_query(p->app->db, DB_LANE_READ, DB_BLOB_PIECE, &params, &p->call, err);
    db_params_deinit(&params);
    return is_good;
}

void file_piece_deinit(struct file_piece *p)
{
    db_call_deinit(&p->call);
    buffer_deinit(&p->read);
}
