/* Registers that number papers: what was given, and a register opened after a paper book or numbered elsewhere. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { instant, now, number } from '../format.js';
import { FormProblem, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Part } from './dossier_parts.js';

const ENTRIES = '/api/v1/registers/entries';
const queryOf = (row) => ({ office: row.office, year: row.year, symbol: row.symbol });

function Entries({ row }) {
  const [pages, setPages] = useState([]);
  const first = useLoad(`entries/${row.office}/${row.year}/${row.symbol}/${row.last}`, () => read(ENTRIES, { ...queryOf(row), limit: 100 }));
  if (!first.value) return html`<${Loading} of=${first} />`;
  const last = pages.at(-1) ?? first.value;
  const more = async () => setPages([...pages, await read(ENTRIES, { ...queryOf(row), limit: 100, after: last.next })]);
  const items = [first.value, ...pages].flatMap((page) => page.items);
  const href = (format) => `${ENTRIES}?${new URLSearchParams({ ...queryOf(row), format })}`;
  return html`<p><a href=${href('xlsx')} download>${t('registers.xlsx')}</a> · <a href=${href('csv')} download>${t('form.csv')}</a></p>
    ${!items.length && html`<p class="quiet">${t('registers.empty')}</p>`}
    ${items.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${row.symbol}><table><thead><tr><th scope="col" class="figure">${t('registers.number')}</th><th scope="col">${t('registers.entered')}</th>
      <th scope="col">${t('column.code')}</th><th scope="col">${t('registers.signer')}</th><th scope="col">${t('column.state')}</th></tr></thead>
    <tbody>${items.map((e) => html`<tr key=${e.number} class=${e.voided_at ? 'replaced' : ''}><td class="figure">${e.number}</td>
      <td>${instant(e.entered_at)}</td><td class="code">${e.dossier && html`<a href=${`#/dossier/${encodeURIComponent(e.dossier)}`}>${e.dossier}</a>`}
        <div class="quiet small">${e.applicant_name}${e.kind && ` · ${e.title}`}</div></td><td>${e.signer_name}</td>
      <td>${e.voided_at ? `${t('registers.voided')}: ${e.void_reason ?? ''}` : word('letter_state', e.state)}</td></tr>`)}</tbody></table></div>`}
    ${last.next && html`<button type="button" onClick=${more}>${t('list.more')}</button>`}`;
}

const FIELDS = [
  { name: 'office', kind: 'office' },
  { name: 'year', kind: 'number', width: 'half' }, { name: 'symbol', max: 60, width: 'half', hint: 'hint.symbol' },
  { name: 'numbering', kind: 'list', list: 'numbering', words: ['here', 'outside'] },
];
const DECISION = [{ name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }];

function OpenRegister({ onDone, onClose }) {
  const me = store.get().me;
  const form = useForm('register', {
    office: me.roles[0]?.office ?? '', year: now().slice(0, 4), symbol: '', numbering: 'here', began_after: '0', source: '', reason: '',
  });
  const fields = [...FIELDS, ...(form.values.numbering === 'here' ? [{ name: 'began_after', kind: 'number', hint: 'hint.began_after' }] : []), ...DECISION];
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send((v) => write('/api/v1/registers', {
      office: v.office, year: Number(v.year), symbol: v.symbol.trim(), source: v.source.trim(), reason: v.reason.trim(),
      ...(v.numbering === 'outside' ? { is_outside: true } : { began_after: Number(v.began_after) }),
    }, { method: 'PUT' }));
    if (!answer) return;
    store.notify(t('registers.opened', { symbol: answer.symbol }));
    onDone();
  };
  return html`<form class="action" onSubmit=${submit} aria-label=${t('registers.open')}>
    <p class="quiet">${t('registers.open_about')}</p>
    <${FormProblem} problem=${form.problem} fields=${fields.map((field) => field.name)} />
    ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix="register" field=${field} />`)}
    <div class="buttons"><button type="submit" class="main" disabled=${form.isBusy}>${t('registers.open')}</button>
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button></div>
  </form>`;
}

export function Registers() {
  const canOpen = store.useStore((s) => store.may(s.me, 'keep_registers'));
  const list = useLoad('paper-registers', () => read('/api/v1/registers'));
  const [shown, setShown] = useState(null);
  const [isOpening, setOpening] = useState(false);
  const rows = list.value?.items;
  if (!rows) return html`<${Loading} of=${list} />`;
  const done = () => {
    setOpening(false);
    list.reload();
  };
  const keyOf = (row) => `${row.office}/${row.year}/${row.symbol}`;
  const found = rows.find((row) => keyOf(row) === shown);
  return html`<p class="quiet">${t('registers.about')}</p>
    ${canOpen && (isOpening ? html`<${OpenRegister} onDone=${done} onClose=${() => setOpening(false)} />`
      : html`<p><button type="button" onClick=${() => setOpening(true)}>${t('registers.open')}</button></p>`)}
    ${!rows.length && html`<p class="empty">${t('registers.none')}</p>`}
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('rules.registers')}><table>
      <thead><tr><th scope="col">${t('registers.symbol')}</th><th scope="col">${t('column.office')}</th><th scope="col" class="figure">${t('registers.last')}</th>
        <th scope="col" class="figure">${t('registers.entries')}</th><th scope="col" class="figure">${t('registers.void')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${keyOf(row)}><td><button type="button" class="plain" data-row
          aria-expanded=${keyOf(row) === shown ? 'true' : 'false'} onClick=${() => setShown(keyOf(row) === shown ? null : keyOf(row))}>${row.symbol} ${row.year}</button>
          ${row.is_outside && html` <${Tag} level="wait">${t('numbering.outside')}<//>`}</td>
        <td>${row.office_name}</td>
        <td class="figure">${number(Math.max(row.last, row.began_after))}${row.began_after > 0 && html`<div class="quiet small">${t('registers.after', { n: row.began_after })}</div>`}</td>
        <td class="figure">${number(row.entries)}</td><td class="figure">${number(row.voided)}</td></tr>`)}</tbody></table></div>`}
    ${found && html`<${Part} title=${`${found.symbol} ${found.year} – ${found.office_name}`}><${Entries} key=${shown} row=${found} /><//>`}`;
}
