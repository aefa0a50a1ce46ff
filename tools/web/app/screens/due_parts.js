/* Why a date is what it is, as the daemon explains it: what decided it, then every day counted, skipped or held. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { instant, limit, minutes } from '../format.js';
import { Loading, useLoad } from '../parts.js';
import { t } from '../text.js';

const cited = (row) => row.citation ?? (row.source?.startsWith('law:') ? '' : row.source) ?? '';

/* The days a promise was counted on. A citation is told once for rows that share it. */
export function Days({ days }) {
  if (!days.length) return html`<p class="quiet">${t('due.no_days')}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('due.days_title')}><table class="days">
    <caption class="hidden">${t('due.days_title')}</caption>
    <thead><tr><th scope="col">${t('column.number')}</th><th scope="col">${t('column.day')}</th>
      <th scope="col" class="wide">${t('column.law')}</th></tr></thead>
    <tbody>${days.map((day, i) => html`<tr key=${i} class=${`day-${day.mark}`}>
      <td class="figure">${day.mark === 'resumed' ? '' : day.number ?? ''}</td>
      <td>${day.is_due ? html`<strong>${day.sentence}</strong>` : day.sentence}</td>
      <td class="wide quiet small">${i && cited(days[i - 1]) === cited(day) ? '' : cited(day)}</td></tr>`)}</tbody>
  </table></div>`;
}

/* One date stands for itself; several are told beside each other. */
function Dates({ due }) {
  const rows = [
    ['due.date_original', due.due_original_at], ['due.date_in_force', due.due_at],
    ['due.date_reappointed', due.due_reappointed_at], ['due.date_portal', due.due_portal_on],
    ['due.date_counted', !due.is_matching && due.counted_at],
  ].filter(([, value]) => value);
  return html`<dl class="facts">${rows.map(([key, value]) => html`<div key=${key}><dt>${t(key)}</dt>
    <dd>${value.length > 10 ? instant(value) : instant(`${value}T00:00`).slice(6)}</dd></div>`)}
    ${due.limit && html`<div><dt>${t('dossier.limit')}</dt><dd>${limit(due.limit)}</dd></div>`}
    ${due.decree && html`<div><dt>${t('due.decree')}</dt><dd>${due.decree} (${due.ruleset})</dd></div>`}</dl>`;
}

/* Three clocks over the same holds: the law's, that of index 766, plain time. */
function Clocks({ clocks }) {
  if (!clocks) return null;
  const days = (n) => t('due.days_short', { n });
  const rows = [
    ['due.clock_used', `${days(clocks.used_days)} (${minutes(clocks.used_minutes)})`],
    ['due.clock_left', clocks.left_days !== undefined && days(clocks.left_days)],
    ['due.clock_index', minutes(Math.max(0, clocks.index_minutes))],
    ['due.clock_elapsed', minutes(Math.max(0, clocks.elapsed_minutes))],
    ['due.clock_transfer', clocks.transfer_until && `${instant(clocks.transfer_until)}${clocks.is_transfer_late ? ` (${t('due.transfer_late')})` : ''}`],
  ].filter(([, value]) => value);
  return html`<details><summary>${t('due.clocks')}</summary><dl class="facts">${rows.map(([key, value]) => html`<div key=${key}>
    <dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl></details>`;
}

export function DueExplained({ due }) {
  return html`<div class="explained">
    ${due.is_predicted && html`<p class="note note-warn">${t('due.predicted')}</p>`}
    <${Dates} due=${due} />
    ${due.notes?.length > 0 && html`<ol class="notes tight">${due.notes.map((note, i) => html`<li key=${i} class=${`note-kind-${note.kind}`}>
      ${note.sentence} ${cited(note) && html`<span class="quiet small">(${cited(note)})</span>`}</li>`)}</ol>`}
    <${Days} days=${due.days ?? []} />
    <${Clocks} clocks=${due.clocks} />
    <p class="buttons">${due.document && html`<a class="button" href=${due.document} target="_blank" rel="noopener">${t('due.print')}</a>`}</p>
  </div>`;
}

function DueLoaded({ code, version }) {
  const due = useLoad(`${code}/${version}`, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}/due`));
  return due.value ? html`<${DueExplained} due=${due.value} />` : html`<${Loading} of=${due} />`;
}

/* Opens beneath the date; asked for only then. */
export function DueDetails({ code, version, label = 'due.explain' }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="due-details" onToggle=${(event) => setOpen(event.target.open)}>
    <summary>${t(label)}</summary>${isOpen && html`<${DueLoaded} code=${code} version=${version} />`}</details>`;
}
