/* Offices that work on another system: who, from when, and what they have declared to be whole; who has not reported. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Edits, Rows } from '../edit.js';
import { date, instant, number } from '../format.js';
import { Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Part } from './dossier_parts.js';
import { Ask, askedOf } from './statistics_ask.js';

const OFFICES = '/api/v1/file-offices';
const DECLARATIONS = '/api/v1/report-declarations';
const DECISION = [{ name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }];
const MARK = { key: 'file_office', title: 'source.mark', about: 'source.mark_about', fields: [
  { name: 'office', kind: 'office' }, { name: 'system', label: 'source.system', max: 100 },
  { name: 'from_on', label: 'field.from', kind: 'day', width: 'half' }, { name: 'to_on', label: 'field.to', kind: 'day', isOptional: true, width: 'half' }, ...DECISION] };
const WITHDRAW = [{ key: 'withdraw_declaration', title: 'source.withdraw', isGrave: true, fields: [{ name: 'reason', kind: 'lines', rows: 2 }] }];

/* The file stays on this computer: its hash is what is declared. */
async function declared({ file, ...body }) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return write(DECLARATIONS, { ...body, source: body.source ?? file.name, sha256 });
}

function Declarations({ asked }) {
  const path = JSON.stringify(asked);
  const list = useLoad(`declarations ${path}`, () => read(DECLARATIONS, { ...asked, limit: 100 }));
  const columns = [
    { head: 'column.office', isHead: true, of: (d) => d.office_name },
    { head: 'source.days', of: (d) => `${date(d.from_on)} – ${date(d.to_on)}` },
    { head: 'source.file', of: (d) => html`${d.source}<div class="quiet small"><code title=${d.sha256}>${d.sha256.slice(0, 12)}…</code></div>` },
    { head: 'source.dossiers', isFigure: true, of: (d) => number(d.dossiers) },
    { head: 'column.who', of: (d) => html`${d.entered_by}<div class="quiet small">${instant(d.recorded_at)}</div>` },
    { head: 'column.state', of: (d) => (d.withdrawn_at ? html`${t('source.withdrawn', { at: instant(d.withdrawn_at) })}<div class="quiet small">${d.withdrawal_reason}</div>`
      : html`<${Edits} name=${`declaration/${d.id}`} edits=${WITHDRAW} post=${(edit, body, key) => write(`${DECLARATIONS}/${d.id}/actions/withdraw`, body, { key })} onDone=${list.reload} />`) },
  ];
  return html`<${Part} title=${t('source.declarations')}>
    ${!list.value ? html`<${Loading} of=${list} />` : list.value.items.length
    ? html`<${Rows} columns=${columns} rows=${list.value.items} caption=${t('source.declarations')} keyOf=${(d) => d.id} />` : html`<p class="quiet">${t('source.no_declaration')}</p>`}<//>`;
}

export function FileOffices({ place, query }) {
  const typed = askedOf(query);
  const asked = Object.fromEntries(Object.entries({ office: typed.office, from: typed.from, to: typed.to }).filter(([, value]) => value));
  const me = store.useStore((s) => s.me);
  const [turn, setTurn] = useState(0);
  const list = useLoad(`file-offices ${JSON.stringify(asked)}`, () => read(OFFICES, asked));
  const declare = { key: 'declare_report', title: 'source.declare', about: 'source.declare_about', initial: { from_on: typed.from, to_on: typed.to }, fields: [
    { name: 'office', kind: 'office' }, { name: 'from_on', label: 'field.from', kind: 'day', width: 'half' }, { name: 'to_on', label: 'field.to', kind: 'day', width: 'half' },
    { name: 'file', label: 'source.file', kind: 'file', accept: '.csv,.xlsx,.zip', hint: 'hint.source_file' }, { name: 'dossiers', label: 'source.dossiers', kind: 'number', width: 'half' },
    { name: 'source', label: 'source.key', max: 100, isOptional: true }, { name: 'remark', kind: 'lines', rows: 2, isOptional: true }] };
  const edits = [store.may(me, 'declare_reports') && declare, store.may(me, 'edit_rules') && MARK].filter(Boolean);
  const post = (edit, body, key) => {
    if (edit.key === 'declare_report') return declared(body);
    const { office, ...rest } = body;
    return write(`${OFFICES}/${encodeURIComponent(office)}`, rest, { key, method: 'PUT' });
  };
  const done = () => {
    store.notify(t('source.saved'));
    list.reload();
    setTurn(turn + 1);
  };
  const columns = [
    { head: 'column.office', isHead: true, of: (o) => o.office_name }, { head: 'source.system', of: (o) => o.system },
    { head: 'source.since', of: (o) => `${date(o.from_on)} – ${o.to_on ? date(o.to_on) : ''}` },
    { head: 'column.state', of: (o) => (o.is_reported ? html`<${Tag} level="done">${t('source.reported')}<//>`
      : html`<${Tag} level="certain">${t('source.unreported')}<//> ${o.missing_from && html`<span class="quiet small">${date(o.missing_from)} – ${date(o.missing_to)}</span>`}`) },
  ];
  return html`<${Ask} key=${JSON.stringify(typed)} asked=${typed} path=${place.path} problem=${list.problem} />
    <p class="quiet">${t('source.about')}</p>
    ${edits.length > 0 && html`<${Edits} name="source" edits=${edits} post=${post} onDone=${done} />`}
    ${!list.value ? html`<${Loading} of=${list} />` : list.value.items.length
    ? html`<${Rows} columns=${columns} rows=${list.value.items} caption=${t('source.title')} keyOf=${(o) => `${o.office}/${o.from_on}`} />` : html`<p class="empty">${t('source.none')}</p>`}
    <${Declarations} key=${turn} asked=${asked} />`;
}
