/* A decision as rows, attribute by attribute in the order of the composite types. Numbers of
 * attributes are held against the types by the unit test of the committer. */
#include "db/committer_encode.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/deadline.h"
#include "domain/episode.h"
#include "domain/lateness.h"

static const int type_attributes[DB_TYPE_APPLIED] = {
    [DB_TYPE_MEMBER] = 72,
    [DB_TYPE_EVENT] = 7,
    [DB_TYPE_FACT] = 30,
    [DB_TYPE_COUNTER] = 6,
    [DB_TYPE_LETTER] = 28,
    [DB_TYPE_ADDRESSEE] = 8,
    [DB_TYPE_PERSON] = 14,
    [DB_TYPE_PART] = 5,
    [DB_TYPE_REMARK] = 3,
    [DB_TYPE_OUTBOX] = 5,
    [DB_TYPE_DEADLINE] = COMMIT_DEADLINE_ATTRIBUTES,
    [DB_TYPE_OBLIGATION] = 11,
    [DB_TYPE_EPISODE] = 9,
    [DB_TYPE_REVISION] = 10,
    [DB_TYPE_ATTACHMENT] = 12,
    [DB_TYPE_STAY] = 14,
};

void commit_rows_init(struct commit_rows *rows)
{
    for (int i = 0; i < DB_TYPE_APPLIED; i++)
        db_rows_init(&rows->of[i], 0, type_attributes[i]);
}

void commit_rows_deinit(struct commit_rows *rows)
{
    for (int i = 0; i < DB_TYPE_APPLIED; i++)
        db_rows_deinit(&rows->of[i]);
}

void commit_rows_reset(struct commit_rows *rows, const struct db *db)
{
    for (int i = 0; i < DB_TYPE_APPLIED; i++) {
        db_rows_clear(&rows->of[i]);
        rows->of[i].type = db_type_oid(db, (enum db_type)i);
    }
}

/* ---- the dossier and its caches ---- */

static int32_t date_of(int64_t at, int32_t zone_s)
{
    return at == INSTANT_NONE ? DATE_NONE : instant_date(at, zone_s);
}

/* The word of an enumerator, which is unsigned to one compiler and not to the other. */
static void put_word(struct db_rows *r, const struct vocabulary *v, unsigned i)
{
    db_rows_text(r, vocabulary_word(v, (int)i));
}

/* "id:version:commitment": what the columns keep of it. */
static void person_of(const char *reference, int64_t *ret_id, int32_t *ret_version)
{
    char *end = NULL;

    *ret_id = strtoll(reference, &end, 10);
    *ret_version = *end == ':' ? (int32_t)strtol(end + 1, NULL, 10) : 0;
}

/* -1: not known, or none. */
static void put_count(struct db_rows *r, int32_t n)
{
    if (n < 0)
        db_rows_no_int4(r);
    else
        db_rows_int4(r, n);
}

static void put_request(struct db_rows *r, const struct commit_member *m)
{
    bool has_key = m->key != NULL;

    db_rows_int8(r, m->after->id);
    db_rows_int4(r, m->expected_version);
    db_rows_id(r, m->epoch);
    db_rows_text(r, m->code ? NULL : m->code_identifier);
    db_rows_text(r, m->code ? NULL : m->code_day);
    db_rows_text(r, m->code);
    db_rows_id(r, has_key ? m->principal : 0);
    db_rows_text(r, m->key);
    db_rows_bytes(r, has_key ? m->body_hash : NULL, DIGEST_LEN);
    db_rows_int2(r, m->status);
    db_rows_id(r, m->job_id);
    db_rows_id(r, m->job_id ? m->fence : 0);
    db_rows_text(r, m->import_key ? m->import_source : NULL);
    db_rows_text(r, m->import_key);
    db_rows_bytes(r, m->import_row_hash, DIGEST_LEN);
    db_rows_text(r, m->search);
}

static void put_place(struct db_rows *r, const struct dossier *d)
{
    db_rows_text(r, d->source[0] ? d->source : NULL);
    put_word(r, &states, d->state);
    db_rows_int2(r, state_national(d->state));
    db_rows_id(r, d->procedure_id);
    db_rows_id(r, d->case_id);
    db_rows_id(r, d->field_id);
    db_rows_id(r, d->ruleset_id);
    if (d->channel)
        db_rows_int2(r, (int)d->channel);
    else
        db_rows_no_int2(r);
    db_rows_id(r, d->filed_office);
    db_rows_id(r, d->supervising_office);
    db_rows_id(r, d->competent_office);
    db_rows_int4(r, d->step);
    db_rows_id(r, d->holder_office);
    db_rows_id(r, d->holder_officer);
    db_rows_id(r, d->has_pending ? d->pending_office : 0);
    db_rows_id(r, d->has_pending ? d->pending_officer : 0);
    if (d->has_pending)
        db_rows_int4(r, d->pending_step);
    else
        db_rows_no_int4(r);
    db_rows_instant(r, d->has_pending ? d->pending_since : INSTANT_NONE);
}

static void put_time(struct db_rows *r, const struct dossier *d, int32_t zone_s)
{
    db_rows_instant(r, d->submitted_at);
    db_rows_instant(r, d->received_at);
    db_rows_date(r, date_of(d->received_at, zone_s));
    db_rows_instant(r, d->due_at);
    db_rows_date(r, d->due_at == INSTANT_NONE ? DATE_NONE : d->due_on);
    db_rows_bool(r, d->due_is_instant);
    db_rows_instant(r, d->due_original);
    db_rows_date(r, d->due_original == INSTANT_NONE ? DATE_NONE : d->due_original_on);
    db_rows_instant(r, d->due_reappointed);
    db_rows_instant(r, d->decided_at);
    db_rows_instant(r, d->done_at);
    db_rows_instant(r, d->returned_at);
    db_rows_instant(r, d->ended_at);
    db_rows_date(r, date_of(d->ended_at, zone_s));
    put_word(r, &outcomes, d->outcome);
    put_word(r, &judgements, dossier_judgement(d, zone_s));
    db_rows_bool(r, dossier_is_waiting(d));
}

static void put_warning(struct db_rows *r, const struct commit_member *m)
{
    const struct warning *w = m->warning;
    const struct dossier *d = m->after;

    put_word(r, &warnings, w ? w->level : WARNING_FINE);
    db_rows_instant(r, w ? w->risk_at : INSTANT_NONE);
    db_rows_instant(r, w ? w->certain_at : INSTANT_NONE);
    db_rows_instant(r, w ? w->late_at : INSTANT_NONE);
    db_rows_instant(r, m->next_alarm_at);
    db_rows_instant(r, m->next_stored_at);
    db_rows_instant(r, d->at_risk_at);
    db_rows_instant(r, d->certain_at);
    db_rows_instant(r, d->overdue_at);
    put_word(r, &cause_verdicts, d->verdict);
    db_rows_text(r, d->verdict == CAUSE_NONE ? NULL : vocabulary_word(&causes, (int)d->cause));
    db_rows_id(r, d->at_fault_office);
}

/* State of the newest letter. */
static enum letter_state letter_state_of(const struct dossier *d)
{
    return d->n_letters ? d->letters[d->n_letters - 1].state : LETTER_NONE;
}

static void put_member(struct db_rows *r, const struct commit_member *m)
{
    const struct dossier *d = m->after;
    const struct commit_event *last = &m->events[m->n_events - 1];
    int64_t person;
    int32_t version;

    person_of(d->applicant, &person, &version);
    db_rows_begin(r);
    put_request(r, m);
    put_place(r, d);
    put_time(r, d, m->zone_s);
    put_warning(r, m);
    put_word(r, &letter_states, letter_state_of(d));
    db_rows_bool(r, d->is_imported);
    db_rows_bool(r, d->is_adopted);
    db_rows_bool(r, d->is_mistake);
    db_rows_id(r, person);
    if (person)
        db_rows_int4(r, version);
    else
        db_rows_no_int4(r);
    db_rows_instant(r, d->last_at == INSTANT_NONE ? last->at : d->last_at);
    db_rows_instant(r, last->recorded_at);
    put_count(r, d->proposal.seq > 0 ? d->proposal.seq : -1);
    db_rows_end(r);
}

/* ---- what goes with it ---- */

static void put_event(struct db_rows *r, int place, const struct commit_event *e)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_instant(r, e->at);
    db_rows_instant(r, e->recorded_at);
    db_rows_int8(r, e->actor);
    put_word(r, &actions, e->action);
    db_rows_bytes(r, e->bytes, e->len);
    db_rows_id(r, e->numbered_letter);
    db_rows_end(r);
}

static void put_fact(struct db_rows *r, int place, const struct commit_fact *change)
{
    const struct fact *f = &change->fact;

    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int2(r, (int)change->operation);
    db_rows_instant(r, f->valid_from);
    db_rows_instant(r, f->valid_to);
    db_rows_instant(r, change->known_at);
    db_rows_id(r, f->filed_office);
    db_rows_id(r, f->office);
    db_rows_id(r, f->field_id);
    db_rows_id(r, f->procedure_id);
    db_rows_int2(r, (int)f->channel);
    db_rows_instant(r, f->received_at);
    db_rows_date(r, f->received_on);
    db_rows_instant(r, f->due_at);
    db_rows_date(r, f->due_at == INSTANT_NONE ? DATE_NONE : f->due_on);
    db_rows_bool(r, f->due_is_instant);
    db_rows_instant(r, f->ended_at);
    db_rows_date(r, f->ended_at == INSTANT_NONE ? DATE_NONE : f->ended_on);
    put_word(r, &outcomes, f->outcome);
    put_word(r, &judgements, f->judgement);
    db_rows_bool(r, f->is_waiting);
    db_rows_bool(r, f->was_overdue_before_wait);
    put_word(r, &cause_verdicts, f->verdict);
    db_rows_id(r, f->at_fault_office);
    put_word(r, &letter_timings, f->letter_timing);
    db_rows_bool(r, f->is_letter_owed);
    db_rows_instant(r, f->due_original);
    db_rows_date(r, f->due_original_on);
    db_rows_bool(r, f->due_original_is_instant);
    db_rows_instant(r, f->due_reappointed);
    db_rows_date(r, f->due_reappointed_on);
    db_rows_end(r);
}

static void put_counter(struct db_rows *r, int place, const struct counter_delta *c)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_date(r, c->on);
    db_rows_int8(r, c->office);
    db_rows_int8(r, c->field_id);
    db_rows_int2(r, (int)c->column);
    db_rows_int4(r, c->delta);
    db_rows_end(r);
}

static void put_letter(struct db_rows *r, int place, const struct commit_letter *l)
{
    bool has_register = l->register_symbol != NULL;

    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int2(r, (int)l->operation);
    db_rows_int8(r, l->id);
    db_rows_text(r, l->trigger);
    db_rows_text(r,
                 l->state == LETTER_NONE ? NULL : vocabulary_word(&letter_states, (int)l->state));
    db_rows_id(r, l->author_office);
    db_rows_id(r, l->at_fault_office);
    db_rows_text(r, l->form);
    db_rows_text(r, l->template_version);
    db_rows_text(r, l->data);
    db_rows_bytes(r, l->content_hash, DIGEST_LEN);
    db_rows_id(r, l->signer);
    db_rows_instant(r, l->signed_at);
    db_rows_bool(r, l->is_unsigned);
    db_rows_id(r, has_register ? l->register_office : 0);
    if (has_register)
        db_rows_int4(r, l->register_year);
    else
        db_rows_no_int4(r);
    db_rows_text(r, l->register_symbol);
    db_rows_bool(r, l->wants_number);
    db_rows_id(r, l->number);
    db_rows_instant(r, l->numbered_at);
    db_rows_instant(r, l->issued_at);
    db_rows_instant(r, l->latest_at);
    db_rows_text(r, l->timing == LETTER_TIMING_NONE
                        ? NULL
                        : vocabulary_word(&letter_timings, (int)l->timing));
    db_rows_bytes(r, l->blob_sha256, DIGEST_LEN);
    db_rows_text(r, l->public_token);
    if (l->operation == COMMIT_LETTER_INSERT || l->data)
        db_rows_bool(r, l->is_after_due); /* the wording goes with the data */
    else
        db_rows_no_bool(r);
    db_rows_instant(r, l->reappointed_at);
    db_rows_text(r, l->void_reason);
    db_rows_end(r);
}

static void put_addressee(struct db_rows *r, int place, const struct commit_addressee *a)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int8(r, a->letter_id);
    db_rows_int4(r, a->ordinal);
    db_rows_int8(r, a->person_id);
    db_rows_int4(r, a->person_version);
    db_rows_text(r, a->delivery);
    db_rows_text(r, a->state);
    db_rows_text(r, a->proof);
    db_rows_end(r);
}

static void put_sealed(struct db_rows *r, const struct commit_sealed *s, bool has_index)
{
    db_rows_bytes(r, s->bytes, s->len);
    if (has_index)
        db_rows_bytes(r, s->bytes ? s->index : NULL, DIGEST_LEN);
}

static void put_person(struct db_rows *r, int place, const struct commit_person *p)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int8(r, p->person_id);
    db_rows_int4(r, p->version);
    db_rows_text(r, p->kind);
    db_rows_text(r, p->name);
    db_rows_text(r, p->name_folded);
    if (p->key_id)
        db_rows_int4(r, p->key_id);
    else
        db_rows_no_int4(r);
    put_sealed(r, &p->identity, true);
    put_sealed(r, &p->phone, true);
    put_sealed(r, &p->address, false);
    put_sealed(r, &p->email, true);
    db_rows_end(r);
}

static void put_part(struct db_rows *r, int place, const struct commit_part *p)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_text(r, p->part);
    db_rows_int4(r, p->ordinal);
    db_rows_int8(r, p->person_id);
    db_rows_int4(r, p->version);
    db_rows_end(r);
}

static void put_remark(struct db_rows *r, int place, const struct commit_remark *m)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int8(r, m->id);
    db_rows_text(r, m->text);
    db_rows_end(r);
}

static void put_outbox(struct db_rows *r, int place, const struct commit_outbox *o)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_text(r, o->kind);
    db_rows_id(r, o->letter_id);
    db_rows_text(r, o->payload);
    db_rows_instant(r, o->not_before);
    db_rows_end(r);
}

void commit_put_deadline(struct db_rows *r, int place, const struct deadline *d)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_text(r, d ? vocabulary_word(&deadline_kinds, (int)d->kind) : NULL);
    db_rows_int4(r, d ? d->ordinal : 0);
    db_rows_instant(r, d ? d->from : INSTANT_NONE);
    db_rows_instant(r, d ? d->due_at : INSTANT_NONE);
    db_rows_date(r, d ? d->due_on : DATE_NONE);
    db_rows_bool(r, d && d->is_instant);
    db_rows_id(r, d ? d->office : 0);
    db_rows_id(r, d ? d->officer : 0);
    db_rows_end(r);
}

static void put_obligation(struct db_rows *r, int place, const struct commit_obligation *c)
{
    const struct dossier_obligation *o = c->obligation;

    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int4(r, c->ordinal);
    put_word(r, &letter_triggers, o->trigger);
    put_word(r, &obligation_states, o->state);
    put_word(r, &waivers, o->waiver);
    db_rows_int8(r, o->office);
    db_rows_id(r, o->at_fault_office);
    db_rows_instant(r, o->owed_at);
    db_rows_instant(r, o->latest_at);
    db_rows_id(r, o->letter_id);
    put_word(r, &letter_timings, o->timing);
    db_rows_end(r);
}

static void put_episode(struct db_rows *r, int place, const struct episode *e)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int4(r, e->step);
    db_rows_instant(r, e->from);
    db_rows_instant(r, e->to);
    db_rows_id(r, e->office);
    db_rows_id(r, e->officer);
    put_count(r, e->calendar_days);
    put_count(r, e->working_days);
    put_count(r, e->corrected_seq > 0 ? e->corrected_seq : -1);
    db_rows_end(r);
}

static void put_revision(struct db_rows *r, int place, const struct commit_revision *v)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int8(r, v->letter_id);
    db_rows_int4(r, v->ordinal);
    db_rows_bytes(r, v->sha256, DIGEST_LEN);
    db_rows_text(r, v->way);
    db_rows_text(r, v->subject);
    db_rows_text(r, v->issuer);
    db_rows_text(r, v->serial);
    db_rows_bool(r, v->is_trusted);
    db_rows_instant(r, v->signed_at);
    db_rows_end(r);
}

static void put_attachment(struct db_rows *r, int place, const struct commit_attachment *a)
{
    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int4(r, a->number);
    db_rows_text(r, a->purpose);
    put_count(r, a->component > 0 ? a->component : -1);
    db_rows_text(r, a->handling);
    db_rows_text(r, a->name);
    db_rows_bytes(r, a->sha256, a->sha256 ? DIGEST_LEN : 0);
    db_rows_int8(r, a->size);
    db_rows_text(r, a->type);
    db_rows_id(r, a->officer_id);
    db_rows_instant(r, a->attached_at);
    db_rows_instant(r, a->detached_at);
    db_rows_end(r);
}

static void put_stay(struct db_rows *r, int place, const struct commit_stay *change)
{
    const struct stay *s = &change->stay;

    db_rows_begin(r);
    db_rows_int4(r, place);
    db_rows_int2(r, (int)change->operation);
    db_rows_instant(r, change->known_at);
    db_rows_instant(r, s->entered_at);
    db_rows_instant(r, s->left_at);
    db_rows_id(r, s->case_id);
    db_rows_int4(r, s->step);
    db_rows_id(r, s->office);
    db_rows_id(r, s->officer);
    db_rows_bool(r, s->is_last);
    db_rows_bool(r, s->is_waiting);
    db_rows_bool(r, s->is_over);
    put_count(r, s->budget_minutes);
    put_count(r, s->used_minutes);
    db_rows_end(r);
}

void commit_rows_add(struct commit_rows *rows, int place, const struct commit_member *m)
{
    put_member(&rows->of[DB_TYPE_MEMBER], m);
    for (int i = 0; i < m->n_events; i++)
        put_event(&rows->of[DB_TYPE_EVENT], place, &m->events[i]);
    for (int i = 0; i < m->n_facts; i++)
        put_fact(&rows->of[DB_TYPE_FACT], place, &m->facts[i]);
    for (int i = 0; i < m->n_counters; i++)
        put_counter(&rows->of[DB_TYPE_COUNTER], place, &m->counters[i]);
    for (int i = 0; i < m->n_letters; i++)
        put_letter(&rows->of[DB_TYPE_LETTER], place, &m->letters[i]);
    for (int i = 0; i < m->n_addressees; i++)
        put_addressee(&rows->of[DB_TYPE_ADDRESSEE], place, &m->addressees[i]);
    for (int i = 0; i < m->n_persons; i++)
        put_person(&rows->of[DB_TYPE_PERSON], place, &m->persons[i]);
    for (int i = 0; i < m->n_parts; i++)
        put_part(&rows->of[DB_TYPE_PART], place, &m->parts[i]);
    for (int i = 0; i < m->n_remarks; i++)
        put_remark(&rows->of[DB_TYPE_REMARK], place, &m->remarks[i]);
    for (int i = 0; i < m->n_outbox; i++)
        put_outbox(&rows->of[DB_TYPE_OUTBOX], place, &m->outbox[i]);
    if (m->takes_deadlines_away)
        commit_put_deadline(&rows->of[DB_TYPE_DEADLINE], place, NULL);
    for (int i = 0; i < m->n_deadlines; i++)
        commit_put_deadline(&rows->of[DB_TYPE_DEADLINE], place, &m->deadlines[i]);
    for (int i = 0; i < m->n_obligations; i++)
        put_obligation(&rows->of[DB_TYPE_OBLIGATION], place, &m->obligations[i]);
    for (int i = 0; i < m->n_episodes; i++)
        put_episode(&rows->of[DB_TYPE_EPISODE], place, &m->episodes[i]);
    for (int i = 0; i < m->n_revisions; i++)
        put_revision(&rows->of[DB_TYPE_REVISION], place, &m->revisions[i]);
    for (int i = 0; i < m->n_attachments; i++)
        put_attachment(&rows->of[DB_TYPE_ATTACHMENT], place, &m->attachments[i]);
    for (int i = 0; i < m->n_stays; i++)
        put_stay(&rows->of[DB_TYPE_STAY], place, &m->stays[i]);
}
