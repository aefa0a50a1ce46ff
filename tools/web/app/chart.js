/* A table of figures drawn: bars of lines, columns of classes, or the course of some figures over periods. The table below says the
 * same in numbers and leads to the dossiers, so that a chart is one picture to who hears the page, and nothing in it is to be reached.
 * Colour is never the only sign: series differ by hatching, dash and mark too; red is for late alone. */
import { html, useEffect, useRef, useState } from './lib/preact.js';
import { number } from './format.js';
import { t } from './text.js';

const BARS = 12; // the longest ones; the others stand in the table
const LETTER = 7; // wide, about, in the type of the labels

/* What is drawn of which form. A series: column(s), look. */
const CHARTS = {
  lateness: { draw: 'bars', series: [['late_open', 'late hatched'], ['late_done', 'late']] },
  ageing: { draw: 'classes', series: [[['open_5', 'open_15', 'open_30', 'open_more'], 'own'], [['overdue_5', 'overdue_15', 'overdue_30', 'overdue_more'], 'late hatched']] },
  trend: { draw: 'lines', series: [['in_period', 'own'], ['total_done', 'other'], ['late', 'late'], ['open_overdue', 'late dotted']] },
};
const nameOf = (column) => column.head.split(' > ').join(', ');
const clip = (text, most) => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);

/* The least of 1, 2 or 5 times a power of ten from `most` / 4 on: a step of the scale. */
function stepOf(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most / 4, 1)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n * 4 >= most);
}

/* {name, look, values} a series, beside {labels}: null is unknown and drawn as nothing. */
function dataOf(value, spec) {
  const at = (key) => value.columns.findIndex((c) => c.key === key);
  const cell = (row, key) => row.cells[at(key)]?.n ?? null;
  if (spec.draw === 'classes') {
    if (!value.total) return null;
    const column = (key) => value.columns[at(key)];
    return {
      labels: spec.series[0][0].map((key) => column(key).head.split(' > ').at(-1)),
      series: spec.series.map(([keys, look]) => ({ name: column(keys[0]).head.split(' > ')[0], look, values: keys.map((key) => cell(value.total, key)) })),
    };
  }
  let rows = value.rows.filter((row) => !row.is_section);
  const sum = (row) => spec.series.reduce((n, [key]) => n + (cell(row, key) ?? 0), 0);
  const all = rows.filter((row) => sum(row) > 0).length;
  if (spec.draw === 'lines') { // from the first period that is known to the last that has begun
    rows = rows.filter((row) => (new URLSearchParams(row.cut).get('from') ?? '') <= value.as_of.slice(0, 10));
    rows = rows.slice(Math.max(0, rows.findIndex((row) => spec.series.some(([key]) => cell(row, key) !== null))));
  }
  if (spec.draw === 'bars') rows = rows.filter((row) => sum(row) > 0).sort((a, b) => sum(b) - sum(a)).slice(0, BARS);
  return {
    labels: rows.map((row) => row.label),
    more: spec.draw === 'bars' ? all - rows.length : 0,
    series: spec.series.map(([key, look]) => ({ name: nameOf(value.columns[at(key)]), look, values: rows.map((row) => cell(row, key)) })),
  };
}

/* ---- the three drawings ---- */

function Bars({ data, width }) {
  const left = Math.min(260, width * 0.42), line = 24, room = width - left - 48;
  const sums = data.labels.map((_, i) => data.series.reduce((n, s) => n + (s.values[i] ?? 0), 0));
  const most = Math.max(...sums, 1);
  return { height: data.labels.length * line + 4, drawn: html`${data.labels.map((label, i) => {
    let x = left;
    return html`<g key=${i} transform=${`translate(0 ${i * line})`}>
      <text x=${left - 8} y="16" text-anchor="end">${clip(label, Math.floor((left - 8) / LETTER))}<title>${label}</title></text>
      ${data.series.map((s) => {
        const wide = ((s.values[i] ?? 0) / most) * room;
        x += wide;
        return wide ? html`<rect class=${`mark ${s.look}`} x=${x - wide} y="3" width=${wide} height=${line - 7}><title>${`${label}, ${s.name}: ${number(s.values[i])}`}</title></rect>` : '';
      })}
      <text x=${x + 5} y="16">${number(sums[i])}</text></g>`;
  })}` };
}

function Scale({ most, left, width, top, height }) {
  const step = stepOf(most), lines = Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
  const y = (n) => top + height - (n / lines.at(-1)) * height;
  return { y, drawn: html`${lines.map((n) => html`<g key=${n}><line class="rule" x1=${left} x2=${width} y1=${y(n)} y2=${y(n)} />
    <text x=${left - 6} y=${y(n) + 4} text-anchor="end">${number(n)}</text></g>`)}` };
}

function Classes({ data, width }) {
  const left = 44, top = 20, high = 170, room = (width - left) / data.labels.length;
  const wide = Math.min(56, (room - 16) / data.series.length);
  const scale = Scale({ most: Math.max(...data.series.flatMap((s) => s.values.map((n) => n ?? 0)), 1), left, width, top, height: high });
  return { height: top + high + 24, drawn: html`${scale.drawn}${data.labels.map((label, i) => {
    const middle = left + room * (i + 0.5), from = middle - (wide * data.series.length) / 2;
    return html`<g key=${label}><text x=${middle} y=${top + high + 17} text-anchor="middle">${clip(label, Math.floor(room / LETTER))}</text>
      ${data.series.map((s, k) => html`<g key=${k}><rect class=${`mark ${s.look}`} x=${from + k * wide + 1} width=${wide - 2} y=${scale.y(s.values[i] ?? 0)}
        height=${top + high - scale.y(s.values[i] ?? 0)}><title>${`${label}, ${s.name}: ${number(s.values[i] ?? 0)}`}</title></rect>
        <text x=${from + (k + 0.5) * wide} y=${scale.y(s.values[i] ?? 0) - 4} text-anchor="middle">${s.values[i] === null ? '–' : number(s.values[i])}</text></g>`)}</g>`;
  })}` };
}

const MARKS = ['M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0', 'M-4 -4h8v8h-8z', 'M0 -5l5 9h-10z', 'M0 -5l5 5l-5 5l-5 -5z'];

/* Lines break where a figure is unknown. */
const pathOf = (values, x, y) => values.map((n, i) => (n === null ? '' : `${i === 0 || values[i - 1] === null ? 'M' : 'L'}${x(i)} ${y(n)}`)).join('');

function Lines({ data, width }) {
  const left = 44, right = 14, top = 10, high = 190, n = data.labels.length;
  const scale = Scale({ most: Math.max(...data.series.flatMap((s) => s.values.map((v) => v ?? 0)), 1), left, width: width - right, top, height: high });
  const x = (i) => left + 12 + (n > 1 ? (i * (width - left - right - 24)) / (n - 1) : 0);
  const every = Math.max(1, Math.ceil((n * (Math.max(...data.labels.map((l) => l.length)) + 2) * LETTER) / (width - left)));
  return { height: top + high + 26, drawn: html`${scale.drawn}
    ${data.labels.map((label, i) => ((n - 1 - i) % every === 0 ? html`<text key=${i} x=${x(i)} y=${top + high + 18} text-anchor=${i === n - 1 ? 'end' : i === 0 ? 'start' : 'middle'}>${label}</text>` : ''))}
    ${data.series.map((s, k) => html`<g key=${k} class=${`line ${s.look}`}><path class="course" d=${pathOf(s.values, x, scale.y)} />
      ${s.values.map((v, i) => (v === null ? '' : html`<path key=${i} class="point" transform=${`translate(${x(i)} ${scale.y(v)})`} d=${MARKS[k]}><title>${`${data.labels[i]}, ${s.name}: ${number(v)}`}</title></path>`))}</g>`)}` };
}
const DRAW = { bars: Bars, classes: Classes, lines: Lines };

/* ---- around it ---- */

function Key({ data, isLines }) {
  return html`<ul class="chart-key">${data.series.map((s, k) => html`<li key=${s.name}><svg width="26" height="14" aria-hidden="true">
    ${isLines ? html`<g class=${`line ${s.look}`}><path class="course" d="M0 7H26" /><path class="point" transform="translate(13 7)" d=${MARKS[k]} /></g>`
      : html`<rect class=${`mark ${s.look}`} x="1" y="1" width="24" height="12" />`}</svg> ${s.name}</li>`)}</ul>`;
}

/* What the picture says, for who hears the page: of bars and classes the greatest, of lines the last. */
function wordsOf(data, isLines) {
  const sums = data.labels.map((_, i) => data.series.reduce((n, s) => n + (s.values[i] ?? 0), 0));
  const at = isLines ? data.labels.length - 1 : sums.indexOf(Math.max(...sums));
  return `${data.labels[at]}: ${data.series.map((s) => `${s.name} ${s.values[at] === null ? '–' : number(s.values[at])}`).join('; ')}`;
}

function Drawn({ title, data, draw }) {
  const box = useRef(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const seen = new ResizeObserver(([entry]) => setWidth(Math.max(280, Math.floor(entry.contentRect.width))));
    seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  const { height, drawn } = DRAW[draw]({ data, width });
  return html`<figure class="chart"><figcaption class="small"><${Key} data=${data} isLines=${draw === 'lines'} /></figcaption>
    <div ref=${box}><svg role="img" aria-label=${t('chart.label', { title, words: wordsOf(data, draw === 'lines') })} viewBox=${`0 0 ${width} ${height}`}>
      <defs><pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6" /><rect class="hatch" width="3" height="6" /></pattern></defs>
      ${drawn}</svg></div>
    ${data.more > 0 && html`<p class="quiet small">${t('chart.more', { n: number(data.more) })}</p>`}</figure>`;
}

/* Nothing where the form has no chart, or nothing to draw. */
export function Chart({ value }) {
  const spec = CHARTS[value.form];
  const data = spec && dataOf(value, spec);
  if (!data || !data.labels.length || !data.series.some((s) => s.values.some((n) => n > 0))) return '';
  return html`<${Drawn} title=${value.title} data=${data} draw=${spec.draw} />`;
}
