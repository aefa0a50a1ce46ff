/* My account: the password, the authenticator, sessions that are open, API tokens. Also what a login has to do first:
 * change a password that somebody else made, enrol an authenticator that its role needs. */
import { html, useState } from '../lib/preact.js';
import { read, remove, write } from '../api.js';
import { Moment } from '../fields.js';
import { instant } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Said, Secret, useSubmit } from './login.js';

const FACTOR = '/api/v1/me/second-factor';
const renew = async () => store.enter(await read('/api/v1/me'));

function Password() {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [problem, isBusy, submit] = useSubmit(async () => {
    if (fresh !== again) throw new Error(t('account.differ'));
    await write('/api/v1/me/password', { old, new: fresh }, { method: 'PUT' });
    setOld('');
    setFresh('');
    setAgain('');
    await renew();
    store.notify(t('account.changed'));
  });
  return html`<section class="part" aria-labelledby="account-password">
    <h2 id="account-password">${t('account.password')}</h2>
    <form class="account-form" onSubmit=${submit}>
      <${Said} problem=${problem} />
      <${Secret} id="account-old" label=${t('account.old')} value=${old} set=${setOld} autocomplete="current-password" />
      <${Secret} id="account-new" label=${t('account.new')} hint=${t('account.rule')} value=${fresh} set=${setFresh} autocomplete="new-password" />
      <${Secret} id="account-again" label=${t('account.again')} value=${again} set=${setAgain} autocomplete="new-password" />
      <button type="submit" class="main" disabled=${isBusy}>${isBusy ? t('common.sending') : t('account.change')}</button>
    </form>
  </section>`;
}

/* The dark squares as one path, with the quiet zone that the standard asks for. */
function Qr({ rows }) {
  const path = rows.map((row, y) => [...row].map((c, x) => (c === '1' ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
  return html`<svg class="qr" viewBox=${`-4 -4 ${rows.length + 8} ${rows.length + 8}`} role="img" aria-label=${t('factor.qr')}
    shape-rendering="crispEdges"><rect x="-4" y="-4" width="100%" height="100%" fill="#fff" /><path d=${path} fill="#000" /></svg>`;
}

function Factor() {
  const me = store.useStore((s) => s.me);
  const [made, setMade] = useState(null);
  const [codes, setCodes] = useState(null);
  const [code, setCode] = useState('');
  const [problem, isBusy, submit] = useSubmit(async () => {
    if (!made && !me.has_second_factor) {
      setMade(await write(FACTOR, undefined));
    } else if (made) {
      setCodes((await write(`${FACTOR}/actions/confirm`, { code: code.trim() })).codes);
      setMade(null);
      setCode('');
    } else {
      await write(`${FACTOR}/actions/remove`, { code: code.trim() });
      setCode('');
      await renew();
      store.notify(t('factor.removed'));
    }
  });
  const hasCode = made || me.has_second_factor;
  return html`<section class="part" aria-labelledby="account-factor">
    <h2 id="account-factor">${t('factor.title')} ${me.has_second_factor && html`<${Tag}>${t('factor.on')}<//>`}</h2>
    ${codes ? html`<p>${t('factor.codes')}</p>
      <ul class="codes">${codes.map((c) => html`<li key=${c}><code>${c}</code></li>`)}</ul>
      <button type="button" class="main" onClick=${async () => { setCodes(null); await renew(); }}>${t('factor.kept')}</button>` : html`
    <p class="quiet">${t(made ? 'factor.scan' : me.has_second_factor ? 'factor.about_remove' : 'factor.about')}</p>
    <form class="account-form" onSubmit=${submit}>
      <${Said} problem=${problem} />
      ${made && html`<${Qr} rows=${made.qr} /><p class="small">${t('factor.by_hand')} <code class="secret">${made.secret.match(/.{1,4}/g).join(' ')}</code></p>`}
      ${hasCode && html`<${Secret} id="factor-code" label=${t('login.code')} value=${code} set=${setCode} autocomplete="one-time-code" isCode focus=${Boolean(made)} />`}
      <button type="submit" class=${me.has_second_factor ? undefined : 'main'} disabled=${isBusy}>${
        t(made ? 'factor.confirm' : me.has_second_factor ? 'factor.remove' : 'factor.begin')}</button>
    </form>`}
  </section>`;
}

function Sessions() {
  const list = useLoad('sessions', () => read('/api/v1/sessions'));
  const [problem, isBusy, submit] = useSubmit(async () => {
    await remove('/api/v1/sessions');
    await list.reload();
  });
  const end = async (id) => {
    await remove(`/api/v1/sessions/${id}`).catch((failure) => store.notify(failure.message, 'bad'));
    await list.reload();
  };
  return html`<section class="part" aria-labelledby="account-sessions">
    <h2 id="account-sessions">${t('sessions.title')}</h2>
    <${Said} problem=${problem} />
    ${!list.value ? html`<${Loading} of=${list} />` : html`<div class="scroll" tabindex="0" role="group" aria-label=${t('sessions.title')}>
      <table><thead><tr><th scope="col">${t('sessions.where')}</th><th scope="col">${t('sessions.begun')}</th><th scope="col">${t('sessions.used')}</th>
        <th scope="col">${t('sessions.ends')}</th><td></td></tr></thead>
      <tbody>${list.value.items.map((s) => html`<tr key=${s.id}><td>${s.address} ${s.is_this && html`<${Tag}>${t('sessions.this')}<//>`}
          <div class="quiet small remark">${s.user_agent}</div></td>
        <td>${instant(s.created_at)}</td><td>${instant(s.last_used_at)}</td><td>${instant(s.ends_at)}</td>
        <td>${!s.is_this && html`<button type="button" aria-label=${t('sessions.end_one', { address: s.address })} onClick=${() => end(s.id)}>${t('sessions.end')}</button>`}</td></tr>`)}
      </tbody></table></div>
    ${list.value.items.length > 1 && html`<form onSubmit=${submit}><p class="list-foot">
      <button type="submit" disabled=${isBusy}>${t('sessions.end_others')}</button></p></form>`}`}
  </section>`;
}

const SCOPES = ['*:read', 'dossiers:read', 'dossiers:write', 'queues:read', 'letters:read', 'statistics:read', 'registers:read', 'imports:write', 'due:write'];

function Tokens() {
  const list = useLoad('tokens', () => read('/api/v1/tokens'));
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState([]);
  const [on, setOn] = useState('');
  const [made, setMade] = useState(null);
  const [problem, isBusy, submit] = useSubmit(async () => {
    setMade((await write('/api/v1/tokens', { name: name.trim(), scopes, expires_on: on })).token);
    setName('');
    setScopes([]);
    await list.reload();
  });
  const revoke = async (id) => {
    await remove(`/api/v1/tokens/${id}`).catch((failure) => store.notify(failure.message, 'bad'));
    await list.reload();
  };
  const toggle = (scope) => setScopes(scopes.includes(scope) ? scopes.filter((s) => s !== scope) : [...scopes, scope]);
  return html`<section class="part" aria-labelledby="account-tokens">
    <h2 id="account-tokens">${t('tokens.title')}</h2>
    <p class="quiet">${t('tokens.about')}</p>
    ${!list.value ? html`<${Loading} of=${list} />` : list.value.items.length > 0 && html`
      <div class="scroll" tabindex="0" role="group" aria-label=${t('tokens.title')}><table><thead><tr><th scope="col">${t('tokens.name')}</th>
        <th scope="col">${t('tokens.scopes')}</th><th scope="col">${t('sessions.ends')}</th><th scope="col">${t('sessions.used')}</th><td></td></tr></thead>
      <tbody>${list.value.items.map((k) => html`<tr key=${k.id}><td>${k.name}</td><td>${k.scopes.join(' ')}</td><td>${instant(k.expires_at)}</td>
        <td>${instant(k.last_used_at)}</td><td><button type="button" aria-label=${t('tokens.revoke_one', { name: k.name })} onClick=${() => revoke(k.id)}>${t('tokens.revoke')}</button></td></tr>`)}
      </tbody></table></div>`}
    ${made && html`<div class="note note-warn" role="status"><p>${t('tokens.once')}</p><p><code class="secret">${made}</code></p>
      <button type="button" class="plain" onClick=${() => setMade(null)}>${t('common.hide')}</button></div>`}
    <details><summary>${t('tokens.new')}</summary><form class="account-form" onSubmit=${submit}>
      <${Said} problem=${problem} />
      <div class="field"><label for="token-name">${t('tokens.name')}</label>
        <input id="token-name" required maxlength="80" autocomplete="off" value=${name} onInput=${(e) => setName(e.target.value)} /></div>
      <fieldset><legend>${t('tokens.scopes')}</legend>${SCOPES.map((scope) => html`<label class="check" key=${scope}>
        <input type="checkbox" checked=${scopes.includes(scope)} onChange=${() => toggle(scope)} />${scope}</label>`)}</fieldset>
      <div class="field"><label for="token-on">${t('tokens.until')}</label>
        <${Moment} isDay value=${on} set=${setOn} common=${{ id: 'token-on', required: true }} /></div>
      <button type="submit" class="main" disabled=${isBusy || !scopes.length}>${t('tokens.make')}</button>
    </form></details>
  </section>`;
}

export function Account() {
  return html`<${Title}>${t('account.title')}<//>
    <div class="account"><${Password} /><${Factor} /><${Sessions} /><${Tokens} /></div>`;
}

/* Before anything else: a password of one's own, then the authenticator. */
export function First({ leave }) {
  const me = store.useStore((s) => s.me);
  return html`<main class="login first">
    <${Title}>${t('first.title', { name: me.name })}<//>
    <p>${t(me.must_change_password ? 'first.password' : 'first.factor')}</p>
    ${me.must_change_password ? html`<${Password} />` : html`<${Factor} />`}
    <p><button type="button" class="plain" onClick=${leave}>${t('login.out')}</button></p>
  </main>`;
}
