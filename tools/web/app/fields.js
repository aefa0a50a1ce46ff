/* A field of a form: its label, its input by kind, and the daemon's sentence when it is to blame. */
import { html, useEffect, useLayoutEffect, useRef, useState } from './lib/preact.js';
import { readAll } from './api.js';
import { Choice } from './choice.js';
import { date, instant, readDate, readMoment } from './format.js';
import { useLoad } from './parts.js';
import { t, word, wordsOf } from './text.js';

const asItems = (rows) => rows?.map((row) => ({ key: row.key, name: row.name, detail: row.title ?? row.key }));

function OfficeChoice(props) {
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  return html`<${Choice} ...${props} items=${asItems(offices.value)} />`;
}

/* Officers of one office where it is known, else all. */
function OfficerChoice({ office, ...props }) {
  const officers = useLoad(`officers/${office ?? ''}`, () => readAll('/api/v1/officers', { office }));
  const active = officers.value?.filter((officer) => officer.is_active !== false);
  return html`<${Choice} ...${props} items=${active?.map((officer) => ({
    key: officer.key, name: officer.name,
    detail: [officer.title, officer.roles?.[0]?.office_name].filter(Boolean).join(', ') || officer.key,
  }))} />`;
}

/* Words of a list: the daemon's own labels, or ours where the wire alone knows the list. */
function options({ list, words, only, except }) {
  const keys = (only ?? words ?? wordsOf(list)).filter((key) => !except?.includes(key));
  return keys.map((key) => ({ key, name: words ? t(`${list}.${key}`) : word(list, key) }));
}

/* A date or an hour of a date, typed as on paper whatever the browser's language. What does not read as one stays
 * in the field and keeps the form from being sent. */
export function Moment({ isDay, value, set, common }) {
  const input = useRef();
  const show = () => (value ? (isDay ? date(value) : instant(value)) : '');
  const read = isDay ? readDate : readMoment;
  const [typed, setTyped] = useState(show);
  useEffect(() => { // set from outside: a preset, a draft
    if (value !== (read(typed) ?? '')) setTyped(show());
  }, [value]);
  const type = (event) => {
    const text = event.target.value;
    const found = text.trim() ? read(text) : '';
    setTyped(text);
    input.current.setCustomValidity(found === null ? t(isDay ? 'field.bad_date' : 'field.bad_moment') : '');
    set(found ?? '');
  };
  return html`<input ...${common} ref=${input} type="text" inputmode="numeric" autocomplete="off" maxlength="40"
    placeholder=${t(isDay ? 'field.date_shape' : 'field.moment_shape')} value=${typed} onInput=${type} />`;
}

/* A line more, unless it is there. */
const addLine = (text, line) => (text.split('\n').some((l) => l.trim() === line) ? text : `${text.trim()}${text.trim() && '\n'}${line}`);

function Input({ field, id, value, set, common }) {
  const typed = (event) => set(event.target.value);
  switch (field.kind) {
    case 'lines':
      return html`${field.offered?.length > 0 && html`<div class="choices">${field.offered.map((line) => html`<button type="button" class="plain" key=${line}
        onClick=${() => set(addLine(value, line))}>+ ${line}</button>`)}</div>`}<textarea ...${common} rows=${field.rows ?? 3} value=${value} onInput=${typed} />`;
    case 'code': // a text that a program reads
      return html`<textarea ...${common} class="template" rows=${field.rows} maxlength=${field.max} spellcheck=${false} wrap="off"
        value=${value} onInput=${typed} />`;
    case 'choice': // among rows that are at hand
      return html`<${Choice} id=${id} value=${value} onChoose=${set} items=${field.items} describedBy=${common['aria-describedby']}
        isInvalid=${common['aria-invalid']} isRequired=${!field.isOptional} />`;
    case 'list':
      return html`<select ...${common} value=${value} onChange=${typed}>
        ${!value && html`<option value="">${t('common.choose')}</option>`}
        ${value && field.isOptional && html`<option value="">${t('common.default')}</option>`}
        ${options(field).map((o) => html`<option key=${o.key} value=${o.key}>${o.name}</option>`)}
      </select>`;
    case 'office':
      return html`<${OfficeChoice} id=${id} value=${value} onChoose=${set} describedBy=${common['aria-describedby']}
        isInvalid=${common['aria-invalid']} isRequired=${!field.isOptional} />`;
    case 'officer':
      return html`<${OfficerChoice} id=${id} value=${value} onChoose=${set} office=${field.office}
        describedBy=${common['aria-describedby']} isInvalid=${common['aria-invalid']} isRequired=${!field.isOptional} />`;
    case 'file':
      return html`<input ...${common} type="file" accept=${field.accept} multiple=${field.isMany}
        onChange=${(event) => set(field.isMany ? [...event.target.files] : event.target.files[0] ?? '')} />`;
    case 'day':
      return html`<${Moment} isDay=${true} value=${value} set=${set} common=${common} />`;
    case 'time':
      return html`<${Moment} value=${value} set=${set} common=${common} />`;
    default:
      return html`<input ...${common} type=${field.kind ?? 'text'} value=${value}
        autocomplete=${field.autocomplete ?? 'off'} spellcheck=${false} onInput=${typed} />`;
  }
}

/* Characters a field takes; 0: its kind knows what it takes. */
const LONG = { lines: 2000 };
const SHAPED = new Set(['list', 'choice', 'office', 'officer', 'file', 'day', 'time', 'number', 'code']);
const most = (field) => (SHAPED.has(field.kind) ? 0 : field.max ?? LONG[field.kind] ?? 400);

/* What is too long is not cut: it stays as it was pasted, and the sentence says by how much. */
export function tooLong(label, value, max) {
  const n = max && typeof value === 'string' && value.length > max ? [...value.trim()].length : 0;
  return n > max ? t('field.too_long', { field: label, n, max, over: n - max }) : '';
}

/* field: {name, kind, label, isOptional, list, words, ...}; `form` is that of useForm(). */
export function Field({ field, form, prefix = 'f' }) {
  const id = `${prefix}-${field.name.replace(/\W/g, '-')}`;
  const box = useRef();
  const label = t(field.label ?? `field.${field.name}`);
  const long = tooLong(label, form.values[field.name], most(field));
  const problem = long ? { message: long } : form.problem?.field === field.name ? form.problem : null;
  const hint = field.hint && t(field.hint);
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  useLayoutEffect(() => {
    if (problem && !long) box.current?.querySelector('input, select, textarea')?.focus();
  }, [form.problem]);
  useEffect(() => {
    if (most(field)) box.current?.querySelector('input, textarea')?.setCustomValidity(long);
  }, [long]);
  const common = {
    id,
    name: field.name,
    required: !field.isOptional,
    'aria-describedby': describedBy,
    'aria-invalid': problem ? 'true' : undefined,
  };
  return html`<div class=${`field field-${field.width ?? 'full'}`} ref=${box}>
    <label for=${id}>${label}
      ${!field.isOptional && !(field.kind === 'list' && form.values[field.name]) && html`<span class="needed" aria-hidden="true"> *</span>`}</label>
    <${Input} field=${field} id=${id} value=${form.values[field.name] ?? ''} common=${common}
      set=${(value) => form.set(field.name, value)} />
    ${hint && html`<p class="quiet small" id=${`${id}-hint`}>${hint}</p>`}
    ${problem && html`<p class="bad" id=${`${id}-problem`} role=${long ? 'alert' : undefined}>${problem.message}</p>`}
  </div>`;
}
