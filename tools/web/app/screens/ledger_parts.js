/* What is owed for a dossier, each time it was late, and whom a letter goes to. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { instant } from '../format.js';
import { Tag, useLoad } from '../parts.js';
import { t, word } from '../text.js';
import { Part } from './dossier_parts.js';

const LEVELS = { open: 'risk', refused: 'late', met: 'done', waived: 'fine', lapsed: 'fine' };

export function Obligations({ obligations }) {
  return html`<${Part} title=${t('ledger.title')}><div class="scroll"><table>
    <thead><tr><th scope="col">${t('ledger.trigger')}</th><th scope="col">${t('column.state')}</th>
      <th scope="col">${t('letter.latest')}</th><th scope="col" class="wide">${t('letter.author')}</th></tr></thead>
    <tbody>${obligations.map((row) => html`<tr key=${row.trigger + row.owed_at}>
      <td>${row.trigger_label}</td>
      <td><${Tag} level=${row.is_missing ? 'late' : LEVELS[row.state]}>${word('obligation_state', row.state)}<//>
        ${row.is_missing && row.state === 'open' && html` <strong class="late">${t('ledger.missing')}</strong>`}
        ${row.waiver !== 'none' && html`<div class="small">${word('waiver', row.waiver)}</div>`}</td>
      <td>${row.latest_at ? instant(row.latest_at) : html`<span class="quiet">${t('ledger.no_latest')}</span>`}</td>
      <td class="wide">${row.office_name}</td></tr>`)}</tbody></table></div><//>`;
}

/* Loaded by itself: rows that stay, whatever became of the promise since. */
export function Episodes({ code, version, steps }) {
  const loaded = useLoad(`${code}/${version}`, () => read('/api/v1/late-episodes', { dossier: code, limit: 64 }));
  const rows = loaded.value?.items;
  if (!rows?.length) return null;
  const nameOf = (row) => (row.step ? steps?.find((s) => s.number === row.step)?.name ?? t('episodes.step', { n: row.step })
    : t('episodes.promise'));
  return html`<${Part} title=${t('episodes.title')}><div class="scroll"><table>
    <thead><tr><th scope="col">${t('episodes.what')}</th><th scope="col">${t('column.from')}</th>
      <th scope="col">${t('column.to')}</th><th scope="col" class="figure">${t('episodes.days')}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${`${row.step}/${row.from}`}>
      <td>${nameOf(row)}</td><td>${instant(row.from)}</td>
      <td>${row.to ? instant(row.to) : t('episodes.lasts')}
        ${row.corrected_by && html`<div class="small">${t('episodes.corrected', { n: row.corrected_by })}</div>`}</td>
      <td class="figure">${row.working_days ?? '–'}</td></tr>`)}</tbody></table></div><//>`;
}

export function Addressees({ addressees }) {
  if (!addressees?.length) return null;
  return html`<p class="small quiet">${t('letter.addressees')}</p><ol class="tight">
    ${addressees.map((row) => html`<li key=${row.number}>${row.name}
      ${' '}<${Tag} level=${row.state === 'waiting' ? 'wait' : row.state === 'failed' ? 'late' : 'done'}>${word('addressee_state', row.state)}<//>
      ${row.state !== 'waiting' && html` <span class="quiet small">${t(`delivery.${row.delivery}`)}, ${instant(row.changed_at)}</span>`}</li>`)}</ol>`;
}
