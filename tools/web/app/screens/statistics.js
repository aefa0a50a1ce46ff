/* Form II.06a for any period: the thirteen columns of the paper, and the same as CSV. */
import { html, useState } from '../lib/preact.js';
import { read, readAll } from '../api.js';
import { Choice } from '../choice.js';
import { Moment } from '../fields.js';
import { date, instant, now, number } from '../format.js';
import { visit } from '../keys.js';
import { Loading, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Figures as Behind } from './figures.js';

const PATH = '/api/v1/statistics/II.06a';
const COLUMNS = ['total_received', 'online', 'direct', 'carried_over', 'total_done', 'early', 'on_time', 'late',
  'total_open', 'open_in_time', 'open_overdue'];
const GROUPS = ['field', 'office', 'procedure', 'channel'];
const RED = new Set(['late', 'open_overdue']);

/* The state reports' month: the 15th of the month before to the 14th (law: reporting periods); and the calendar's. */
function periods(today) {
  const [y, m, d] = today.slice(0, 10).split('-').map(Number);
  const at = (month, day) => new Date(Date.UTC(y, m - 1 + month, day)).toISOString().slice(0, 10);
  const shift = d > 14 ? 1 : 0;
  return {
    report: [at(shift - 1, 15), at(shift, 14)],
    month: [at(0, 1), at(1, 0)],
    last: [at(-1, 1), at(0, 0)],
  };
}

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
    const cut = row === value.total || value.group_by === 'none' ? {} : { [value.group_by]: row.key ?? '-', label: row.label };
    return `#/statistics/dossiers?${new URLSearchParams(Object.entries({ ...asked, ...cut, column }).filter(([, v]) => v))}`;
  };
  return html`<p>${t('form.head', { from: date(value.from), to: date(value.to), as_of: instant(value.as_of), known_at: instant(value.known_at) })}
      ${' '}${value.office_name ?? ''} <a href=${csv} download>${t('form.csv')}</a> · <a href=${csv.replace('format=csv', 'format=xlsx')} download>${t('form.xlsx')}</a> · <a href=${csv.replace('format=csv', 'format=pdf')} target="_blank">${t('form.pdf')}</a></p>
    ${(value.notes ?? []).map((note) => html`<p key=${note} class="note note-warn" role="note">${note}</p>`)}
    ${value.is_balanced === false && html`<p class="note note-bad">${t('form.unbalanced')}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label=${t('form.title')}><table class="form-table">
      <caption class="hidden">${t('form.title')}</caption><${Head} />
      <tbody>${value.rows.map((row, i) => html`<${Figures} key=${row.key ?? i} row=${row} n=${i + 1} to=${to} />`)}
        <${Figures} row=${value.total} to=${to} /></tbody></table></div>
    <p class="quiet small">${t('form.unit')}</p>`;
}

export function Statistics({ rest, query }) {
  return rest[0] === 'dossiers' ? html`<${Behind} query=${query} />` : html`<${Form} query=${query} />`;
}

/* What is asked stands in the address, so that a form can be sent to somebody and come back to. */
function Form({ query }) {
  const presets = periods(now());
  const asked = { from: presets.report[0], to: presets.report[1], as_of: '', office: '', group_by: 'field', ...Object.fromEntries(query) };
  const [typed, setTyped] = useState(asked);
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  const name = JSON.stringify([asked, store.get().language]);
  const form = useLoad(name, () => read(PATH, asked));
  const pairs = Object.entries({ ...asked, format: 'csv' }).filter(([, value]) => value);
  const problem = form.problem;
  const put = (field) => (event) => setTyped({ ...typed, [field]: event.target.value });
  const ask = (next) => visit(`#/statistics?${new URLSearchParams(Object.entries(next).filter(([, value]) => value))}`);
  const submit = (event) => {
    event.preventDefault();
    ask(typed);
  };
  const preset = (key) => () => {
    const next = { ...typed, from: presets[key][0], to: presets[key][1], as_of: '' };
    ask(next);
  };
  const dateField = (field) => html`<div class="field"><label for=${`stats-${field}`}>${t(`field.${field}`)}</label>
    <${Moment} isDay=${true} value=${typed[field]} set=${(value) => setTyped((old) => ({ ...old, [field]: value }))} common=${{
      id: `stats-${field}`,
      required: field !== 'as_of',
      'aria-invalid': problem?.field === field ? 'true' : undefined,
      'aria-describedby': problem?.field === field ? 'stats-problem' : undefined,
    }} /></div>`;
  return html`<${Title}>${t('form.title')}<//>
    <form class="filters" onSubmit=${submit}>
      ${dateField('from')}${dateField('to')}${dateField('as_of')}
      <div class="field field-wide"><label for="stats-office">${t('field.stats_office')}</label>
        <${Choice} id="stats-office" value=${typed.office} onChoose=${(office) => setTyped({ ...typed, office })}
          placeholder=${t('form.every_office')} items=${offices.value?.map((o) => ({ key: o.key, name: o.name }))} /></div>
      <div class="field"><label for="stats-group">${t('field.group_by')}</label>
        <select id="stats-group" value=${typed.group_by} onChange=${put('group_by')}>
          ${GROUPS.map((group) => html`<option key=${group} value=${group}>${t(`group.${group}`)}</option>`)}</select></div>
      <button type="submit" class="main">${t('form.show')}</button>
      <div class="presets">${Object.keys(presets).map((key) => html`<button type="button" key=${key} onClick=${preset(key)}>
        ${t(`preset.${key}`)}</button>`)}</div>
    </form>
    ${problem && html`<p class="note note-bad" role="alert" id="stats-problem">${problem.message}</p>`}
    ${!form.value && !problem && html`<${Loading} of=${form} />`}
    ${form.value && html`<${Table} value=${form.value} asked=${asked} csv=${`${PATH}?${new URLSearchParams(pairs)}`} />`}`;
}
