/* Any table of figures that the daemon calls a report: heads of several rows, sections, rates with their counts, figures that
 * lead to their dossiers, the same as CSV, spreadsheet and paper. */
import { html } from './lib/preact.js';
import { date, instant, number } from './format.js';
import { t } from './text.js';

const OF_DOSSIERS = new Set(['index-dossiers', 'portal-differences']); // forms whose rows are dossiers
const RED = /late|overdue|missing/;
const pairsOf = (words) => Object.entries(words).filter(([, value]) => value !== undefined && value !== '');

/* Cells of the head: {text, row, rows, columns, key}; neighbours with the same outer heads share them. */
function headCells(columns) {
  const parts = columns.map((c) => c.head.split(' > '));
  const depth = Math.max(...parts.map((p) => p.length));
  const cells = Array.from({ length: depth }, () => []);
  const isShared = (a, b, level) => a && b && level < a.length - 1 && level < b.length - 1 && a.slice(0, level + 1).join() === b.slice(0, level + 1).join();
  parts.forEach((p, i) => {
    p.forEach((text, level) => {
      const isOwn = level === p.length - 1;
      if (!isOwn && isShared(parts[i - 1], p, level)) return;
      let n = 1;
      while (!isOwn && isShared(p, parts[i + n], level)) n++;
      cells[level].push({ text, key: `${i}/${level}`, columns: n, rows: isOwn ? depth - level : 1, isOwn });
    });
  });
  return cells;
}

function Head({ value }) {
  const rows = headCells(value.columns);
  return html`<thead>
    ${rows.map((cells, i) => html`<tr key=${i}>
      ${i === 0 && html`<th scope="col" rowspan=${rows.length}>${t('form.tt')}</th><th scope="col" rowspan=${rows.length}>${value.row_head}</th>`}
      ${cells.map((c) => html`<th key=${c.key} scope=${c.isOwn ? 'col' : 'colgroup'} colspan=${c.columns} rowspan=${c.rows}>${c.text}</th>`)}</tr>`)}
    <tr class="numbers"><td>(1)</td><td>(2)</td>${value.columns.map((c, i) => html`<td key=${c.key} title=${c.formula}>(${i + 3})</td>`)}</tr>
  </thead>`;
}

/* A rate says what it is made of to who asks; a count leads to its dossiers. */
function Figure({ cell, column, row, isAll, to }) {
  const shown = cell.shown ?? number(cell.n);
  const name = column.head.replaceAll(' > ', ', ');
  if (column.kind === 'rate') {
    return html`<span title=${cell.of === undefined ? undefined : `${number(cell.n)} / ${number(cell.of)}`}>${shown}</span>`;
  }
  if (column.behind === undefined || !cell.n || (!row.cut && (!isAll || column.behind.startsWith('place=')))) return html`${shown}`;
  return html`<a href=${to(row, column)} aria-label=${`${row.label}, ${name}: ${shown}`}>${shown}</a>`;
}

function Row({ value, row, isTotal, to }) {
  const kind = isTotal ? 'total' : row.is_section ? 'section' : '';
  return html`<tr class=${kind}><td class="figure">${row.number}</td>
    <th scope="row">${OF_DOSSIERS.has(value.form) && row.key ? html`<a class="code" data-row href=${`#/dossier/${encodeURIComponent(row.key)}`}>${row.label}</a>` : row.label}${row.note && html` <span class="quiet small">${row.note}</span>`}</th>
    ${value.columns.map((column, i) => html`<td key=${column.key}
      class=${`${column.kind === 'text' ? '' : 'figure'}${RED.test(column.key) && column.kind === 'count' && row.cells[i].n ? ' late' : ''}`}>
      <${Figure} cell=${row.cells[i]} column=${column} row=${row} isAll=${isTotal || value.group_by === 'none'} to=${to} /></td>`)}</tr>`;
}

/* `asked`: what the report was asked with; `url`: where. */
export function Report({ value, asked, url }) {
  const file = (format) => `${url}?${new URLSearchParams(pairsOf({ ...asked, format }))}`;
  const to = (row, column) => {
    const cut = Object.fromEntries(new URLSearchParams(row.cut ?? ''));
    const { place, ...behind } = Object.fromEntries(new URLSearchParams(column.behind));
    if (place) return `#/statistics/${place}?${new URLSearchParams(pairsOf({ ...asked, group_by: undefined, ...cut, ...behind }))}`;
    const heading = column.head.replaceAll(' > ', ', ');
    return `#/statistics/dossiers?${new URLSearchParams(pairsOf({ ...asked, ...cut, ...behind, form: value.form, heading, label: row.label }))}`;
  };
  return html`<p>${t('form.head', { from: date(value.from), to: date(value.to), as_of: instant(value.as_of), known_at: instant(value.known_at) })}
      ${' '}${value.office_name ?? ''} <a href=${file('csv')} download>${t('form.csv')}</a> · <a href=${file('xlsx')} download>${t('form.xlsx')}</a> · <a href=${file('pdf')} target="_blank">${t('form.pdf')}</a></p>
    <div class="scroll tall" tabindex="0" role="region" aria-label=${value.title}><table class="form-table report">
      <caption class="hidden">${value.title}</caption><${Head} value=${value} />
      <tbody>${value.rows.map((row, i) => html`<${Row} key=${`${i}/${row.key}`} value=${value} row=${row} to=${to} />`)}
        ${value.total && html`<${Row} value=${value} row=${value.total} isTotal=${true} to=${to} />`}</tbody></table></div>
    ${!value.rows.length && html`<p class="empty">${t('report.empty')}</p>`}
    <ul class="quiet small report-notes">${(value.notes ?? []).map((note) => html`<li key=${note}>${note}</li>`)}</ul>`;
}
