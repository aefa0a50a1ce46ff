/* See demo_life.h. */
#include "daemon/demo_life.h"

#include <string.h>

#include "base/instant.h"

void demo_life_see(struct demo_life *l, const struct dossier *d)
{
    struct demo_view *v = &l->view;

    v->id = d->id;
    memcpy(v->code, d->code, sizeof v->code);
    v->state = d->state;
    v->step = d->step;
    v->pending_step = d->pending_step;
    v->filed_office = d->filed_office;
    v->supervising_office = d->supervising_office;
    v->competent_office = d->competent_office;
    v->holder_office = d->holder_office;
    v->holder_officer = d->holder_officer;
    v->pending_office = d->pending_office;
    v->pending_officer = d->pending_officer;
    v->received_at = d->received_at;
    v->due_at = d->due_at;
    v->has_pending = d->has_pending;
    v->is_result_sent = d->is_result_sent;
    v->is_opinion_open = false;
    for (int i = 0; i < d->n_opinions; i++)
        if (d->opinions[i].answered_at == INSTANT_NONE) {
            v->is_opinion_open = true;
            v->opinion_office = d->opinions[i].office;
        }
}

/* ---- time ---- */

int64_t demo_after(const struct demo_plan *plan, int64_t office, int64_t from, double hours)
{
    struct error ignored; /* past the calendar's last year: never */
    int64_t at, lost;

    if (!calendar_add_work(plan->calendar, from, (int64_t)(hours * (double)INSTANT_HOUR), &at,
                           &ignored))
        return INSTANT_FOREVER;
    for (int i = 0; i < plan->n_stoppages; i++) {
        const struct demo_stoppage *s = &plan->stoppages[i];

        if (from < s->to_at && at > s->from_at &&
            reference_within(plan->reference, office, s->office_id) &&
            calendar_work_between(plan->calendar, from > s->from_at ? from : s->from_at, s->to_at,
                                  &lost, &ignored) &&
            !calendar_add_work(plan->calendar, at, lost, &at, &ignored))
            return INSTANT_FOREVER;
    }
    return at;
}

static double draw(struct demo_life *l, double from, double to)
{
    return demo_random_between(&l->random, from, to);
}

static const struct procedure_step *step_of(const struct demo_life *l, int step)
{
    return step >= 1 && step <= l->procedure->n_steps ? &l->procedure->steps[step - 1] : NULL;
}

static double step_hours(struct demo_life *l, const struct procedure_step *s)
{
    return s->budget_minutes / 60.0 * l->pace * draw(l, 0.8, 1.15);
}

/* ---- people ---- */

const struct officer_ref *demo_officer(const struct demo_plan *plan, enum role role, int64_t office,
                                       int salt)
{
    const struct officer_ref *found[16];
    int n = 0;

    for (int i = 0; i < plan->reference->n_officers; i++) {
        const struct officer_ref *o = &plan->reference->officers[i];

        for (int k = 0; k < o->n_roles && n < (int)ARRAY_LEN(found); k++)
            if (o->roles[k].role == role && o->roles[k].office == office) {
                found[n++] = o;
                break;
            }
    }
    return n ? found[salt % n] : NULL;
}

static const struct officer_ref *holder(const struct demo_plan *plan, const struct demo_life *l)
{
    return reference_officer(plan->reference, l->view.holder_officer);
}

static const struct officer_ref *clerk(const struct demo_plan *plan, const struct demo_life *l)
{
    return demo_officer(plan, ROLE_CLERK, l->counter, l->serial);
}

/* ---- actions ---- */

static struct demo_action *act(struct demo_life *l, enum action action,
                               const struct officer_ref *who, int64_t at)
{
    l->next = (struct demo_action){.at = at,
                                   .action = action,
                                   .who = who,
                                   .outcome = OUTCOME_GRANTED,
                                   .answer_by = INSTANT_NONE};
    return &l->next;
}

static void intake(const struct demo_plan *plan, struct demo_life *l)
{
    enum action action = l->channel == CHANNEL_ONLINE     ? ACTION_SUBMIT
                         : l->fate == DEMO_REFUSED_INTAKE ? ACTION_REFUSE
                                                          : ACTION_ACCEPT;
    struct demo_action *a = act(l, action, clerk(plan, l), l->filed_at);

    a->is_intake = true;
    if (action == ACTION_REFUSE)
        a->reason = "Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan tiếp nhận.";
}

static void ask_supplement(struct demo_life *l, const struct officer_ref *who, int64_t at)
{
    act(l, ACTION_REQUEST_SUPPLEMENT, who, at)->reason =
        "Đề nghị bổ sung bản chính giấy tờ còn thiếu và kê khai lại thông tin chưa thống nhất.";
    l->is_supplement_asked = true;
}

/* An online filing is looked at within the hours the ruleset gives. */
static void submitted(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    int64_t at = demo_after(plan, l->counter, now, draw(l, 0.5, 7));

    if (l->fate == DEMO_REFUSED_INTAKE)
        act(l, ACTION_REFUSE, clerk(plan, l), at)->reason =
            "Thành phần hồ sơ điện tử không hợp lệ, tệp đính kèm không đọc được.";
    else if (l->supplement_step == -1 && !l->is_supplement_asked)
        ask_supplement(l, clerk(plan, l), at);
    else
        act(l, ACTION_ACCEPT, clerk(plan, l), at);
}

static void awaiting_supplement(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    bool is_accepted = l->view.received_at != INSTANT_NONE;
    struct demo_action *a;

    if (l->fate != DEMO_SILENT) {
        act(l, is_accepted ? ACTION_RECEIVE_SUPPLEMENT : ACTION_ACCEPT, clerk(plan, l),
            demo_after(plan, l->counter, now, draw(l, 6, 44)));
        return;
    }
    now += (18 + demo_random_below(&l->random, 8)) * INSTANT_DAY;
    a = act(l, is_accepted ? ACTION_CLOSE : ACTION_REFUSE, clerk(plan, l),
            demo_after(plan, l->counter, now, draw(l, 0.5, 6)));
    a->reason = "Quá thời hạn bổ sung, người nộp không hoàn thiện hồ sơ.";
    a->legal_ground = "Quy chế tiếp nhận của cơ quan (trình diễn)";
}

static void resume(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    int64_t office = l->view.competent_office;

    act(l, ACTION_RESUME, demo_officer(plan, ROLE_OFFICER, office, l->serial),
        demo_after(plan, office, now, draw(l, 14, 70)));
}

/* Most requests are granted; one in eight is refused, because what was asked for is done already.
 */
static void withdrawal_requested(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    int64_t office = l->view.competent_office;
    bool is_recent = l->filed_at > plan->until - 9 * INSTANT_DAY;
    bool is_refused = demo_random_chance(&l->random, 125);

    act(l, is_refused ? ACTION_REFUSE_WITHDRAWAL : ACTION_STOP,
        demo_officer(plan, ROLE_HEAD, office, l->serial),
        demo_after(plan, office, now, is_recent ? draw(l, 16, 60) : draw(l, 3, 16)))
        ->reason =
        is_refused ? "Kết quả đã được lập, đang chờ phát hành." : "Người nộp có đơn xin rút hồ sơ.";
}

static void done(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    int64_t office = l->view.supervising_office;
    const struct officer_ref *who = demo_officer(plan, ROLE_RETURNER, office, l->serial);

    act(l, ACTION_RETURN, who, demo_after(plan, office, now, draw(l, 0.3, 14)));
}

/* ---- the work ---- */

/* Sent and not yet taken over. */
static void pending(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    const struct demo_view *v = &l->view;
    const struct procedure_step *s = step_of(l, v->pending_step);
    double hours = s && s->budget_minutes >= 240 ? draw(l, 0.1, 1.2) : draw(l, 0.05, 0.4);
    int64_t at = demo_after(plan, v->pending_office, now, hours);
    const struct officer_ref *who;

    if (v->is_result_sent) {
        act(l, ACTION_TAKE_OVER_RESULT,
            demo_officer(plan, ROLE_RETURNER, v->pending_office, l->serial), at);
        return;
    }
    who = v->pending_officer
              ? reference_officer(plan->reference, v->pending_officer)
              : demo_officer(plan, s ? s->role : ROLE_OFFICER, v->pending_office, l->serial);
    if (l->delay == DEMO_HANDOVER && !l->is_delayed && v->pending_step > 2 && v->due_at > now) {
        l->is_delayed = true;
        at = demo_after(plan, v->pending_office, v->due_at, l->delay_hours);
    }
    if (!l->is_declined && v->pending_step == 2 && demo_random_chance(&l->random, 15)) {
        l->is_declined = true;
        act(l, ACTION_DECLINE, who, at)->reason =
            "Bản giấy chưa kèm đủ theo phiếu kiểm soát, đề nghị kiểm tra lại.";
        return;
    }
    l->is_declined = true;
    act(l, ACTION_TAKE_OVER, who, at);
}

/* What interrupts the work at the step of examination. */
static bool interrupt(const struct demo_plan *plan, struct demo_life *l,
                      const struct procedure_step *s, int64_t now)
{
    const struct demo_view *v = &l->view;
    double hours = step_hours(l, s) * 0.25;
    int64_t at = demo_after(plan, v->holder_office, now, hours > 4 ? draw(l, 3, 5) : hours);

    if (l->is_interrupted || s->role != ROLE_OFFICER)
        return false;
    if (l->fate == DEMO_WITHDRAWN) {
        act(l, ACTION_REQUEST_WITHDRAWAL, clerk(plan, l), at)->reason =
            "Người nộp đề nghị rút hồ sơ vì lý do gia đình.";
    } else if (l->fate == DEMO_STOPPED) {
        struct demo_action *a =
            act(l, ACTION_STOP, demo_officer(plan, ROLE_HEAD, v->competent_office, l->serial), at);

        a->reason = "Có văn bản của tòa án đề nghị tạm dừng giải quyết.";
        a->legal_ground = "Quyết định áp dụng biện pháp khẩn cấp tạm thời (trình diễn)";
    } else {
        return false;
    }
    l->is_interrupted = true;
    return true;
}

static bool wait_for_others(const struct demo_plan *plan, struct demo_life *l,
                            const struct procedure_step *s, int64_t now)
{
    const struct demo_view *v = &l->view;
    double hours = step_hours(l, s) * 0.25;
    int64_t at = demo_after(plan, v->holder_office, now, hours > 4 ? 4 : hours);
    struct demo_action *a;

    if (v->is_opinion_open) {
        act(l, ACTION_GIVE_OPINION, demo_officer(plan, ROLE_OFFICER, v->opinion_office, l->serial),
            demo_after(plan, v->opinion_office, now,
                       demo_random_chance(&l->random, 200) ? draw(l, 28, 44) : draw(l, 4, 20)))
            ->reason = "Thống nhất với đề xuất của cơ quan chủ trì.";
        return true;
    }
    if (l->supplement_step == v->step && !l->is_supplement_asked) {
        ask_supplement(l, holder(plan, l), at);
        return true;
    }
    if (l->pause_step == v->step && !l->is_paused) {
        l->is_paused = true;
        a = act(l, ACTION_HOLD, holder(plan, l), at);
        a->legal_ground = l->pause_kind == HOLD_KIND_FINANCIAL
                              ? "Thời gian thực hiện nghĩa vụ tài chính về đất đai"
                              : "Thời gian người nộp xác nhận ranh giới, mốc giới";
        return true;
    }
    if (!strcmp(s->name, "Lấy ý kiến") && !l->is_opinion_asked) {
        const struct office_ref *asked = reference_office_by_key(plan->reference, "tnmt");

        l->is_opinion_asked = true;
        a = act(l, ACTION_ASK_OPINION, holder(plan, l), at);
        a->office = asked && asked->id == v->competent_office ? "ktht" : "tnmt";
        a->answer_by = demo_after(plan, v->holder_office, at, 24);
        a->reason = "Đề nghị cho ý kiến về nội dung thuộc lĩnh vực quản lý.";
        return true;
    }
    return false;
}

/* When this pair of hands is done with the step. */
static int64_t step_end(const struct demo_plan *plan, struct demo_life *l,
                        const struct procedure_step *s, int64_t now)
{
    const struct demo_view *v = &l->view;
    double hours = step_hours(l, s);
    bool is_officers =
        s->role == ROLE_OFFICER &&
        (l->delay == DEMO_IDLE || l->delay == DEMO_DECLARED || l->delay == DEMO_FORGOTTEN);

    if (!l->is_delayed && (is_officers || (l->delay == DEMO_SIGNATURE && s->is_decision))) {
        l->is_delayed = true;
        if (l->delay_hours < 0)
            hours -= l->delay_hours;
        else if (v->due_at > now)
            return demo_after(plan, v->holder_office, v->due_at, l->delay_hours);
    }
    return demo_after(plan, v->holder_office, now, hours);
}

/* The officer sees it coming and says so, with a reason. */
static bool declare(const struct demo_plan *plan, struct demo_life *l,
                    const struct procedure_step *s, int64_t now)
{
    struct error ignored;
    int64_t at;

    if (l->delay != DEMO_DECLARED || l->is_declared || s->role != ROLE_OFFICER ||
        !calendar_sub_work(plan->calendar, l->view.due_at,
                           (int64_t)(draw(l, 12, 24) * (double)INSTANT_HOUR), &at, &ignored))
        return false;
    l->is_declared = true;
    if (at < now)
        at = demo_after(plan, l->view.holder_office, now, 0.5);
    act(l, ACTION_DECLARE_LATE, holder(plan, l), at)->reason =
        "Khối lượng hồ sơ cần đo đạc, xác minh lớn, không kịp ngày hẹn.";
    return true;
}

static void forward(const struct demo_plan *plan, struct demo_life *l, int64_t at)
{
    const struct procedure_step *s = step_of(l, l->view.step), *to = step_of(l, l->view.step + 1);
    struct demo_action *a = act(l, ACTION_FORWARD, holder(plan, l), at);

    /* The head assigns by name. */
    if (s && to && s->role == ROLE_HEAD && to->role == ROLE_OFFICER) {
        const struct officer_ref *o =
            demo_officer(plan, ROLE_OFFICER, l->view.competent_office, l->serial);

        a->officer = o ? o->login : NULL;
    }
}

/* The decision is made: on through the steps that remain, and back to the counter. */
static void decided(const struct demo_plan *plan, struct demo_life *l,
                    const struct procedure_step *s, int64_t at)
{
    const struct demo_view *v = &l->view;
    const struct procedure_step *to = step_of(l, v->step + 1);
    bool is_at_counter = v->holder_office == v->supervising_office;

    if (is_at_counter)
        act(l, ACTION_TAKE_OVER_RESULT, holder(plan, l), at);
    else if (to && (to->office != STEP_OFFICE_ONE_STOP || s->role == ROLE_CLERK))
        forward(plan, l, at);
    else
        act(l, ACTION_HAND_OVER_RESULT, holder(plan, l), at);
}

static bool work(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    const struct demo_view *v = &l->view;
    const struct procedure_step *s = step_of(l, v->step);
    struct demo_action *a;
    int64_t at;

    if (v->has_pending) {
        pending(plan, l, now);
        return true;
    }
    if (!s)
        return false;
    if (v->state == STATE_RECEIVED && l->fate == DEMO_MISTAKE) {
        const struct officer_ref *leader =
            demo_officer(plan, ROLE_LEADER,
                         reference_committee(plan->reference, v->competent_office), l->serial);

        a = act(l, ACTION_CLOSE_MISTAKE, holder(plan, l), demo_after(plan, l->counter, now, 0.6));
        a->reason = "Nhập trùng hồ sơ đã tiếp nhận trước đó.";
        a->second_person = leader ? leader->login : NULL;
        return true;
    }
    if (v->state == STATE_PROCESSING &&
        (interrupt(plan, l, s, now) || wait_for_others(plan, l, s, now) ||
         declare(plan, l, s, now)))
        return true;
    if (v->state == STATE_DECIDED) {
        /* Where the leader signed, the paper leaves the desk with the signature. */
        at = s->is_decision ? demo_after(plan, v->holder_office, now, draw(l, 0.05, 0.4))
                            : step_end(plan, l, s, now);
        decided(plan, l, s, at);
        return true;
    }
    at = step_end(plan, l, s, now);
    if (!s->is_decision) {
        forward(plan, l, at);
        return true;
    }
    a = act(l, ACTION_DECIDE, holder(plan, l), at);
    if (l->fate == DEMO_REFUSED) {
        a->outcome = OUTCOME_REFUSED;
        a->reason = "Không đủ điều kiện theo quy định của pháp luật chuyên ngành.";
    }
    return true;
}

/* The fee, once the dossier is taken in. */
static bool pay(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    if (l->is_paid || l->view.state != STATE_RECEIVED || l->procedure->fee_dong == 0 ||
        l->fate == DEMO_MISTAKE)
        return false;
    l->is_paid = true;
    act(l, ACTION_RECORD_PAYMENT, clerk(plan, l), demo_after(plan, l->counter, now, 0.05));
    return true;
}

bool demo_life_next(const struct demo_plan *plan, struct demo_life *l, int64_t now)
{
    if (pay(plan, l, now))
        return true;
    switch (l->view.state) {
    case STATE_NEW:
        intake(plan, l);
        return true;
    case STATE_SUBMITTED:
        submitted(plan, l, now);
        return true;
    case STATE_AWAITING_SUPPLEMENT:
        awaiting_supplement(plan, l, now);
        return true;
    case STATE_AWAITING_PAYMENT:
    case STATE_ON_HOLD:
        resume(plan, l, now);
        return true;
    case STATE_WITHDRAWAL_REQUESTED:
        withdrawal_requested(plan, l, now);
        return true;
    case STATE_RECEIVED:
    case STATE_PROCESSING:
    case STATE_DECIDED:
        return work(plan, l, now);
    case STATE_DONE:
        if (l->fate == DEMO_UNCOLLECTED)
            return false;
        done(plan, l, now);
        return true;
    case STATE_RETURNED:
    case STATE_REFUSED:
    case STATE_STOPPED:
    case STATE_CLOSED:
    case STATE_FORCE_CLOSED:
    case STATE_MISTAKE:
    case STATE_COUNT:
        break;
    }
    return false;
}
