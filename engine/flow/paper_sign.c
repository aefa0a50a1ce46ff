/* See paper_sign.h. */
#include "flow/paper_sign.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "document/stamp.h"
#include "flow/app.h"

const char *paper_signing_words(struct request *req, const char *name, int64_t at)
{
    struct civil d = date_civil(instant_date(at, req->zone_s));
    int second = (int)(instant_day_offset(at, req->zone_s) / INSTANT_SECOND);
    int zone = abs(req->zone_s) / 60;

    return arena_printf(req->arena, "%s\n%02d-%02d-%04d\n%02d:%02d:%02d %c%02d:%02d", name, d.day,
                        d.month, d.year, second / 3600, second / 60 % 60, second % 60,
                        req->zone_s < 0 ? '-' : '+', zone / 60, zone % 60);
}

bool paper_sign_stamp(struct paper_signing *s, struct request *req, const struct office_ref *office)
{
    const char *subject = certificate_facts(s->key->certificate)->subject;
    struct stamp stamp = {.place = RESERVED_OFFICE,
                          .image = s->key->image,
                          .name = subject,
                          .location = office->place_name,
                          .zone_s = req->zone_s};

    s->req = req;
    s->signed_at = clock_real(); /* certificates live in real time, whatever a demonstration says */
    stamp.at = s->signed_at;
    stamp.words = paper_signing_words(req, office->name, s->signed_at);
    memset(&s->job, 0, sizeof s->job);
    s->job.task = TASK_STAMP;
    s->job.attachment = s->pdf;
    s->pdf = (struct buffer){0};
    if (task_encode_stamp(&stamp, &s->job.request, &req->error) && renderer_draw_for(req, &s->job))
        return true;
    buffer_deinit(&s->job.request);
    buffer_deinit(&s->job.attachment);
    return false;
}

static void sign_work(uv_work_t *work)
{
    struct paper_signing *s = container_of(work, struct paper_signing, work);
    struct signature signatures[SIGNATURES_MAX];
    int n;

    if (!signature_write(s->key->certificate, s->signed_at, s->pdf.data, s->pdf.len, &s->error) ||
        !signature_check(s->pdf.data, s->pdf.len, NULL, signatures, &n, &s->error))
        assert(s->error.code != ERR_NONE);
}

static void sign_done(uv_work_t *work, int status)
{
    (void)status; /* never cancelled */
    request_release(container_of(work, struct paper_signing, work)->req);
}

bool paper_sign_write(struct paper_signing *s)
{
    if (s->job.error.code != ERR_NONE) {
        s->req->error = s->job.error;
        return false;
    }
    s->pdf = s->job.result;
    s->job.result = (struct buffer){0};
    error_clear(&s->error);
    request_hold(s->req);
    uv_queue_work(s->req->app->loop, &s->work, sign_work, sign_done);
    return true;
}

bool paper_sign_done(struct paper_signing *s)
{
    s->req->error = s->error;
    return s->error.code == ERR_NONE;
}

void paper_sign_deinit(struct paper_signing *s)
{
    buffer_deinit(&s->pdf);
    buffer_deinit(&s->job.result);
}
