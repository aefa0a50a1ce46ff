/* The rules as they are: rulesets beside each other, procedures with their steps against the limit, templates of
 * forms, registers of papers. */
import { html, useState } from '../lib/preact.js';
import { forget, read, readAll, write } from '../api.js';
import { Choice } from '../choice.js';
import { Edits } from '../edit.js';
import { date, limit, minutes } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { Forms } from './forms.js';
import { ProcedureEdit } from './procedure_edit.js';
import { Registers } from './registers.js';

const DAY_MINUTES = 480; // of a nominal working day, as step budgets are written

/* A value as people read it: yes, no, none, limits; a word of its own is explained by what the parameter decides. */
const WORDS = new Set(['yes', 'no', 'none']);
const valueOf = (set, name) => {
  const value = set.parameters.find((row) => row.name === name)?.value ?? '–';
  return WORDS.has(value) ? t(`rules.value_${value}`) : /^\d+[a-z]+$/.test(value) ? limit(value) : value;
};

function Rulesets() {
  const loaded = useLoad(`rulesets/${store.get().language}`, async () => {
    const list = (await read('/api/v1/rulesets')).items;
    return Promise.all(list.map((row) => read(`/api/v1/rulesets/${encodeURIComponent(row.key)}`)));
  });
  const sets = loaded.value;
  if (!sets) return html`<${Loading} of=${loaded} />`;
  const names = sets[0]?.parameters.map((row) => row.name) ?? [];
  const of = (set, name) => set.parameters.find((row) => row.name === name);
  return html`<p class="quiet">${t('rules.about')}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('rules.rulesets')}><table class="rulesets">
      <caption class="hidden">${t('rules.rulesets')}</caption>
      <thead><tr><th scope="col">${t('rules.parameter')}</th>
        ${sets.map((set) => html`<th scope="col" key=${set.key}>${set.key}<div class="small">${date(set.valid_from)} – ${set.valid_to ? date(set.valid_to) : ''}</div>
          <div class="quiet small">${set.decree}</div><div class="quiet small">${set.circular}</div></th>`)}
        <th scope="col" class="wide">${t('column.law')}</th></tr></thead>
      <tbody>${names.map((name) => {
        const first = of(sets[0], name);
        return html`<tr key=${name}><th scope="row">${first.decides}
          <div class="quiet small code">${name}</div></th>
          ${sets.map((set, i) => {
            const value = valueOf(set, name);
            const isNew = i > 0 && value !== valueOf(sets[i - 1], name);
            return html`<td key=${set.key}>${isNew ? html`<strong>${value}</strong> <${Tag} level="risk">${t('rules.changed')}<//>` : value}</td>`;
          })}
          <td class="wide small quiet">${[...new Set(sets.map((set) => of(set, name)?.citation ?? first.source))].join('; ')} <${Tag} level=${first.confidence === 'V' ? 'done' : 'wait'}>${t(first.confidence === 'V' ? 'rules.seen' : 'rules.open')}<//></td></tr>`;
      })}</tbody></table></div>`;
}

/* Minutes a limit holds, where that is plain; otherwise nothing is said. */
function limitMinutes(text) {
  const [, amount, unit] = /^(\d+)(wd|wh|hd)$/.exec(text) ?? [];
  return unit ? Number(amount) * { wd: DAY_MINUTES, wh: 60, hd: DAY_MINUTES / 2 }[unit] : null;
}

function Case({ row }) {
  const sum = (row.steps ?? []).reduce((all, step) => all + (step.budget_minutes ?? 0), 0);
  const most = limitMinutes(row.limit);
  return html`<${Part} title=${row.name}>
    <${Facts} rows=${[
      [t('intake.limit'), limit(row.limit)],
      [t('rules.budgets'), sum > 0 && html`${minutes(sum)}${most !== null && ` / ${minutes(most)}`}
        ${most !== null && sum > most && html` <${Tag} level="late">${t('rules.too_long')}<//>`}`],
    ]} />
    ${row.steps?.length > 0 && html`<table><thead><tr><th scope="col">${t('column.number')}</th><th scope="col">${t('column.step')}</th>
      <th scope="col" class="figure">${t('column.budget')}</th></tr></thead>
      <tbody>${row.steps.map((step) => html`<tr key=${step.number}><td class="figure">${step.number}</td>
        <td>${step.name}<div class="quiet small">${word('step_office', step.office)} · ${word('role', step.role)}</div></td>
        <td class="figure">${minutes(step.budget_minutes)}</td></tr>`)}</tbody></table>`}
    ${row.components?.length > 0 && html`<p class="small">${t('dossier.components')}: ${row.components.map((c) => c.name).join('; ')}</p>`}
  <//>`;
}

const END = [{ key: 'procedure_end', title: 'procedure.end', about: 'procedure.end_about', isGrave: true, fields: [
  { name: 'last_on', label: 'procedure.last_on', kind: 'day', width: 'half' }, { name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }] }];

/* Its versions, the newest first, and what may be done with it. */
function Versions({ found, onEdit, onChanged }) {
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const path = `/api/v1/procedures/${encodeURIComponent(found.key)}`;
  const list = useLoad(`versions/${found.key}`, () => read(`${path}/versions`));
  const rows = list.value?.items ?? [];
  return html`${rows.length > 1 && html`<p class="small">${t('procedure.versions')}: ${rows.map((v) => `${date(v.valid_from)} – ${v.valid_to ? date(v.valid_to) : ''}`).join('; ')}</p>`}
    ${canEdit && html`<div class="edits"><p class="buttons"><button type="button" onClick=${onEdit}>${t('procedure.edit')}</button></p>
      <${Edits} name=${`procedure_end/${found.key}`} edits=${END} post=${(edit, body, key) => write(`${path}/actions/end`, body, { key })} onDone=${onChanged} /></div>`}`;
}

function Procedures({ initial }) {
  const [key, setKey] = useState(initial ?? '');
  const [editing, setEditing] = useState(null); // null, or what is edited: a procedure; false: a new one
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const list = useLoad('procedures', () => readAll('/api/v1/procedures'));
  const found = list.value?.find((row) => row.key === key);
  const changed = (procedure) => {
    forget('/api/v1/procedures');
    setEditing(null);
    if (procedure) setKey(procedure.key);
    list.reload();
  };
  const edit = () => read(`/api/v1/procedures/${encodeURIComponent(key)}`).then(setEditing).catch((problem) => store.notify(problem.message, 'bad'));
  if (editing !== null) return html`<${ProcedureEdit} procedure=${editing || undefined} onDone=${changed} onClose=${() => setEditing(null)} />`;
  return html`${canEdit && html`<p><button type="button" onClick=${() => setEditing(false)}>${t('procedure.new')}</button></p>`}
    <div class="field"><label for="rules-procedure">${t('intake.procedure')}</label>
      <${Choice} id="rules-procedure" value=${key} onChoose=${setKey} placeholder=${t('intake.procedure_hint')}
        items=${list.value?.map((p) => ({ key: p.key, name: p.name, detail: [p.national_code ?? p.key, p.field_name].filter(Boolean).join(' · ') }))} /></div>
    ${list.problem && html`<${Loading} of=${list} />`}
    ${list.value && !found && html`<p class="quiet">${t('rules.choose', { n: list.value.length })}</p>`}
    ${found && html`<h2>${found.name}</h2>
      <${Facts} rows=${[
        [t('rules.key'), found.key], [t('rules.national_code'), found.national_code], [t('rules.field'), found.field_name],
        [t('rules.validity'), found.valid_from && `${date(found.valid_from)} – ${found.valid_to ? date(found.valid_to) : ''}`],
        [t('rules.decision'), found.decision],
      ]} />
      <${Versions} key=${found.key} found=${found} onEdit=${edit} onChanged=${() => changed(null)} />
      ${found.cases.map((row) => html`<${Case} key=${row.key} row=${row} />`)}`}`;
}

const TABS = { rulesets: Rulesets, procedures: Procedures, forms: Forms, registers: Registers };

export function Rules({ rest }) {
  const tab = TABS[rest[0]] ? rest[0] : 'rulesets';
  const Tab = TABS[tab];
  return html`<${Title}>${t('rules.title')}<//>
    <nav class="tabs" aria-label=${t('rules.title')}>${Object.keys(TABS).map((name) => html`<a key=${name}
      href=${`#/rules/${name}`} aria-current=${name === tab ? 'page' : undefined}>${t(`rules.${name}`)}</a>`)}</nav>
    <${Tab} initial=${rest[1]} />`;
}
