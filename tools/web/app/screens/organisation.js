/* Offices, officers and who stands in for whom: seen by everybody, edited by those who may. */
import { html, useState } from '../lib/preact.js';
import { forget, read, readAll, write } from '../api.js';
import { DECISION, Edits, Opener, Rows, bodyOf, tableOf } from '../edit.js';
import { date, fold, instant } from '../format.js';
import { Job } from '../job.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { List, useList } from './queue.js';

const pathOf = (list, key, act = '') => `/api/v1/${list}/${encodeURIComponent(key)}${act}`;

/* A filter over rows that are all here. */
function Filter({ id, value, set }) {
  return html`<div class="filters"><div class="field"><label for=${id}>${t('org.filter')}</label>
    <input id=${id} type="search" autocomplete="off" maxlength="200" value=${value} onInput=${(event) => set(event.target.value)} /></div></div>`;
}
const matches = (typed, ...texts) => fold(typed).split(/\s+/).filter(Boolean).every((w) => fold(texts.filter(Boolean).join(' ')).includes(w));

/* Rows of short lists change under an edit: read anew. */
function useShort(path) {
  const loaded = useLoad(path, () => readAll(path));
  return { ...loaded, again: () => { forget(path); loaded.reload(); } };
}

/* ---- offices ---- */

const OFFICE = [
  { name: 'name', label: 'org.office_name', max: 200, isOptional: true },
  { name: 'short_name', label: 'org.short_name', max: 100, isOptional: true },
  { name: 'kind', label: 'org.kind', kind: 'list', list: 'office_kind', words: ['committee', 'one_stop', 'division', 'external'], isOptional: true },
  { name: 'parent', label: 'org.parent', kind: 'office', isOptional: true },
  { name: 'identifier', label: 'org.identifier', max: 40, isOptional: true, hint: 'hint.identifier' },
  { name: 'place_name', label: 'org.place_name', max: 100, isOptional: true },
  { name: 'superior_body', label: 'org.superior_body', max: 200, isOptional: true },
  { name: 'issuing_body', label: 'org.issuing_body', max: 200, isOptional: true },
  { name: 'signature_lines', label: 'org.signature_lines', max: 400, isOptional: true, hint: 'hint.signature_lines' },
  { name: 'address', max: 400, isOptional: true },
  { name: 'phone', max: 40, isOptional: true },
];
const CALENDAR = { name: 'calendar', label: 'org.calendar', max: 64, isOptional: true };
const NEEDED = new Set(['name', 'kind', 'parent']);
const OFFICE_NEW = { key: 'office_new', title: 'org.office_new', about: 'org.office_new_about', fields: [
  { name: 'key', label: 'org.key', max: 64 },
  ...OFFICE.map((field) => ({ ...field, isOptional: !NEEDED.has(field.name) })), CALENDAR, ...DECISION] };
const OFFICE_EDITS = [
  { key: 'office_change', title: 'org.office_change', about: 'org.office_change_about', fields: [...OFFICE, ...DECISION] },
  { key: 'office_calendar', title: 'org.office_calendar', about: 'org.office_calendar_about', fields: [{ ...CALENDAR, isOptional: false }, ...DECISION] },
  { key: 'office_end', title: 'org.office_end', about: 'org.office_end_about', isGrave: true,
    fields: [{ name: 'last_on', label: 'org.last_on', kind: 'day', width: 'half' }, ...DECISION.filter((field) => field.name !== 'effective_on')] },
];

/* In the order of the tree: who stands under whom, with how deep. */
function treeOf(offices) {
  const below = new Map();
  const keys = new Set(offices.map((o) => o.key));
  for (const o of offices) {
    const parent = keys.has(o.parent) ? o.parent : '';
    below.set(parent, [...(below.get(parent) ?? []), o]);
  }
  const walk = (parent, depth) => (below.get(parent) ?? []).flatMap((o) => [{ ...o, depth }, ...walk(o.key, depth + 1)]);
  return walk('', 0);
}

function OfficeDetails({ office, offices, canEdit, onDone }) {
  const [job, setJob] = useState(null);
  const name = (key) => offices.find((o) => o.key === key)?.name ?? key;
  const post = (edit, body, key) => write(edit.key === 'office_end' ? pathOf('offices', office.key, '/actions/end')
    : pathOf('offices', office.key, '/changes'), body, { key });
  const done = (answer) => {
    if (answer?.created_at && answer.kind) setJob(answer);
    else store.notify(t('org.saved', { name: office.name }));
    onDone();
  };
  return html`<${Part} title=${office.name}>
    <${Facts} rows=${[
      [t('org.key'), office.key], [t('org.kind'), office.kind && t(`office_kind.${office.kind}`)], [t('org.parent'), office.parent && name(office.parent)],
      [t('org.identifier'), office.identifier && html`${office.identifier}${office.is_synthetic && html` <${Tag} level="wait">${t('org.synthetic')}<//>`}`],
      [t('org.calendar'), office.calendar], [t('rules.validity'), office.valid_from && `${date(office.valid_from)} – ${office.valid_to ? date(office.valid_to) : ''}`],
      [t('org.successor'), office.successor && name(office.successor)],
    ]} />
    ${canEdit && !office.valid_to && html`<${Edits} name=${`office/${office.key}`} edits=${OFFICE_EDITS} post=${post} onDone=${done} />`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${onDone} />`}
  <//>`;
}

function Offices() {
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const list = useShort('/api/v1/offices');
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(null);
  if (!list.value) return html`<${Loading} of=${list} />`;
  const rows = treeOf(list.value).filter((o) => matches(typed, o.key, o.name, o.identifier));
  const shown = list.value.find((o) => o.key === open);
  const columns = [
    { head: 'org.office_name', isHead: true, of: (o) => html`<span class=${`deep deep-${Math.min(o.depth, 4)}`}><${Opener} isOpen=${o.key === open}
      onToggle=${() => setOpen(o.key === open ? null : o.key)}>${o.name}<//></span>` },
    { head: 'org.key', isWide: true, of: (o) => o.key },
    { head: 'org.kind', of: (o) => o.kind && t(`office_kind.${o.kind}`) },
    { head: 'org.identifier', isWide: true, of: (o) => o.identifier },
    { head: 'column.state', of: (o) => (o.valid_to ? html`<${Tag} level="wait">${t('org.ended', { on: date(o.valid_to) })}<//>` : '') },
  ];
  return html`<${Filter} id="org-filter" value=${typed} set=${setTyped} />
    ${canEdit && html`<${Edits} name="office" edits=${[OFFICE_NEW]} post=${(edit, body, key) => write('/api/v1/offices', body, { key })}
      onDone=${(answer) => { store.notify(t('org.saved', { name: answer.name })); setOpen(answer.key); list.again(); }} />`}
    ${shown && html`<${OfficeDetails} key=${shown.key} office=${shown} offices=${list.value} canEdit=${canEdit} onDone=${list.again} />`}
    <${Rows} columns=${columns} rows=${rows} caption=${t('org.offices')} keyOf=${(o) => o.key} open=${open} />
    <p class="quiet list-foot">${t('list.all', { n: rows.length })}</p>`;
}

/* ---- officers ---- */

const ROLE = [
  { name: 'role', label: 'org.role', kind: 'list', list: 'role', width: 'half' },
  { name: 'office', kind: 'office', width: 'half' },
];
const withRole = (values, fields) => {
  const { role, office, ...rest } = bodyOf(fields, values);
  return { ...rest, roles: [{ role, office }] };
};
const OFFICER_NEW = { key: 'officer_new', title: 'org.officer_new', about: 'org.officer_new_about', make: withRole, fields: [
  { name: 'key', label: 'org.login', max: 48 }, { name: 'name', max: 200 }, { name: 'title', label: 'org.title', max: 200, isOptional: true },
  ...ROLE, ...DECISION] };
const OFFICER_EDITS = [
  { key: 'role_add', right: 'edit_rules', title: 'org.role_add', make: withRole, fields: [...ROLE, ...DECISION] },
  { key: 'role_end', right: 'edit_rules', title: 'org.role_end', make: (v, f) => ({ ...withRole(v, f), is_end: true }), isGrave: true, fields: [...ROLE, ...DECISION] },
  { key: 'hand_over', right: 'delegate', title: 'org.hand_over', about: 'org.hand_over_about', fields: [
    { name: 'office', kind: 'office' }, { name: 'to', label: 'org.hand_over_to', kind: 'officer', isOptional: true },
    { name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }] },
  { key: 'login_reset', right: 'reset_login', title: 'org.login_reset', about: 'org.login_reset_about',
    fields: [{ name: 'reason', kind: 'lines', rows: 2 }, { name: 'factor', label: 'org.factor', kind: 'list', list: 'lost_factor', words: ['keep', 'remove'] }],
    initial: { factor: 'keep' }, make: (v) => ({ reason: v.reason.trim(), reset_second_factor: v.factor === 'remove' }) },
];
const OFFICER_PATHS = { role_add: '/roles', role_end: '/roles', hand_over: '/actions/hand-over', login_reset: '/login-reset' };

function OfficerDetails({ officer, onDone }) {
  const me = store.useStore((s) => s.me);
  const [job, setJob] = useState(null);
  const [code, setCode] = useState(null);
  const edits = OFFICER_EDITS.filter((edit) => store.may(me, edit.right));
  const done = (answer, edit) => {
    if (edit.key === 'hand_over') setJob(answer);
    else if (edit.key === 'login_reset') setCode(answer);
    else store.notify(t('org.saved', { name: officer.name }));
    onDone();
  };
  return html`<${Part} title=${officer.name}>
    <${Facts} rows=${[[t('org.login'), officer.key], [t('org.title'), officer.title]]} />
    <ul class="tight">${officer.roles.map((r) => html`<li key=${r.role + r.office}>${word('role', r.role)} – ${r.office_name}</li>`)}</ul>
    ${edits.length > 0 && html`<${Edits} name=${`officer/${officer.key}`} edits=${edits} onDone=${done}
      post=${(edit, body, key) => write(pathOf('officers', officer.key, OFFICER_PATHS[edit.key]), body, { key })} />`}
    ${code && html`<div class="note note-warn" role="status"><p>${t('org.code_once', { until: instant(code.expires_at) })}</p><p><code class="secret">${code.code}</code></p>
      <button type="button" class="plain" onClick=${() => setCode(null)}>${t('common.hide')}</button></div>`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${onDone} />`}
  <//>`;
}

function Officers() {
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const list = useShort('/api/v1/officers');
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(null);
  if (!list.value) return html`<${Loading} of=${list} />`;
  const rows = list.value.filter((o) => matches(typed, o.key, o.name, o.title, ...o.roles.map((r) => `${r.office_name} ${word('role', r.role)}`)));
  const shown = list.value.find((o) => o.key === open);
  const columns = [
    { head: 'field.name', isHead: true, of: (o) => html`<${Opener} isOpen=${o.key === open} onToggle=${() => setOpen(o.key === open ? null : o.key)}>${o.name}<//>
      ${o.is_active === false && html` <${Tag} level="wait">${t('org.inactive')}<//>`}` },
    { head: 'org.login', of: (o) => o.key },
    { head: 'org.title', isWide: true, of: (o) => o.title },
    { head: 'org.roles', of: (o) => o.roles.map((r) => html`<div key=${r.role + r.office}>${word('role', r.role)} <span class="quiet small">${r.office_name}</span></div>`) },
  ];
  return html`<${Filter} id="org-filter" value=${typed} set=${setTyped} />
    ${canEdit && html`<${Edits} name="officer" edits=${[OFFICER_NEW]} post=${(edit, body, key) => write('/api/v1/officers', body, { key })}
      onDone=${(answer) => { store.notify(t('org.saved', { name: answer.name })); setOpen(answer.key); list.again(); }} />`}
    ${shown && html`<${OfficerDetails} key=${shown.key} officer=${shown} onDone=${list.again} />`}
    <${Rows} columns=${columns} rows=${rows} caption=${t('org.officers')} keyOf=${(o) => o.key} open=${open} />
    <p class="quiet list-foot">${t('list.all', { n: rows.length })}</p>`;
}

/* ---- who stands in for whom ---- */

const DELEGATION_NEW = { key: 'delegation_new', title: 'org.delegation_new', about: 'org.delegation_about', fields: [
  { name: 'from', label: 'org.away', kind: 'officer', isOptional: true, hint: 'hint.away' },
  { name: 'to', label: 'org.stands_in', kind: 'officer' },
  ...ROLE,
  { name: 'kind', label: 'org.delegation_kind', kind: 'list', list: 'delegation_kind', words: ['deputy', 'authorised'] },
  { name: 'from_on', label: 'field.from', kind: 'day', width: 'half' }, { name: 'to_on', label: 'field.to', kind: 'day', width: 'half' },
  { name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }],
initial: { kind: 'deputy' } };
const WITHDRAW = [{ key: 'withdraw', title: 'org.withdraw', fields: [{ name: 'reason', kind: 'lines', rows: 2 }], isGrave: true }];

function Delegations() {
  const list = useList('delegations', '/api/v1/delegations', {});
  const [Table] = useState(() => tableOf([
    { head: 'org.away', isHead: true, of: (d) => d.from_name },
    { head: 'org.stands_in', of: (d) => d.to_name },
    { head: 'org.role', of: (d) => html`${word('role', d.role)} <div class="quiet small">${d.office_name} · ${t(`delegation_kind.${d.kind}`)}</div>` },
    { head: 'org.days', of: (d) => html`${date(d.from_on)} – ${date(d.to_on)} ${d.is_running && html`<${Tag} level="done">${t('org.running')}<//>`}` },
    { head: 'org.basis', isWide: true, of: (d) => html`${d.source}<div class="quiet small">${d.reason}</div>` },
    { head: 'column.state', of: (d) => (d.withdrawn_at ? html`${t('org.withdrawn', { at: instant(d.withdrawn_at) })}<div class="quiet small">${d.withdrawal_reason}</div>`
      : html`<${Edits} name=${`delegation/${d.id}`} edits=${WITHDRAW} onDone=${list.first.reload}
        post=${(edit, body, key) => write(`/api/v1/delegations/${d.id}/actions/withdraw`, body, { key })} />`) },
  ], (d) => d.id));
  return html`<p class="quiet">${t('org.delegations_about')}</p>
    <${Edits} name="delegation" edits=${[DELEGATION_NEW]} post=${(edit, body, key) => write('/api/v1/delegations', body, { key })}
      onDone=${() => { store.notify(t('org.delegated')); list.first.reload(); }} />
    <${List} list=${list} caption=${t('org.delegations')} empty=${t('org.no_delegation')} table=${Table} />`;
}

/* ---- how roles log in ---- */

const POLICY = [{ key: 'policy', title: 'org.policy_change', fields: [
  { name: 'second_factor', label: 'org.second_factor', kind: 'list', list: 'second_factor', words: ['needed', 'free'] },
  { name: 'idle_minutes', label: 'org.idle', kind: 'number', width: 'half' },
  { name: 'absolute_hours', label: 'org.absolute', kind: 'number', width: 'half' },
  { name: 'token_days_max', label: 'org.token_days', kind: 'number', width: 'half' },
  { name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }],
make: (v, f) => {
  const { second_factor: factor, ...rest } = bodyOf(f, v);
  return { ...rest, needs_second_factor: factor === 'needed' };
} }];

function Policies() {
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const list = useLoad('role-policies', () => read('/api/v1/role-policies'));
  const [open, setOpen] = useState(null);
  if (!list.value) return html`<${Loading} of=${list} />`;
  const shown = list.value.items.find((p) => p.role === open);
  const columns = [
    { head: 'org.role', isHead: true, of: (p) => (canEdit ? html`<${Opener} isOpen=${p.role === open} onToggle=${() => setOpen(p.role === open ? null : p.role)}>${word('role', p.role)}<//>` : word('role', p.role)) },
    { head: 'org.second_factor', of: (p) => t(`second_factor.${p.needs_second_factor ? 'needed' : 'free'}`) },
    { head: 'org.idle', isFigure: true, of: (p) => p.idle_minutes }, { head: 'org.absolute', isFigure: true, of: (p) => p.absolute_hours },
    { head: 'org.token_days', isFigure: true, of: (p) => p.token_days_max },
  ];
  return html`<p class="quiet">${t('org.policies_about')}</p>
    ${shown && html`<${Part} title=${word('role', shown.role)}><${Edits} key=${shown.role} name=${`policy/${shown.role}`}
      edits=${POLICY.map((edit) => ({ ...edit, initial: { ...shown, second_factor: shown.needs_second_factor ? 'needed' : 'free' } }))}
      post=${(edit, body, key) => write(pathOf('role-policies', shown.role), body, { key, method: 'PUT' })}
      onDone=${() => { store.notify(t('org.saved', { name: word('role', shown.role) })); list.reload(); }} /><//>`}
    <${Rows} columns=${columns} rows=${list.value.items} caption=${t('org.policies')} keyOf=${(p) => p.role} open=${open} />`;
}

const TABS = { offices: Offices, officers: Officers, delegations: Delegations, policies: Policies };

export function Organisation({ rest }) {
  const tab = TABS[rest[0]] ? rest[0] : 'offices';
  const Tab = TABS[tab];
  return html`<${Title}>${t('org.page')}<//>
    <nav class="tabs" aria-label=${t('org.page')}>${Object.keys(TABS).map((name) => html`<a key=${name}
      href=${`#/organisation/${name}`} aria-current=${name === tab ? 'page' : undefined}>${t(`org.${name}`)}</a>`)}</nav>
    <${Tab} />`;
}
