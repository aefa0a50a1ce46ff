/* A procedure as data: what it is, its cases, the papers of each, its steps with their budgets. Looked at first (do the budgets
 * fit the limit?), then saved as a version from a day on; nothing of before is rewritten. */
import { html, useLayoutEffect, useRef } from '../lib/preact.js';
import { forget, readAll, write } from '../api.js';
import { DECISION, today } from '../edit.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { date, minutes } from '../format.js';
import { FormProblem, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word, wordsOf } from '../text.js';

const STEP = { name: '', office: 'competent', role: 'officer', budget_minutes: 480 };
const CASE = { key: 'c1', name: '', limit: '3wd', steps: [{ ...STEP, number: 1, is_decision: true }], components: [] };
const PROCEDURE = { key: '', name: '', field: '', level: 'district', cases: [CASE] };
const LEVELS = ['province', 'district', 'commune'];
const KINDS = ['original', 'copy', 'certified'];
const EFFECTS = wordsOf('hold_effect');
const WHOLE = new Set(['budget_minutes', 'least_minutes', 'copies', 'fee_dong', 'number']);

/* The value at "cases[0].steps[1].name", and the same object with it changed. */
const keysOf = (path) => path.split(/[.[\]]+/).filter(Boolean);
const at = (value, path) => keysOf(path).reduce((found, key) => found?.[key], value);
function put(value, [key, ...rest], next) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = rest.length ? put(copy[key] ?? {}, rest, next) : next;
  return copy;
}

/* What the daemon takes: nothing empty, numbers as numbers, steps in their order. */
function clean(value, name) {
  if (Array.isArray(value)) return value.map((item, i) => clean(name === 'steps' ? { ...item, number: i + 1 } : item));
  if (value === null || typeof value !== 'object') return WHOLE.has(name) ? Number(value) : typeof value === 'string' ? value.trim() : value;
  return Object.fromEntries(Object.entries(value).filter(([key, v]) => v !== '' && v !== null && v !== undefined && key !== 'field_name' && key !== 'valid_to' && key !== 'valid_from')
    .map(([key, v]) => [key, clean(v, key)]));
}

/* One value of the procedure: `path` names it, as the daemon does when it refuses it. */
function Cell({ edit, path, label, kind, options, isOptional, isBare, max = 400 }) {
  const id = `procedure-${path.replace(/\W+/g, '-')}`;
  const problem = edit.problem?.field === `procedure.${path}` ? edit.problem : null;
  const value = at(edit.procedure, path) ?? (kind === 'check' ? false : '');
  const common = { id, name: path, 'aria-invalid': problem ? 'true' : undefined, 'aria-describedby': problem ? `${id}-problem` : undefined,
    'aria-label': isBare ? label : undefined, required: !isOptional && kind !== 'check' };
  const typed = (event) => edit.set(path, kind === 'check' ? event.target.checked : event.target.value);
  const input = kind === 'check' ? html`<input ...${common} type="checkbox" checked=${value} onChange=${typed} />`
    : kind === 'list' ? html`<select ...${common} value=${value} onChange=${typed}>${isOptional && html`<option value="">${t('common.default')}</option>`}
      ${options.map((o) => html`<option key=${o.key} value=${o.key}>${o.name}</option>`)}</select>`
      : kind === 'lines' ? html`<textarea ...${common} rows="2" maxlength="4000" value=${value} onInput=${typed} />`
        : html`<input ...${common} type=${kind ?? 'text'} min=${kind === 'number' ? 0 : undefined} maxlength=${max} autocomplete="off" value=${value} onInput=${typed} />`;
  const said = problem && html`<p class="bad" id=${`${id}-problem`}>${problem.message}</p>`;
  if (isBare) return html`${input}${said}`;
  return html`<div class="field"><label for=${id}>${label}${!isOptional && kind !== 'check' && html`<span class="needed" aria-hidden="true"> *</span>`}</label>${input}${said}</div>`;
}

const named = (list) => (keys) => keys.map((key) => ({ key, name: list ? word(list, key) : t(`procedure_level.${key}`) }));

/* Rows of a list of the case: papers, or steps; added, moved, taken away. */
function useRows(edit, path) {
  const rows = at(edit.procedure, path) ?? [];
  const set = (next) => edit.set(path, next);
  return {
    rows,
    add: (row) => set([...rows, row]),
    remove: (i) => set(rows.filter((_, k) => k !== i)),
    up: (i) => set(rows.map((row, k) => (k === i - 1 ? rows[i] : k === i ? rows[i - 1] : row))),
  };
}

function RowButtons({ list, i, name }) {
  return html`<button type="button" class="plain" disabled=${i === 0} aria-label=${t('procedure.up_one', { name })} onClick=${() => list.up(i)}>↑</button>
    <button type="button" class="plain" aria-label=${t('procedure.remove_one', { name })} onClick=${() => list.remove(i)}>${t('procedure.remove')}</button>`;
}

function Papers({ edit, path }) {
  const list = useRows(edit, path);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('dossier.components')}><table>
    <caption>${t('dossier.components')}</caption>
    <thead><tr><th scope="col">${t('procedure.paper')}</th><th scope="col">${t('column.kind')}</th><th scope="col" class="figure">${t('procedure.copies')}</th><th scope="col">${t('procedure.needed')}</th><td></td></tr></thead>
    <tbody>${list.rows.map((row, i) => html`<tr key=${i}>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].name`} label=${t('procedure.paper')} isBare=${true} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].kind`} label=${t('column.kind')} isBare=${true} kind="list" isOptional=${true}
        options=${KINDS.map((key) => ({ key, name: t(`component_kind.${key}`) }))} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].copies`} label=${t('procedure.copies')} isBare=${true} kind="number" isOptional=${true} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].is_required`} label=${t('procedure.needed')} isBare=${true} kind="check" /></td>
      <td><${RowButtons} list=${list} i=${i} name=${row.name || i + 1} /></td></tr>`)}</tbody></table></div>
    <p><button type="button" onClick=${() => list.add({ name: '', is_required: true })}>${t('procedure.add_paper')}</button></p>`;
}

function Steps({ edit, path }) {
  const list = useRows(edit, path);
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  const sum = list.rows.reduce((all, row) => all + Number(row.budget_minutes || 0), 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('dossier.steps')}><table>
    <caption>${t('dossier.steps')}: ${minutes(sum)}</caption>
    <thead><tr><th scope="col">${t('column.number')}</th><th scope="col">${t('column.step')}</th><th scope="col">${t('column.office')}</th><th scope="col">${t('org.role')}</th>
      <th scope="col" class="figure">${t('procedure.budget')}</th><th scope="col" class="figure">${t('procedure.least')}</th><th scope="col">${t('procedure.decides')}</th><td></td></tr></thead>
    <tbody>${list.rows.map((row, i) => html`<tr key=${i}><td class="figure">${i + 1}</td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].name`} label=${t('column.step')} isBare=${true} max=${200} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].office`} label=${t('column.office')} isBare=${true} kind="list" options=${named('step_office')(wordsOf('step_office'))} />
        ${row.office === 'named' && html`<${Cell} edit=${edit} path=${`${path}[${i}].office_key`} label=${t('procedure.which')} isBare=${true} kind="list" isOptional=${true}
          options=${(offices.value ?? []).map((o) => ({ key: o.key, name: o.name }))} />`}</td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].role`} label=${t('org.role')} isBare=${true} kind="list" options=${named('role')(wordsOf('role'))} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].budget_minutes`} label=${t('procedure.budget')} isBare=${true} kind="number" /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].least_minutes`} label=${t('procedure.least')} isBare=${true} kind="number" isOptional=${true} /></td>
      <td><${Cell} edit=${edit} path=${`${path}[${i}].is_decision`} label=${t('procedure.decides')} isBare=${true} kind="check" /></td>
      <td><${RowButtons} list=${list} i=${i} name=${row.name || i + 1} /></td></tr>`)}</tbody></table></div>
    <p><button type="button" onClick=${() => list.add({ ...STEP })}>${t('procedure.add_step')}</button></p>`;
}

function Case({ edit, i, list }) {
  const path = `cases[${i}]`;
  return html`<fieldset class="case"><legend>${t('field.procedure_case')} ${i + 1}</legend>
    <${Cell} edit=${edit} path=${`${path}.key`} label=${t('rules.key')} max=${64} />
    <${Cell} edit=${edit} path=${`${path}.name`} label=${t('procedure.case_name')} />
    <${Cell} edit=${edit} path=${`${path}.limit`} label=${t('procedure.limit')} max=${12} />
    <${Cell} edit=${edit} path=${`${path}.fee_dong`} label=${t('procedure.fee')} kind="number" isOptional=${true} />
    <${Cell} edit=${edit} path=${`${path}.returns_at_once`} label=${t('procedure.at_once')} kind="check" />
    <${Papers} edit=${edit} path=${`${path}.components`} />
    <${Steps} edit=${edit} path=${`${path}.steps`} />
    ${list.rows.length > 1 && html`<p><button type="button" onClick=${() => list.remove(i)}>${t('procedure.remove_case')}</button></p>`}
  </fieldset>`;
}

/* What the daemon found when it only looked. */
function Found({ found }) {
  const box = useRef();
  useLayoutEffect(() => box.current?.focus(), [found]);
  return html`<div class="note" tabindex="-1" ref=${box}><p><strong>${t('procedure.checked')}</strong></p>
    <ul class="tight">${(found.findings ?? []).map((f) => html`<li key=${f.procedure_case}>${t('procedure.finding', { name: f.procedure_case, used: minutes(f.minutes), least: minutes(f.least), most: minutes(f.most) })}
      ${f.is_tight && html` <${Tag} level="certain">${t('procedure.tight')}<//>`}</li>`)}
    ${(found.warnings ?? []).map((text) => html`<li key=${text}>${text}</li>`)}</ul></div>`;
}

export function ProcedureEdit({ procedure, onDone, onClose }) {
  const form = useForm(`procedure/${procedure?.key ?? ''}`, { procedure: procedure ?? PROCEDURE, source: '', effective_on: today(), reason: '', found: null, looked: '' });
  const { values } = form;
  const list = useLoad('procedures', () => readAll('/api/v1/procedures'));
  const box = useRef();
  const fields = [...new Map((list.value ?? []).map((p) => [p.field, { key: p.field, name: p.field_name ?? p.field }])).values()];
  const edit = { procedure: values.procedure, problem: form.problem, set: (path, value) => form.set('procedure', put(values.procedure, keysOf(path), value)) };
  const typed = JSON.stringify([values.procedure, values.effective_on]);
  const cases = useRows(edit, 'cases');
  useLayoutEffect(() => {
    const name = form.problem?.field?.replace(/^procedure\./, '');
    if (name) box.current?.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
  }, [form.problem]);
  const send = async (isCheck) => {
    const answer = await form.send((v, key) => write(`/api/v1/procedures/${encodeURIComponent(v.procedure.key.trim())}${isCheck ? '?check=true' : ''}`,
      { procedure: { ...clean(v.procedure), valid_from: v.effective_on }, source: v.source.trim(), reason: v.reason.trim() }, { key, method: 'PUT' }));
    if (!answer) return;
    if (isCheck) {
      form.set('found', answer);
      form.set('looked', typed);
    } else {
      forget('/api/v1/procedures');
      store.notify(t('procedure.saved', { name: answer.procedure.name, on: date(values.effective_on) }));
      form.reset({ ...values, found: null, looked: '' });
      onDone(answer.procedure);
    }
  };
  const isLooked = values.found && values.looked === typed;
  const shown = ['source', 'effective_on', 'reason'];
  const isPlaced = form.problem?.field?.startsWith('procedure.') && at(values.procedure, form.problem.field.slice('procedure.'.length)) !== undefined;
  return html`<form class="action action-wide procedure-edit" ref=${box} aria-label=${t('procedure.edit')} onSubmit=${(event) => { event.preventDefault(); send(true); }}>
    <p class="form-title">${procedure ? `${t('procedure.edit')}: ${procedure.name}` : t('procedure.new')}</p>
    <p class="quiet">${t('procedure.about')}</p>
    <${FormProblem} problem=${isPlaced ? null : form.problem} fields=${shown} />
    <fieldset><legend>${t('field.procedure')}</legend>
      ${!procedure && html`<${Cell} edit=${edit} path="key" label=${t('rules.key')} max=${64} />`}
      <${Cell} edit=${edit} path="name" label=${t('procedure.name')} />
      <${Cell} edit=${edit} path="national_code" label=${t('rules.national_code')} max=${64} isOptional=${true} />
      <${Cell} edit=${edit} path="field" label=${t('rules.field')} kind="list" options=${[{ key: '', name: t('common.choose') }, ...fields]} />
      <${Cell} edit=${edit} path="level" label=${t('procedure.level')} kind="list" isOptional=${true} options=${named()(LEVELS)} />
      <${Cell} edit=${edit} path="competent_office" label=${t('procedure.competent')} max=${64} isOptional=${true} />
      <${Cell} edit=${edit} path="supplement_effect" label=${t('procedure.supplement_effect')} kind="list" isOptional=${true} options=${named('hold_effect')(EFFECTS)} />
      <${Cell} edit=${edit} path="financial_effect" label=${t('procedure.financial_effect')} kind="list" isOptional=${true} options=${named('hold_effect')(EFFECTS)} />
      <${Cell} edit=${edit} path="result_name" label=${t('procedure.result')} isOptional=${true} />
      <${Cell} edit=${edit} path="legal_basis" label=${t('procedure.legal_basis')} kind="lines" isOptional=${true} />
      <${Cell} edit=${edit} path="decision" label=${t('rules.decision')} isOptional=${true} />
      <${Cell} edit=${edit} path="is_place_free" label=${t('procedure.place_free')} kind="check" />
    </fieldset>
    ${cases.rows.map((row, i) => html`<${Case} key=${i} edit=${edit} i=${i} list=${cases} />`)}
    <p><button type="button" onClick=${() => cases.add({ ...CASE, key: `c${cases.rows.length + 1}` })}>${t('procedure.add_case')}</button></p>
    <fieldset><legend>${t('cal.decision')}</legend>${DECISION.map((field) => html`<${Field} key=${field.name} form=${form} prefix="procedure" field=${field} />`)}</fieldset>
    ${isLooked && html`<${Found} found=${values.found} />`}
    <div class="buttons"><button type="submit" class="main" disabled=${form.isBusy}>${t('procedure.check')}</button>
      ${isLooked && html`<button type="button" class="grave" disabled=${form.isBusy} onClick=${(event) => event.target.form.reportValidity() && send(false)}>${t('procedure.save')}</button>`}
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button></div>
  </form>`;
}
