/* Logging in: at the start, and again over a screen whose session ended, so that what was typed stays; and the way
 * back in with a one-time code. */
import { html, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { recover } from '../api.js';
import { Title } from '../parts.js';
import * as store from '../store.js';
import { speak, t } from '../text.js';

/* Sends a form once, and keeps what the daemon said: [problem, isBusy, submit]. */
export function useSubmit(work) {
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  };
  return [problem, isBusy, submit];
}

export const Said = ({ problem }) => problem && html`<div class="note note-bad" role="alert"><p>${problem.message}</p></div>`;

/* A secret that is typed: a password, a code. */
export function Secret({ id, label, hint, value, set, autocomplete, isCode, focus }) {
  const input = useRef();
  useLayoutEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} ref=${input} type=${isCode ? 'text' : 'password'} autocomplete=${autocomplete} required maxlength=${isCode ? 40 : 256}
      autocapitalize="none" spellcheck=${false} aria-describedby=${hint && `${id}-hint`} value=${value} onInput=${(e) => set(e.target.value)} />
    ${hint && html`<p class="quiet small" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

function LoginForm({ enter, name: known }) {
  const [name, setName] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const first = useRef();
  useLayoutEffect(() => first.current?.focus(), []);

  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await enter(name.trim(), password, needsCode ? code.trim() : undefined);
    } catch (failure) {
      setBusy(false);
      setCode('');
      if (failure.code === 'second_factor_needed') {
        setNeedsCode(true);
        return;
      }
      setProblem(failure);
      if (failure.code === 'second_factor_wrong') return;
      setPassword('');
      setNeedsCode(false);
      first.current?.focus();
    }
  };
  return html`<form onSubmit=${submit}>
    <${Said} problem=${problem} />
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
    ${needsCode && html`<${Secret} id="login-code" label=${t('login.code')} hint=${t('login.code_hint')} value=${code} set=${setCode}
      autocomplete="one-time-code" isCode focus />`}
    <button type="submit" class="main" disabled=${isBusy}>${isBusy ? t('login.busy') : t('login.in')}</button>
  </form>`;
}

function Language() {
  const other = store.get().language === 'vi' ? 'en' : 'vi';
  return html`<button type="button" class="plain" lang=${other} onClick=${() => speak(other).catch(() => store.notify(t('problem.line'), 'bad'))}>
    ${other === 'en' ? 'English' : 'Tiếng Việt'}</button>`;
}

export function Login({ enter }) {
  return html`<main class="login">
    <${Title} text=${t('login.title')}>${t('app.name')}<//>
    <p class="quiet">${t('app.about')}</p>
    <${LoginForm} enter=${enter} />
    <p><a href="#/recover">${t('login.recover')}</a></p>
    <p><a href="#/thu-tuc">${t('thu_tuc.link')}</a> · <a href="#/so-lieu">${t('so_lieu.link')}</a></p>
    <${Language} />
  </main>`;
}

/* A password of one's own, with the code that somebody handed over in person: at the first login, or when it was forgotten. */
export function Recover() {
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [isDone, setDone] = useState(false);
  const [problem, isBusy, submit] = useSubmit(async () => {
    if (password !== again) throw new Error(t('account.differ'));
    await recover(name.trim(), code.trim(), password);
    setDone(true);
  });
  return html`<main class="login">
    <${Title}>${t('recover.title')}<//>
    ${isDone ? html`<div class="note note-done" role="status"><p>${t('recover.done')}</p></div>` : html`
      <p class="quiet">${t('recover.about')}</p>
      <form onSubmit=${submit}>
        <${Said} problem=${problem} />
        <div class="field">
          <label for="recover-name">${t('login.name')}</label>
          <input id="recover-name" autocomplete="username" autocapitalize="none" spellcheck=${false} required maxlength="64"
            value=${name} onInput=${(e) => setName(e.target.value)} />
        </div>
        <${Secret} id="recover-code" label=${t('recover.code')} value=${code} set=${setCode} autocomplete="off" isCode />
        <${Secret} id="recover-new" label=${t('account.new')} hint=${t('account.rule')} value=${password} set=${setPassword} autocomplete="new-password" />
        <${Secret} id="recover-again" label=${t('account.again')} value=${again} set=${setAgain} autocomplete="new-password" />
        <button type="submit" class="main" disabled=${isBusy}>${isBusy ? t('common.sending') : t('recover.set')}</button>
      </form>`}
    <p><a href="#/queue">${t('recover.back')}</a></p>
  </main>`;
}

export function LoginAgain({ enter }) {
  const dialog = useRef();
  const me = store.get().me;
  useLayoutEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} class="login-again" aria-labelledby="login-again" onCancel=${(e) => e.preventDefault()}>
    <h2 id="login-again">${t('login.again')}</h2>
    <p>${t('login.again_why', { name: me.name })}</p>
    <${LoginForm} enter=${enter} name=${me.login} />
  </dialog>`;
}
