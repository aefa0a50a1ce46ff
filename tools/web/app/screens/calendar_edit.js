/* An edit of a calendar: typed, looked at (which promised dates it moves), then made. Nothing is saved by looking. */
import { html, useEffect, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { date, instant, now, number } from '../format.js';
import { Job } from '../job.js';
import { FormProblem, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Part } from './dossier_parts.js';

const COUNTS = ['seen', 'moved', 'same', 'earlier_kept', 'overdue_kept', 'given', 'failed'];
const OF_OPERATION = {
  add: [
    { name: 'cal_from', kind: 'day', width: 'half' }, { name: 'cal_to', kind: 'day', isOptional: true, width: 'half' },
    {
      name: 'cal_kind', kind: 'list', width: 'half',
      list: 'cal_kind', words: ['holiday', 'substitute', 'swapped', 'closure', 'half_day', 'make_up'],
    },
    { name: 'cal_sessions', isOptional: true, max: 100, width: 'half', hint: 'hint.cal_sessions' },
    { name: 'cal_name_vi', max: 200, width: 'half' }, { name: 'cal_name_en', isOptional: true, max: 200, width: 'half' },
  ],
  remove: [{ name: 'cal_from', kind: 'day', width: 'half' }],
  confirm: [],
  publish: [],
};
const DECISION = [
  { name: 'source', label: 'field.cal_source', max: 400 },
  { name: 'effective_on', label: 'field.cal_effective', kind: 'day', width: 'half' },
  { name: 'reason', kind: 'lines', rows: 2 },
];
const NO_SESSION = new Set(['holiday', 'substitute', 'swapped']);

const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/* The row of docs/calendars.md that the fields stand for. */
function rowOf(v) {
  const sessions = NO_SESSION.has(v.cal_kind) ? '' : v.cal_sessions;
  const to = v.cal_to && v.cal_to !== v.cal_from ? v.cal_to : '';
  return ['day', v.cal_from, to, v.cal_kind, sessions, v.cal_name_vi, v.cal_name_en, v.source].map((text) => cell(text.trim())).join(',');
}

function bodyOf(v, year, preview) {
  const body = { operation: v.operation, effective_on: v.effective_on, source: v.source.trim(), reason: v.reason.trim(), preview };
  if (v.operation === 'add') body.rows = v.rows ? v.rows : rowOf(v);
  if (v.operation === 'remove') body.remove = [{ type: 'day', from: v.cal_from }];
  if (v.operation === 'confirm' || v.operation === 'publish') body.year = year;
  return body;
}

/* What a look, or the edit itself, came to: how many, and which dossiers from which date to which. */
function Result({ job, isPreview }) {
  const box = useRef();
  const items = useLoad(`${job.id}`, () => read(`/api/v1/jobs/${job.id}/items`, { limit: 50 }));
  useLayoutEffect(() => box.current?.focus(), []);
  const result = job.result ?? {};
  const rows = items.value?.items ?? [];
  return html`<div class="note" ref=${box} tabindex="-1">
    <p><strong>${t(isPreview ? 'cal.preview_done' : 'cal.apply_done')}</strong></p>
    <ul class="tight">${COUNTS.filter((name) => result[name]).map((name) => html`<li key=${name}>${t(`cal.count_${name}`, { n: number(result[name]) })}</li>`)}
      ${!result.seen && html`<li>${t('cal.count_none')}</li>`}
      ${result.earliest_on && html`<li>${t('cal.span', { from: date(result.earliest_on), to: date(result.latest_on) })}</li>`}</ul>
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('cal.moved')}><table>
      <thead><tr><th scope="col">${t('column.code')}</th><th scope="col">${t('cal.outcome')}</th><th scope="col">${t('column.from')}</th>
        <th scope="col">${t('column.to')}</th></tr></thead>
      <tbody>${rows.map(({ ordinal, item }) => html`<tr key=${ordinal}>
        <td class="code"><a href=${`#/dossier/${encodeURIComponent(item.dossier)}`}>${item.dossier}</a></td>
        <td>${t(`cal.outcome_${item.outcome}`)}${item.reason && html`<div class="small">${item.reason}</div>`}</td>
        <td>${instant(item.from)}</td><td>${instant(item.to)}</td></tr>`)}</tbody></table></div>`}
    ${items.value?.next && html`<p class="quiet small">${t('cal.more', { n: rows.length })}</p>`}
  </div>`;
}

export function CalendarEdit({ calendar, year, proposal, onDone }) {
  const form = useForm(`calendar/${calendar.key}`, {
    operation: 'add', rows: '', cal_from: '', cal_to: '', cal_kind: 'closure', cal_sessions: '', cal_name_vi: '', cal_name_en: '',
    source: '', effective_on: now().slice(0, 10), reason: '',
  });
  const [job, setJob] = useState(null); // under way: {job, isPreview}
  const [ended, setEnded] = useState(null); // the last one that came to its end
  const box = useRef();
  const { values } = form;
  useEffect(() => {
    if (!proposal) return;
    form.set('operation', 'add');
    form.set('rows', proposal.rows);
    box.current?.scrollIntoView({ block: 'start' });
  }, [proposal]);

  const send = async (isPreview) => {
    setEnded(null);
    const answer = await form.send((typed, key) => write(`/api/v1/calendars/${encodeURIComponent(calendar.key)}/changes`,
      bodyOf(typed, year, isPreview), { key, version: calendar.version }));
    if (answer) setJob({ job: answer, isPreview, typed: JSON.stringify(values) });
  };
  const end = (done) => {
    setEnded({ job: done, isPreview: job.isPreview, typed: job.typed });
    setJob(null);
    if (job.isPreview || done.state !== 'done') return;
    store.notify(t('cal.saved'));
    form.reset({ ...values, rows: '', cal_from: '', cal_to: '' });
    onDone();
  };
  const isLooked = ended?.isPreview && ended.job.state === 'done' && ended.typed === JSON.stringify(values); // and not changed since
  const fields = values.rows && values.operation === 'add' ? [] : OF_OPERATION[values.operation];
  const submit = (event) => {
    event.preventDefault();
    send(true);
  };
  return html`<${Part} title=${t('cal.edit')}>
    <form class="cal-edit" ref=${box} onSubmit=${submit} aria-label=${t('cal.edit')}>
      <p class="quiet">${t('cal.edit_about')}</p>
      <${FormProblem} problem=${form.problem} fields=${[...fields, ...DECISION].map((field) => field.name)} />
      <fieldset><legend>${t('cal.what')}</legend>
        <${Field} form=${form} prefix="cal" field=${{
          name: 'operation', label: 'field.cal_operation', kind: 'list', list: 'cal_operation', words: ['add', 'remove', 'confirm', 'publish'] }} />
        ${(values.operation === 'confirm' || values.operation === 'publish') && html`<p>${t(`cal.about_${values.operation}`, { year })}</p>`}
        ${values.operation === 'add' && values.rows && html`<${Field} form=${form} prefix="cal"
          field=${{ name: 'rows', label: 'field.cal_rows', kind: 'lines', rows: 8, hint: 'hint.cal_rows' }} />`}
        ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix="cal" field=${field} />`)}
      </fieldset>
      <fieldset><legend>${t('cal.decision')}</legend>
        ${DECISION.map((field) => html`<${Field} key=${field.name} form=${form} prefix="cal" field=${field} />`)}
      </fieldset>
      <div class="buttons">
        <button type="submit" class="main" disabled=${form.isBusy || job}>${t('cal.preview')}</button>
        ${isLooked && html`<button type="button" class="grave" disabled=${form.isBusy || job}
          onClick=${(event) => event.target.form.reportValidity() && send(false)}>${t('cal.apply')}</button>`}
      </div>
    </form>
    ${job && html`<${Job} key=${job.job.id} job=${job.job} onEnd=${end} />`}
    ${ended && html`<${Result} key=${ended.job.id} job=${ended.job} isPreview=${ended.isPreview} />`}
  <//>`;
}
