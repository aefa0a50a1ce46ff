/* Private to the interpreter of events: what dossier_apply.c and dossier_apply_late.c share. */
#pragma once
#include "domain/dossier.h"

typedef void apply_fn(struct dossier *d, const struct event *e);

/* Copies a text that fits, cuts one that does not and says so in is_overflow. */
void apply_text(struct dossier *d, char *dst, size_t size, const char *src);
/* The enumerator a word field stands for, or `absent`. */
int apply_word(const struct event *e, enum event_field field, const struct vocabulary *v,
               int absent);
/* Puts the dossier into a pair of hands and begins their segment. */
void apply_holder(struct dossier *d, int64_t at, int64_t office, int64_t officer);
void apply_end(struct dossier *d, int64_t ended_at, enum outcome outcome);
void apply_identity(struct dossier *d, const struct event *e);
void apply_promise(struct dossier *d, const struct event *e);

/* After finding or decision changed: what is in force. */
void apply_cause_in_force(struct dossier *d);

/* succession.c */
apply_fn apply_succeed_office;

/* lifecycle_payment.c */
apply_fn apply_record_payment;
/* desk.c */
apply_fn apply_assign;
/* lifecycle_backlog.c */
apply_fn apply_propose_close, apply_refuse_close, apply_force_close;
/* Is this work on the dossier, which speaks against what was proposed? */
bool apply_is_work(enum action action);
/* dossier_apply_late.c */
apply_fn apply_declare_late;
apply_fn apply_pledge;
apply_fn apply_mark;
apply_fn apply_find_cause, apply_decide_cause, apply_object_cause;
/* lifecycle_paper.c */
apply_fn apply_attach_paper, apply_detach_paper, apply_renew_secret, apply_remind;
/* dossier_apply_letter.c */
apply_fn apply_letter;
apply_fn apply_owe_letter;
apply_fn apply_waive_letter;
apply_fn apply_escalate;
apply_fn apply_history_received;
apply_fn apply_history_activity;
apply_fn apply_history_ended;
apply_fn apply_adopt;
