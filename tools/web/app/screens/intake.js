/* Taking a dossier in: procedure, person, and the promised date before anything is saved. Same-day work has its
 * one stroke: accept, decide and return together. What was saved stays in sight until the next one begins. */
import { html, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { readAll, write } from '../api.js';
import { Choice } from '../choice.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { fromLocal, limit, longInstant, now } from '../format.js';
import { FormProblem, Tag, Title, useLoad } from '../parts.js';
import { Print } from '../print.js';
import { t } from '../text.js';
import { Facts } from './dossier_parts.js';
import { Days } from './due_parts.js';
import { PersonAgain } from './person_again.js';

const PERSON = ['kind', 'name', 'identity', 'phone', 'address', 'email'];
const EMPTY = {
  procedure: '', procedure_case: '', kind: 'person', name: '', identity: '', phone: '', address: '', email: '',
  has_submitter: false, submitter_name: '', submitter_identity: '', submitter_phone: '',
  channel: 'direct', remark: '', papers: {},
  has_slip: false, blank_slip: '', received_at: '', paper_due_at: '',
};
/* A slip that was filled in by hand while there was no power. */
const SLIP_FIELDS = [
  { name: 'blank_slip', max: 200, width: 'half', hint: 'slip.code_hint' },
  { name: 'received_at', label: 'slip.received_at', kind: 'time', width: 'half' },
  { name: 'paper_due_at', kind: 'time', isOptional: true, width: 'half' },
];
/* A scanner types the whole address of the code; a hand types the code. */
const slipCode = (typed) => decodeURIComponent(/#\/tra-cuu\/([^/]+)/.exec(typed)?.[1] ?? typed).trim();
const PERSON_FIELDS = [
  { name: 'kind', kind: 'list', list: 'person_kind', words: ['person', 'man', 'woman', 'household', 'organisation'], width: 'third' },
  { name: 'name', label: 'field.applicant_name', max: 200, width: 'rest' },
  { name: 'identity', isOptional: true, max: 40, width: 'half' },
  { name: 'phone', kind: 'tel', isOptional: true, max: 40, width: 'half' },
  { name: 'email', kind: 'email', isOptional: true, max: 254, width: 'half' },
  { name: 'address', isOptional: true },
];
const SUBMITTER_FIELDS = [
  { name: 'submitter_name', label: 'field.name', max: 200 },
  { name: 'submitter_identity', label: 'field.identity', isOptional: true, max: 40, width: 'half' },
  { name: 'submitter_phone', label: 'field.phone', kind: 'tel', isOptional: true, max: 40, width: 'half' },
];

/* The daemon names fields by their place in the request; ours lie flat. */
const FLAT = (field) => field?.replace(/^applicant\./, '').replace(/^submitter\./, 'submitter_');

const filled = (pairs) => Object.fromEntries(Object.entries(pairs).filter(([, value]) => value));

/* What the counter was handed: the components of the case that are ticked, with their number. */
const papersOf = (chosen, values) => (chosen?.components ?? [])
  .map((component, i) => ({ component, copies: values.papers[i] ?? component.copies ?? 1 }))
  .filter(({ copies }) => copies > 0)
  .map(({ component, copies }) => filled({ name: component.name, kind: component.kind, copies: Number(copies) }));

function bodyOf(values, chosen, settle) {
  return filled({
    procedure: values.procedure,
    procedure_case: chosen.key,
    channel: values.channel,
    applicant: filled({ ...Object.fromEntries(PERSON.map((name) => [name, values[name]])), name: values.name.trim() }),
    submitter: values.has_submitter && filled({
      name: values.submitter_name.trim(), identity: values.submitter_identity, phone: values.submitter_phone,
    }),
    components: papersOf(chosen, values),
    remark: values.remark.trim(),
    ...(values.has_slip && {
      blank_slip: slipCode(values.blank_slip), received_at: fromLocal(values.received_at), paper_due_at: fromLocal(values.paper_due_at),
    }),
    settle,
  });
}

/* The promise, asked anew for each case; `from` is the business clock at that moment. */
function Promised({ procedure, chosen, from }) {
  const due = useLoad(chosen ? `${procedure.key}/${chosen.key}/${from ?? ''}` : '', async () => {
    if (!chosen) return null;
    const item = { from: from ?? now(), procedure: procedure.key, procedure_case: chosen.key };
    const reply = await write('/api/v1/due', { items: [item], explain: true });
    return reply.items[0];
  });
  const found = due.value;
  return html`<section class="promise" aria-live="polite"><h2>${t('intake.promise')}</h2>
    ${!chosen && html`<p class="quiet">${t('intake.promise_none')}</p>`}
    ${chosen && html`<p>${t('intake.limit')}: <strong>${limit(chosen.limit)}</strong></p>`}
    ${chosen && !found && !due.problem && html`<p class="quiet">${t('common.loading')}</p>`}
    ${(due.problem || found?.problem) && html`<p class="bad" role="alert">${due.problem?.message ?? found.problem.detail}</p>`}
    ${found?.due_at && html`<p class="promised">${longInstant(found.due_at)}
        ${found.is_provisional && html` <${Tag} level="certain">${t('due.provisional')}<//>`}</p>
      ${found.is_provisional && html`<p class="note note-warn">${t('intake.provisional')}</p>`}
      <details><summary>${t('due.explain')}</summary><${Days} days=${found.days ?? []} /></details>`}
  </section>`;
}

function Papers({ chosen, form }) {
  if (!chosen?.components?.length) return null;
  const copies = (i) => form.values.papers[i] ?? chosen.components[i].copies ?? 1;
  const put = (i, n) => form.set('papers', { ...form.values.papers, [i]: n });
  return html`<fieldset><legend>${t('intake.papers')}</legend>
    ${chosen.components.map((component, i) => html`<div class="paper" key=${i}>
      <label class="check"><input type="checkbox" checked=${copies(i) > 0}
        onChange=${(event) => put(i, event.target.checked ? component.copies ?? 1 : 0)} /> ${component.name}</label>
      <input type="number" min="0" max="999" aria-label=${t('intake.copies', { name: component.name })} value=${copies(i)}
        onInput=${(event) => put(i, Number(event.target.value))} />
    </div>`)}</fieldset>`;
}

/* After saving: the code and its secret, the paper, the next one. */
function Saved({ dossier, wasSettled, onNext }) {
  const first = useRef();
  useLayoutEffect(() => first.current?.focus(), []);
  return html`<${Title} text=${t('intake.saved')}>${wasSettled ? t('intake.settled') : t('intake.saved')}<//>
    <div class="saved">
      ${dossier.warnings?.map((warning) => html`<p key=${warning} class="note note-warn">${t(`warning.${warning}`)}</p>`)}
      <p class="quiet">${t('field.code')}</p><p class="big">${dossier.code}</p>
      ${dossier.secret && html`<p class="quiet">${t('intake.secret')}</p><p class="big">${dossier.secret}</p>
        <p class="quiet small">${t('intake.secret_once')}</p>`}
      <${Facts} rows=${[
        [t('dossier.applicant'), dossier.applicant.name], [t('field.procedure'), dossier.procedure_name],
        [t('dossier.due_at'), !wasSettled && dossier.due_at && longInstant(dossier.due_at)],
        [t('slip.promise'), dossier.paper_due_at && longInstant(dossier.paper_due_at)],
      ]} />
      <div class="buttons">
        ${dossier.slip && html`<${Print} path=${dossier.slip} code=${dossier.code} isMain=${!wasSettled} buttonRef=${wasSettled ? undefined : first} />`}
        <button type="button" class=${wasSettled ? 'main' : ''} ref=${wasSettled ? first : undefined} onClick=${() => onNext(false)}>${t('intake.next')}</button>
        <button type="button" onClick=${() => onNext(true)}>${t('intake.next_same')}</button>
        <a class="button" href=${`#/dossier/${encodeURIComponent(dossier.code)}`}>${t('intake.open')}</a>
      </div>
    </div>`;
}

export function Intake() {
  const form = useForm('intake', EMPTY);
  const { values } = form;
  const [saved, setSaved] = useState(null);
  const procedures = useLoad('procedures', () => readAll('/api/v1/procedures'));
  const items = procedures.value?.map((p) => ({
    key: p.key, name: p.name, detail: [p.national_code ?? p.key, p.field_name].filter(Boolean).join(' · '),
  }));
  const procedure = procedures.value?.find((p) => p.key === values.procedure);
  const cases = procedure?.cases ?? [];
  const chosen = cases.find((c) => c.key === values.procedure_case) ?? (cases.length === 1 ? cases[0] : undefined);
  const shown = { ...form, problem: form.problem && { ...form.problem, field: FLAT(form.problem.field) } };

  const send = async (settle) => {
    if (!chosen) {
      form.setProblem({ message: t(procedure ? 'intake.choose_case' : 'intake.choose_procedure'), field: procedure ? 'procedure_case' : 'procedure' });
      return;
    }
    const answer = await form.send((typed, key) => write('/api/v1/dossiers', bodyOf(typed, chosen, settle), { key }));
    if (answer) setSaved({ dossier: answer, wasSettled: settle });
  };
  const next = (keepsPerson) => {
    const kept = keepsPerson ? Object.fromEntries(PERSON.map((name) => [name, values[name]])) : {};
    form.reset({ ...EMPTY, ...kept });
    setSaved(null);
  };
  const choose = (key) => {
    form.set('procedure', key);
    form.set('procedure_case', '');
    form.set('papers', {});
  };
  if (saved) return html`<${Saved} ...${saved} onNext=${next} />`;

  const isProcedureBad = shown.problem?.field === 'procedure';
  return html`<${Title}>${t('nav.intake')}<//>
    <form class="columns intake" onSubmit=${(event) => { event.preventDefault(); send(false); }}>
      <div>
        <${FormProblem} problem=${shown.problem} fields=${['procedure', 'procedure_case', 'channel', 'remark',
    ...PERSON, ...[...SUBMITTER_FIELDS, ...SLIP_FIELDS].map((f) => f.name)]} />
        <fieldset><legend>${t('field.procedure')}</legend>
          <div class="field"><label for="intake-procedure">${t('intake.procedure')} <span class="needed" aria-hidden="true">*</span></label>
            <${Choice} id="intake-procedure" items=${items} value=${values.procedure} onChoose=${choose} isFocused=${true} isRequired=${true}
              placeholder=${t('intake.procedure_hint')} isInvalid=${isProcedureBad} describedBy=${isProcedureBad ? 'procedure-problem' : undefined} />
            ${isProcedureBad && html`<p class="bad" id="procedure-problem">${shown.problem.message}</p>`}
            ${procedures.problem && html`<p class="bad" role="alert">${procedures.problem.message}</p>`}</div>
          ${cases.length > 1 && html`<div class="field"><label for="intake-case">${t('field.procedure_case')}</label>
            <select id="intake-case" required value=${values.procedure_case} onChange=${(event) => form.set('procedure_case', event.target.value)}>
              <option value="">${t('common.choose')}</option>
              ${cases.map((c) => html`<option key=${c.key} value=${c.key}>${c.name} (${limit(c.limit)})</option>`)}
            </select></div>`}
        </fieldset>
        <${Papers} chosen=${chosen} form=${form} />
        <fieldset><legend>${t('dossier.applicant')}</legend>
          ${PERSON_FIELDS.map((field) => html`<${Field} key=${field.name} prefix="intake" form=${shown} field=${field} />`)}
          <${PersonAgain} form=${form} procedure=${values.procedure} />
          <label class="check"><input type="checkbox" checked=${values.has_submitter}
            onChange=${(event) => form.set('has_submitter', event.target.checked)} /> ${t('intake.has_submitter')}</label>
          ${values.has_submitter && SUBMITTER_FIELDS.map((field) => html`<${Field} key=${field.name} prefix="intake" form=${shown} field=${field} />`)}
        </fieldset>
        <fieldset><legend>${t('intake.ways')}</legend>
          <${Field} prefix="intake" form=${shown} field=${{ name: 'channel', kind: 'list', list: 'channel', only: ['direct', 'post'] }} />
          <${Field} prefix="intake" form=${shown} field=${{ name: 'remark', kind: 'lines', rows: 2, isOptional: true }} />
        </fieldset>
        <fieldset><legend>${t('slip.title')}</legend>
          <label class="check"><input type="checkbox" id="intake-has-slip" checked=${values.has_slip}
            onChange=${(event) => form.set('has_slip', event.target.checked)} /> ${t('slip.from')}</label>
          ${values.has_slip && SLIP_FIELDS.map((field) => html`<${Field} key=${field.name} prefix="intake" form=${shown} field=${field} />`)}
          <p class="small"><a href="#/slips">${t('slip.open')}</a></p>
        </fieldset>
      </div>
      <div class="aside">
        <${Promised} procedure=${procedure} chosen=${chosen} from=${values.has_slip ? fromLocal(values.received_at) : undefined} />
        <div class="buttons">
          <button type="submit" class="main" disabled=${form.isBusy}>${form.isBusy ? t('common.sending') : t('intake.save')}</button>
          ${chosen?.returns_at_once && !values.has_slip && html`<button type="button" disabled=${form.isBusy}
            onClick=${(event) => event.target.form.reportValidity() && send(true)}>${t('intake.settle')}</button>`}
        </div>
        ${chosen?.returns_at_once && !values.has_slip && html`<p class="quiet small">${t('intake.settle_about')}</p>`}
      </div>
    </form>`;
}
