/* Form II.06a for any period: the thirteen columns of the paper. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { date, instant, number } from '../format.js';
import { Loading, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Ask, askedOf } from './statistics_ask.js';

const PATH = '/api/v1/statistics/II.06a';
const COLUMNS = ['total_received', 'online', 'direct', 'carried_over', 'total_done', 'early', 'on_time', 'late',
  'total_open', 'open_in_time', 'open_overdue'];
const GROUPS = ['field', 'office', 'procedure', 'channel', 'step', 'officer'];
const RED = new Set(['late', 'open_overdue']);

function Head() {
  return html`<thead>
    <tr><th scope="col" rowspan="3">${t('form.tt')}</th><th scope="col" rowspan="3">${t('form.label')}</th>
      <th scope="colgroup" colspan="4">${t('form.received')}</th><th scope="colgroup" colspan="4">${t('form.done')}</th>
      <th scope="colgroup" colspan="3">${t('form.open')}</th></tr>
    <tr><th scope="col" rowspan="2">${t('form.total_received')}</th><th scope="colgroup" colspan="2">${t('form.in_period')}</th>
      ${COLUMNS.slice(3).map((c) => html`<th key=${c} scope="col" rowspan="2">${t(`form.${c}`)}</th>`)}</tr>
    <tr><th scope="col">${t('form.online')}</th><th scope="col">${t('form.direct')}</th></tr>
    <tr class="numbers">${Array.from({ length: 13 }, (_, i) => html`<td key=${i}>(${i + 1})</td>`)}</tr>
  </thead>`;
}

/* A figure leads to its dossiers. */
function Figure({ row, column, to }) {
  if (row.is_unreported) return html`–`;
  const label = `${row.label}, ${t(`form.name_${column}`)}: ${number(row[column])}`;
  if (!row[column]) return html`${number(0)}`;
  return html`<a href=${to(row, column)} aria-label=${label}>${number(row[column])}</a>`;
}

function Figures({ row, n, to }) {
  return html`<tr class=${n ? '' : 'total'}><td class="figure">${n}</td><th scope="row">${n ? row.label : t('form.sum')}${row.is_unreported && html` <em>(${t('form.unreported')})</em>`}</th>
    ${COLUMNS.map((c) => html`<td key=${c} class=${`figure${RED.has(c) && row[c] ? ' late' : ''}`}>
      <${Figure} row=${row} column=${c} to=${to} /></td>`)}</tr>`;
}

function Table({ value, asked, csv }) {
  const to = (row, column) => {
    const cut = row === value.total || value.group_by === 'none' ? {} : { [value.group_by]: row.key ?? '-', label: row.label,
      office_only: value.group_by === 'office' ? 'true' : asked.office_only };
    return `#/statistics/dossiers?${new URLSearchParams(Object.entries({ ...asked, ...cut, column }).filter(([, v]) => v))}`;
  };
  return html`<p>${t('form.head', { from: date(value.from), to: date(value.to), as_of: instant(value.as_of), known_at: instant(value.known_at) })}
      ${' '}${value.office_name ?? ''} <a href=${csv} download>${t('form.csv')}</a> · <a href=${csv.replace('format=csv', 'format=xlsx')} download>${t('form.xlsx')}</a> · <a href=${csv.replace('format=csv', 'format=pdf')} target="_blank">${t('form.pdf')}</a></p>
    ${(value.notes ?? []).map((note) => html`<p key=${note} class="note note-warn" role="note">${note}</p>`)}
    ${value.is_balanced === false && html`<p class="note note-bad">${t('form.unbalanced')}</p>`}
    <div class="scroll tall" tabindex="0" role="region" aria-label=${t('form.title')}><table class="form-table">
      <caption class="hidden">${t('form.title')}</caption><${Head} />
      <tbody>${value.rows.map((row, i) => html`<${Figures} key=${row.key ?? i} row=${row} n=${i + 1} to=${to} />`)}
        <${Figures} row=${value.total} to=${to} /></tbody></table></div>
    <p class="quiet small">${t('form.unit')}</p>`;
}

/* What is asked stands in the address, so that a form can be sent to somebody and come back to. */
export function FormII06a({ query }) {
  const asked = askedOf(query, GROUPS);
  const form = useLoad(JSON.stringify([asked, store.get().language]), () => read(PATH, asked));
  const pairs = Object.entries({ ...asked, format: 'csv' }).filter(([, value]) => value);
  return html`<${Ask} asked=${asked} groups=${GROUPS} path="" problem=${form.problem} />
    ${!form.value && !form.problem && html`<${Loading} of=${form} />`}
    ${form.value && html`<${Table} value=${form.value} asked=${asked} csv=${`${PATH}?${new URLSearchParams(pairs)}`} />`}`;
}
