/* Time that nobody of the offices could help: declared with evidence, narrowed, ended, withdrawn. */
import { html, useState } from '../lib/preact.js';
import { read, readAll, write } from '../api.js';
import { EditForm, Edits, Opener, Rows, bodyOf } from '../edit.js';
import { fromLocal, instant, toLocal } from '../format.js';
import { Job } from '../job.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Facts, Part } from './dossier_parts.js';

const PATH = '/api/v1/objective-intervals';
const STATES = ['standing', 'withdrawn', 'all'];
const SCOPE = [
  { name: 'offices', label: 'objective.offices', kind: 'lines', rows: 2, isMany: true, isOptional: true, hint: 'hint.objective_offices' },
  { name: 'procedures', label: 'objective.procedures', kind: 'lines', rows: 2, isMany: true, isOptional: true, hint: 'hint.objective_procedures' },
];
const END = { name: 'until', label: 'objective.to', kind: 'time', isOptional: true, width: 'half', hint: 'hint.interval_to' };
const EVIDENCE = { name: 'evidence', max: 400, isOptional: true, hint: 'hint.interval_evidence' };
const REASON = { name: 'reason', kind: 'lines', rows: 2 };

/* Hours are typed in the offices' time and sent as instants. */
const withInstants = (values, fields) => {
  const { begun, until, ...rest } = bodyOf(fields, values);
  return { ...rest, ...(begun && { from: fromLocal(begun) }), ...(until && { to: fromLocal(until) }) };
};
const DECLARE = { key: 'declare', title: 'objective.declare', about: 'objective.declare_about', make: (v, f) => ({ to: null, ...withInstants(v, f) }), fields: [
  { name: 'kind', label: 'column.kind', kind: 'list', list: 'objective_kind' },
  { name: 'begun', label: 'objective.from', kind: 'time', width: 'half' }, END, ...SCOPE,
  { name: 'dossier', label: 'field.code', max: 64, isOptional: true, hint: 'hint.objective_dossier' }, EVIDENCE, REASON] };

const amend = (row) => ({ key: 'amend', title: 'objective.amend', about: 'objective.amend_about', make: withInstants,
  fields: [END, EVIDENCE, ...SCOPE, REASON],
  initial: { until: toLocal(row.to), evidence: row.evidence ?? '', offices: row.offices?.join('\n') ?? '', procedures: row.procedures?.join('\n') ?? '' } });
const WITHDRAW = { key: 'withdraw', title: 'objective.withdraw', about: 'objective.withdraw_about', fields: [REASON], isGrave: true };

function Details({ row, onDone }) {
  const [job, setJob] = useState(null);
  const edits = [row.allowed_actions?.includes('amend') && amend(row), row.allowed_actions?.includes('withdraw') && WITHDRAW].filter(Boolean);
  const post = (edit, body, key) => write(edit.key === 'amend' ? `${PATH}/${row.id}/changes` : `${PATH}/${row.id}/actions/withdraw`, body, { key, version: row.version });
  const done = async (answer) => {
    store.notify(t('objective.saved'));
    if (answer.job) setJob(await read(answer.job));
    onDone();
  };
  return html`<${Part} title=${`${row.label} – ${instant(row.from)}`}>
    <${Facts} rows=${[
      [t('objective.offices'), row.office_names?.length ? row.office_names.join('; ') : t('objective.every_office')],
      [t('objective.procedures'), row.procedures?.length ? row.procedures.join('; ') : t('objective.every_procedure')],
      [t('field.code'), row.dossier], [t('field.evidence'), row.evidence ?? t('objective.no_evidence')], [t('field.reason'), row.reason],
      [t('objective.by'), row.declared_by_name && `${row.declared_by_name}, ${instant(row.recorded_at)}`],
      [t('objective.withdrawn'), row.withdrawn_at && `${instant(row.withdrawn_at)}: ${row.withdrawal_reason}`],
    ]} />
    ${edits.length > 0 && html`<${Edits} key=${row.version} name=${`objective/${row.id}`} edits=${edits} post=${post} onDone=${done} />`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${onDone} />`}
  <//>`;
}

export function Objectives({ query }) {
  const state = STATES.includes(query.get('state')) ? query.get('state') : 'standing';
  const canDeclare = store.useStore((s) => store.may(s.me, 'edit_objective'));
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState(null);
  const [job, setJob] = useState(null);
  const list = useLoad(`objectives/${state}/${store.get().language}`, () => read(PATH, { state, limit: 200 }));
  readAll('/api/v1/offices').catch(() => {}); // the form's list, asked for early
  const done = async (answer) => {
    setOpen(false);
    store.notify(t('objective.saved'));
    if (answer.job) setJob(await read(answer.job));
    await list.reload();
    setShown(answer.id);
  };
  const row = list.value?.items.find((r) => r.id === shown);
  const columns = [
    { head: 'column.kind', isHead: true, of: (r) => html`<${Opener} isOpen=${r.id === shown} onToggle=${() => setShown(r.id === shown ? null : r.id)}>${word('objective_kind', r.kind)}<//>` },
    { head: 'column.from', of: (r) => instant(r.from) },
    { head: 'column.to', of: (r) => (r.to ? instant(r.to) : html`<${Tag} level="risk">${t('objective.lasts')}<//>`) },
    { head: 'objective.concerns', of: (r) => r.dossier ?? (r.office_names?.length ? r.office_names.join('; ') : t('objective.every_office')) },
    { head: 'field.evidence', isWide: true, of: (r) => r.evidence ?? html`<${Tag} level="certain">${t('objective.no_evidence')}<//>` },
    { head: 'column.state', of: (r) => (r.withdrawn_at ? t('objective.withdrawn') : '') },
  ];
  return html`<${Title}>${t('objective.page')}<//>
    <p class="quiet">${t('objective.about')}</p>
    <nav class="tabs" aria-label=${t('objective.page')}>${STATES.map((name) => html`<a key=${name} href=${`#/objectives?state=${name}`}
      aria-current=${name === state ? 'page' : undefined}>${t(`objective.state_${name}`)}</a>`)}</nav>
    ${canDeclare && !isOpen && html`<p><button type="button" class="main" onClick=${() => setOpen(true)}>${t('objective.declare')}</button></p>`}
    ${isOpen && html`<${EditForm} name="objective" edit=${DECLARE} onClose=${() => setOpen(false)} onDone=${done}
      post=${(body, key) => write(PATH, body, { key })} />`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${list.reload} />`}
    ${row && html`<${Details} key=${row.id} row=${row} onDone=${list.reload} />`}
    ${!list.value ? html`<${Loading} of=${list} />` : !list.value.items.length ? html`<p class="empty">${t('objective.none')}</p>`
    : html`<${Rows} columns=${columns} rows=${list.value.items} caption=${t('objective.page')} keyOf=${(r) => r.id} open=${shown} />`}`;
}
