/* For anybody: how many were received, settled in time and late, month by month. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { date, instant, number } from '../format.js';
import { Loading, useLoad } from '../parts.js';
import { t } from '../text.js';
import { Frame } from './public.js';

/* An exact fraction with two decimals; 0/0 is none. */
const rate = (n, of) => (of ? `${number(Math.floor(Math.round((10000 * n) / of) / 100))}${t('so_lieu.comma')}${String(Math.round((10000 * n) / of) % 100).padStart(2, '0')} %` : '–');

/* "7/2022"; what is no whole month has its days. */
const monthOf = (m) => (m.from.endsWith('-01') && m.from.slice(0, 7) === m.to.slice(0, 7)
  ? `${Number(m.from.slice(5, 7))}/${m.from.slice(0, 4)}` : `${date(m.from)} – ${date(m.to)}`);

const COLUMNS = [
  ['so_lieu.received', (m) => number(m.received)], ['so_lieu.online', (m) => number(m.received_online)], ['so_lieu.done', (m) => number(m.done)],
  ['so_lieu.in_time', (m) => number(m.early + m.on_time)], ['so_lieu.late', (m) => number(m.late)], ['so_lieu.rate', (m) => rate(m.early + m.on_time, m.done)],
  ['so_lieu.open', (m) => number(m.open)], ['so_lieu.overdue', (m) => number(m.open_overdue)],
];

export function PublicStatistics() {
  const found = useLoad('public-statistics', () => read('/public/statistics'));
  if (!found.value) return html`<${Frame} title=${t('so_lieu.title')}><${Loading} of=${found} /><//>`;
  if (!found.value.months.length) return html`<${Frame} title=${t('so_lieu.title')}><p>${t('so_lieu.empty')}</p><//>`;
  return html`<${Frame} title=${t('so_lieu.title')}>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('so_lieu.title')}><table class="months">
      <caption class="hidden">${t('so_lieu.title')}</caption>
      <thead><tr><th scope="col">${t('so_lieu.month')}</th>${COLUMNS.map(([head]) => html`<th scope="col" class="figure" key=${head}>${t(head)}</th>`)}</tr></thead>
      <tbody>${[...found.value.months].reverse().map((m) => html`<tr key=${m.from}><th scope="row" class="code">${monthOf(m)}</th>
        ${COLUMNS.map(([head, of]) => html`<td class="figure" key=${head}>${of(m)}</td>`)}</tr>`)}</tbody></table></div>
    <p class="quiet small">${t('so_lieu.about', { at: instant(found.value.made_at) })}</p>
  <//>`;
}
