/* Logging in: at the start, and again over a screen whose session ended, so that what was typed stays. */
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { Title } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';

function LoginForm({ enter, name: known }) {
  const [name, setName] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const first = useRef();
  useEffect(() => first.current?.focus(), []);

  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await enter(name.trim(), password);
    } catch (failure) {
      setProblem(failure);
      setPassword('');
      setBusy(false);
      first.current?.focus();
    }
  };
  return html`<form onSubmit=${submit}>
    ${problem && html`<div class="note note-bad" role="alert"><p>${problem.message}</p></div>`}
    <div class="field">
      <label for="login-name">${t('login.name')}</label>
      <input id="login-name" ref=${known ? undefined : first} autocomplete="username" autocapitalize="none"
        spellcheck=${false} required maxlength="64" value=${name} onInput=${(e) => setName(e.target.value)} />
    </div>
    <div class="field">
      <label for="login-password">${t('login.password')}</label>
      <input id="login-password" ref=${known ? first : undefined} type="password" autocomplete="current-password"
        required maxlength="256" value=${password} onInput=${(e) => setPassword(e.target.value)} />
    </div>
    <button type="submit" class="main" disabled=${isBusy}>${isBusy ? t('login.busy') : t('login.in')}</button>
  </form>`;
}

export function Login({ enter }) {
  const other = store.get().language === 'vi' ? 'en' : 'vi';
  return html`<main class="login">
    <${Title} text=${t('login.title')}>${t('app.name')}<//>
    <p class="quiet">${t('app.about')}</p>
    <${LoginForm} enter=${enter} />
    <button type="button" class="plain" lang=${other} onClick=${() => store.setLanguage(other)}>
      ${other === 'en' ? 'English' : 'Tiếng Việt'}</button>
  </main>`;
}

export function LoginAgain({ enter }) {
  const dialog = useRef();
  const me = store.get().me;
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} class="login-again" aria-labelledby="login-again" onCancel=${(e) => e.preventDefault()}>
    <h2 id="login-again">${t('login.again')}</h2>
    <p>${t('login.again_why', { name: me.name })}</p>
    <${LoginForm} enter=${enter} name=${me.login} />
  </dialog>`;
}
