/* The client's frame: who is logged in, the header, and the screen that the address after # names. */
import { html, render, useEffect, useState } from './lib/preact.js';
import { login, logout, loggedIn, read, resume } from './api.js';
import { PLACES, listen, placesOf, visit } from './keys.js';
import { clock, date, instant, now } from './format.js';
import * as live from './live.js';
import { Loading, Notices, Title, useLoad } from './parts.js';
import * as store from './store.js';
import { speak, t } from './text.js';
import * as version from './version.js';
import { Account, First } from './screens/account.js';
import { Check, Lookup } from './screens/public.js';
import { Deadlines } from './screens/deadlines.js';
import { Dossier } from './screens/dossier.js';
import { Help } from './screens/help.js';
import { Intake } from './screens/intake.js';
import { Late } from './screens/late.js';
import { Login, LoginAgain, Recover } from './screens/login.js';
import { Queue, Search } from './screens/queue.js';

const UPGRADE_MS = 300000; // how often a newer client is looked for
const CLOCK_MS = 30000; // how often the business clock is asked for, and with it whether the session still lives

const SCREENS = {
  queue: Queue, search: Search, intake: Intake, dossier: Dossier, late: Late, deadlines: Deadlines, account: Account,
  'kiem-tra': Check, 'tra-cuu': Lookup, recover: Recover,
};

/* Screens that are fetched when they are opened first, or once the page has nothing else to do: the counter's come at once. */
const LATER = {
  slips: () => import('./screens/slips.js').then((m) => m.Slips),
  letters: () => import('./screens/letters.js').then((m) => m.Letters),
  statistics: () => import('./screens/statistics.js').then((m) => m.Statistics),
  calendar: () => import('./screens/calendar.js').then((m) => m.Calendar),
  rules: () => import('./screens/rules.js').then((m) => m.Rules),
  organisation: () => import('./screens/organisation.js').then((m) => m.Organisation),
  objectives: () => import('./screens/objectives.js').then((m) => m.Objectives),
  audit: () => import('./screens/audit.js').then((m) => m.Audit),
  system: () => import('./screens/system.js').then((m) => m.System),
  'so-lieu': () => import('./screens/public_statistics.js').then((m) => m.PublicStatistics),
  'thu-tuc': () => import('./screens/public_procedures.js').then((m) => m.PublicProcedures),
};
const QUIET_MS = 5000; // after logging in

async function fetchScreen(name) {
  try {
    SCREENS[name] ??= await LATER[name]();
  } catch (failure) {
    version.lookForNewer();
    throw failure;
  }
}

/* The screen that `name` stands for; while it is on its way, or when the line broke, a word about that. */
function Screen({ name, ...props }) {
  const fetched = useLoad(name, () => fetchScreen(name).catch(() => Promise.reject(new Error(t('problem.line')))));
  const Shown = SCREENS[name];
  return Shown ? html`<${Shown} ...${props} />` : html`<${Loading} of=${fetched} />`;
}

/* Screens for anybody, without a login: what stands behind a paper's QR code and a notice's link, what may be filed. */
const OPEN = new Set(['kiem-tra', 'tra-cuu', 'thu-tuc', 'so-lieu', 'recover']);

let turns = 0; // each visit draws its screen anew

/* "#/dossier/000.01?x=1": a screen, the rest of its path, what is asked of it. */
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/').map(decodeURIComponent);
  const isThere = (SCREENS[name] || LATER[name]) && (name !== 'dossier' || rest[0]);
  return { name: isThere ? name : 'queue', rest, query: new URLSearchParams(query ?? ''), turn: ++turns };
}

function Clock() {
  const isDemonstration = store.useStore((s) => s.me?.is_demonstration);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 10000);
    return () => clearInterval(timer);
  }, []);
  const at = now();
  return html`<span class=${isDemonstration ? 'clock clock-demo' : 'clock'}>
    ${isDemonstration && html`${t('app.demo_time')} `}${clock(at)} ${date(at)}</span>`;
}

function SearchBox() {
  const [q, setQ] = useState('');
  const submit = (event) => {
    event.preventDefault();
    if (q.trim()) location.hash = `#/search?q=${encodeURIComponent(q.trim())}`;
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <input id="search" type="search" aria-label=${t('search.label')} placeholder=${t('search.placeholder')}
      autocomplete="off" maxlength="200" value=${q} onInput=${(event) => setQ(event.target.value)} />
  </form>`;
}

const screenOf = (place) => place.to.split('/')[1];

/* An address typed or sent by somebody with another role: said at once, not after a form was filled in. */
function NotYours({ place }) {
  return html`<${Title}>${t(place.key)}<//>
    <p class="empty">${t('app.not_yours')}</p>`;
}

function Header({ at }) {
  const me = store.useStore((s) => s.me);
  const language = store.useStore((s) => s.language);
  const other = language === 'vi' ? 'en' : 'vi';
  return html`<header>
    <a class="skip" href="#content" onClick=${(event) => {
      event.preventDefault();
      document.querySelector('h1')?.focus();
    }}>${t('app.skip')}</a>
    <div class="bar-top">
      <strong class="brand">${t('app.name')}</strong>
      <span class="where">${me.roles[0]?.office_name}</span>
      <${Clock} />
      <a class="who" href="#/account" title=${me.roles.map((role) => role.office_name).join(', ')}
        aria-label=${t('account.open', { name: me.name })}>${me.name}</a>
      <button type="button" class="plain" lang=${other} onClick=${() => speak(other).catch(() => store.notify(t('problem.line'), 'bad'))}>
        ${other === 'en' ? 'English' : 'Tiếng Việt'}</button>
      <button type="button" class="plain help" onClick=${() => store.set({ help: true })}>${t('help.button')}</button>
      <button type="button" class="plain" onClick=${logout}>${t('login.out')}</button>
    </div>
    <nav aria-label=${t('nav.label')}>
      <div class="places">${placesOf(me).map((place) => html`<a key=${place.to} href=${place.to}
        onClick=${() => location.hash === place.to && visit(place.to)}
        aria-current=${screenOf(place) === at.name ? 'page' : undefined}>
        ${t(place.key)}</a>`)}</div>
      <${SearchBox} />
    </nav>
  </header>`;
}

/* What an administrator should see to: a year without a published calendar. */
function Warnings() {
  const warnings = store.useStore((s) => s.me?.warnings);
  return (warnings ?? []).map((text) => html`<p key=${text} class="note note-warn" role="note">${text}
    ${' '}<a href="#/calendar">${t('nav.calendar')}</a></p>`);
}

/* Once a while: what time it is for the daemon, and whether this is still the same officer's session. */
async function follow() {
  const { session, me } = store.get();
  if (session !== 'open' || document.hidden) return;
  try {
    const found = await read('/api/v1/me');
    if (found.officer === me.officer) store.enter(found);
    else store.set({ session: 'ended' });
  } catch {
    // The next request of the reader tells; nothing is shown for a clock alone.
  }
}

function App() {
  const session = store.useStore((s) => s.session);
  const language = store.useStore((s) => s.language);
  const help = store.useStore((s) => s.help);
  const mustFirst = store.useStore((s) => Boolean(s.me?.must_change_password || s.me?.must_enrol));
  const [at, setAt] = useState(route);
  useEffect(() => {
    const turn = () => {
      store.notify(null);
      setAt(route());
    };
    addEventListener('hashchange', turn);
    resume();
    const timer = setInterval(follow, CLOCK_MS);
    const upgrade = setInterval(() => document.hidden || version.lookForNewer(), UPGRADE_MS);
    version.listen();
    const quiet = setTimeout(() => Object.keys(LATER).forEach((name) => fetchScreen(name).catch(() => {})), QUIET_MS);
    return () => {
      clearTimeout(quiet);
      removeEventListener('hashchange', turn);
      clearInterval(timer);
      clearInterval(upgrade);
    };
  }, []);

  const enter = async (name, password, code) => {
    const before = store.get().me;
    const { me, resetBy, resetAt } = await login(name, password, code);
    store.enter(me);
    if (resetBy) store.notify(t('login.was_reset', { name: resetBy, at: instant(resetAt) }), 'warn');
    loggedIn(!before || before.officer === me.officer);
  };

  if (OPEN.has(at.name)) return html`<${Screen} key=${`${language} ${at.turn}`} name=${at.name} rest=${at.rest} query=${at.query} />`;
  if (session === 'unknown') return html`<p class="boot" role="status">${t('common.loading')}</p>`;
  if (session === 'none') return html`<${Login} key=${language} enter=${enter} />`;
  if (mustFirst) return html`<${First} key=${language} leave=${logout} />`;
  const closed = PLACES.find((place) => screenOf(place) === at.name && place.right && !store.may(store.get().me, place.right));
  return html`<div class="frame" key=${language}>
    <${Header} at=${at} />
    <main id="content">
      <${Warnings} />
      <${Notices} />
      ${closed ? html`<${NotYours} key=${at.turn} place=${closed} />` : html`<${Screen} key=${at.turn} name=${at.name} rest=${at.rest} query=${at.query} />`}
    </main>
    ${help && html`<${Help} />`}
    ${session === 'ended' && html`<${LoginAgain} enter=${enter} />`}
  </div>`;
}

await speak(store.get().language);
listen();
live.start(follow);
const page = document.getElementById('page');
page.replaceChildren();
render(html`<${App} />`, page);
