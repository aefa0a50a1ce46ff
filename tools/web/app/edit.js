/* What administrators enter: named edits, each a form of fields that posts one body; one is open at a time. And the plain
 * table that their lists are shown in. */
import { html, useLayoutEffect, useRef, useState } from './lib/preact.js';
import { Field } from './fields.js';
import { useForm } from './form.js';
import { now } from './format.js';
import { FormProblem, useFirstButton } from './parts.js';
import { t } from './text.js';

/* What every edit of the rules rests on. */
export const DECISION = [
  { name: 'source', label: 'field.cal_source', max: 400 },
  { name: 'effective_on', label: 'field.cal_effective', kind: 'day', width: 'half' },
  { name: 'reason', kind: 'lines', rows: 2 },
];
export const today = () => now().slice(0, 10);

/* Only what was typed, of the fields that the form shows; numbers as numbers, lines of a list apart. */
export function bodyOf(fields, values) {
  const body = {};
  for (const field of fields) {
    const value = typeof values[field.name] === 'string' ? values[field.name].trim() : values[field.name];
    if (value === '' || value === undefined || field.isLocal) continue;
    body[field.name] = field.kind === 'number' ? Number(value) : field.isMany ? value.split(/[\n,;]+/).map((s) => s.trim()).filter(Boolean) : value;
  }
  return body;
}

/* edit: {key, title, about, fields (or a function of what is typed), initial, make(values, fields), isGrave}. `post` sends
 * what make() returns (the typed body when there is none) and returns the answer, which onDone gets. */
export function EditForm({ name, edit, post, onDone, onClose }) {
  const form = useForm(`${name}/${edit.key}`, { effective_on: today(), ...edit.initial });
  const box = useRef();
  const fields = typeof edit.fields === 'function' ? edit.fields(form.values) : edit.fields;
  useLayoutEffect(() => (box.current.querySelector('input, select, textarea') ?? box.current.querySelector('button')).focus(), []);
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send((values, key) => post((edit.make ?? ((v, f) => bodyOf(f, v)))(values, fields), key));
    if (answer !== null) onDone(answer);
  };
  const escape = (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  const title = t(edit.title);
  return html`<form class="action" ref=${box} onSubmit=${submit} onKeyDown=${escape} aria-label=${title}>
    <p class="form-title">${title}</p>
    ${edit.about && html`<p class="quiet">${t(edit.about)}</p>`}
    <${FormProblem} problem=${form.problem} fields=${fields.map((field) => field.name)} />
    ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix=${edit.key} field=${field} />`)}
    <div class="buttons">
      <button type="submit" class=${edit.isGrave ? 'grave' : 'main'} disabled=${form.isBusy}>${form.isBusy ? t('common.sending') : title}</button>
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button>
    </div>
  </form>`;
}

/* Buttons, one an edit; the chosen one opens its form beneath. `post(edit, body, key)`. */
export function Edits({ name, edits, post, onDone }) {
  const [open, setOpen] = useState(null);
  const [box, focusFirst] = useFirstButton();
  const edit = edits.find((row) => row.key === open);
  const done = (answer) => {
    setOpen(null);
    onDone(answer, edit);
    focusFirst();
  };
  return html`<div ref=${box}>
    <div class="choices">${edits.map((row) => html`<button type="button" key=${row.key} aria-expanded=${row.key === open ? 'true' : 'false'}
      onClick=${() => setOpen(row.key === open ? null : row.key)}>${t(row.title)}</button>`)}</div>
    ${edit && html`<${EditForm} key=${edit.key} name=${name} edit=${edit} onDone=${done} onClose=${() => setOpen(null)}
      post=${(body, key) => post(edit, body, key)} />`}
  </div>`;
}

/* columns: [{head, of(row), isFigure, isHead, isWide}]; `open` marks the row whose details stand below. */
export function Rows({ columns, rows, caption, keyOf, open }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table>
    <caption class="hidden">${caption}</caption>
    <thead><tr>${columns.map((c) => html`<th scope="col" key=${c.head} class=${[c.isFigure && 'figure', c.isWide && 'wide'].filter(Boolean).join(' ')}>${t(c.head)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${keyOf(row)} class=${open !== undefined && keyOf(row) === open ? 'current' : ''}>
      ${columns.map((c) => (c.isHead ? html`<th scope="row" key=${c.head}>${c.of(row)}</th>`
        : html`<td key=${c.head} class=${[c.isFigure && 'figure', c.isWide && 'wide'].filter(Boolean).join(' ')}>${c.of(row)}</td>`))}</tr>`)}</tbody>
  </table></div>`;
}

/* The same as the table of a list that grows page by page (queue.js). */
export const tableOf = (columns, keyOf) => ({ rows, caption }) => html`<${Rows} columns=${columns} rows=${rows} caption=${caption} keyOf=${keyOf} />`;

/* The button of a row that opens its details. */
export function Opener({ isOpen, onToggle, children }) {
  return html`<button type="button" class="plain" data-row aria-expanded=${isOpen ? 'true' : 'false'} onClick=${onToggle}>${children}</button>`;
}
