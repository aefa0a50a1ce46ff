/* Refusals and warnings, each a sentence that names the row of the file. */
#include "flow/import_impl.h"

void import_say(struct import *i, struct import_faults *f, const struct import_member *m,
                const struct error *why)
{
    struct request *req = &i->base;
    struct wire_import_fault *w;
    char sentence[600];

    f->count++;
    if (!f->list)
        f->list = arena_array(req->arena, IMPORT_FAULTS_MAX, sizeof *f->list);
    if (!f->list || f->n == IMPORT_FAULTS_MAX)
        return;
    w = &f->list[f->n++];
    wire_import_fault_init(w);
    error_sentence(why, req->lang, req->zone_s, sentence, sizeof sentence);
    w->row = m->row;
    w->dossier = m->in->external_code;
    w->code = error_word(why->code);
    w->sentence = arena_strdup(req->arena, sentence);
}

void import_refuse(struct import *i, struct import_member *m, const struct error *why)
{
    struct error whole;
    char reason[400];

    error_clear(&whole);
    if (why->code == ERR_IMPORT_YEAR || why->code == ERR_IMPORT_TWICE) {
        whole = *why;
    } else {
        error_sentence(why, i->base.lang, i->base.zone_s, reason, sizeof reason);
        error_set(&whole, ERR_IMPORT_FAILED, arg_text("dossier", m->in->external_code),
                  arg_text("reason", reason));
    }
    import_say(i, &i->refused, m, &whole);
    m->is_settled = true;
}

void import_warn_contradictions(struct import *i, const struct import_member *m)
{
    const struct wire_import_dossier *in = m->in;
    bool is_early = false, is_late = false;
    struct error why;

    for (size_t e = 0; e < in->n_events; e++) {
        is_early |= in->events[e].at < in->received_at;
        is_late |= in->ended_at != INSTANT_NONE && in->events[e].at > in->ended_at;
    }
    error_clear(&why);
    if (in->ended_at != INSTANT_NONE && in->ended_at < in->received_at) {
        error_set(&why, ERR_IMPORT_END_EARLY, arg_number("row", m->row),
                  arg_text("dossier", in->external_code));
        import_say(i, &i->warnings, m, &why);
    }
    if (is_early) {
        error_clear(&why);
        error_set(&why, ERR_IMPORT_EVENT_EARLY, arg_number("row", m->row),
                  arg_text("dossier", in->external_code));
        import_say(i, &i->warnings, m, &why);
    }
    if (is_late) {
        error_clear(&why);
        error_set(&why, ERR_IMPORT_EVENT_LATE, arg_number("row", m->row),
                  arg_text("dossier", in->external_code));
        import_say(i, &i->warnings, m, &why);
    }
}
