/* The desk under load and by other means than a mouse: a queue of hundreds of rows, two people on one dossier, the list of
 * shortcuts against the keys that work, Tab through every screen, 200 % zoom, paper. Called by walk.mjs with what it shares. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROWS = 520; // of the long queue
const KEY_MS = 100; // from a key to the next row, on a machine that does other things too
const AT_ONCE = 8; // writers

/* The text of a page as it is printed, page by page. */
async function printed(page, name) {
  const file = path.join(process.env.SHOTS, `${name}.pdf`);
  fs.writeFileSync(file, await page.pdf({ format: 'A4', landscape: true }));
  return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).normalize('NFC').split('\f').slice(0, -1);
}

const focused = (page) => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');

async function longQueue({ open, go, ok, call, look }) {
  const made = [];
  for (let n = 0; n < ROWS; n += AT_ONCE) {
    made.push(...await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => call('clerk1', 'POST', '/api/v1/dossiers',
      { procedure: 'TP-10', applicant: { name: `Hàng Dài ${n + i}` } }))));
  }
  const leave = async (code) => {
    await call('clerk1', 'POST', `/api/v1/dossiers/${code}/actions/forward`, { officer: 'head_tp' });
    await call('head_tp', 'POST', `/api/v1/dossiers/${code}/actions/take_over`, {});
  };
  const page = await open('clerk1');
  await go(page, 'queue/mine', 'table.dossiers');
  await page.keyboard.press('j');
  const seen = [await focused(page)];
  await page.evaluate(() => { // from the key to the frame in which the next row has the focus
    window.took = [];
    addEventListener('keydown', () => {
      const began = performance.now();
      requestAnimationFrame(() => window.took.push(performance.now() - began));
    }, true);
  });
  for (let n = 0; n < ROWS * 2; n++) {
    const before = seen.at(-1);
    await page.keyboard.press(n % 2 ? 'j' : 'ArrowDown');
    const now = await focused(page);
    if (now === before) { // the end, or a page that is on its way
      if (await page.locator('[data-more]').count() === 0) break;
      await page.waitForTimeout(50);
      continue;
    }
    seen.push(now);
  }
  const total = await page.locator('[data-row]').count();
  ok(total >= ROWS && seen.length === total && new Set(seen).size === total, 'the whole of a long queue is walked by j and the arrow, each row once', `${seen.length} of ${total}`);
  const took = (await page.evaluate(() => window.took)).sort((a, b) => a - b);
  const slow = took[Math.floor(took.length * 0.95)]; // the few that came while a page was drawn are not held against it
  ok(slow < KEY_MS, `a key moves to the next of ${total} rows within ${KEY_MS} ms`, `${Math.round(slow)} ms, at worst ${Math.round(took.at(-1))}`);

  // in the middle of it: what others do neither shortens the list nor moves who reads it
  for (let n = 0; n < 250; n++) await page.keyboard.press('k');
  const here = await focused(page);
  const top = await page.evaluate(() => document.activeElement.getBoundingClientRect().top);
  const away = seen[seen.indexOf(here) - 3];
  await leave(away);
  await call('clerk1', 'POST', '/api/v1/dossiers', { procedure: 'TP-10', applicant: { name: 'Vừa Đến' } });
  await page.waitForFunction((code) => ![...document.querySelectorAll('[data-row]')].some((a) => a.textContent.trim() === code), away);
  await page.waitForFunction(() => document.body.textContent.includes('Vừa Đến'));
  ok(await focused(page) === here, 'who stands in the middle keeps the row while others come and go');
  ok(await page.locator('[data-row]').count() >= ROWS, 'and the list its length');
  const moved = Math.abs(await page.evaluate(() => document.activeElement.getBoundingClientRect().top) - top);
  ok(moved <= 120, 'the row hardly moves on the screen', `${moved} px`);
  // the row itself is taken away: the next key goes on where it stood
  const following = await page.evaluate(() => {
    const rows = [...document.querySelectorAll('[data-row]')];
    return rows[rows.indexOf(document.activeElement) + 1].textContent.trim();
  });
  await leave(here);
  await page.waitForFunction((code) => ![...document.querySelectorAll('[data-row]')].some((a) => a.textContent.trim() === code), here);
  await page.keyboard.press('j');
  ok(await focused(page) === following, 'when the row itself leaves, the key goes on from its place', `${await focused(page)}, not ${following}`);

  const pages = await printed(page, 'print-queue');
  ok(pages.length > 3 && pages.every((text) => text.includes('Mã hồ sơ')), 'printed, the heads of the table stand on every page', `${pages.length} pages`);
  ok(!/Phím tắt|Lịch làm việc|Tải thêm|Đăng xuất/.test(pages.join('')), 'and nothing of the navigation');
  await look(page, 'queue-long');
  await page.context().close();
}

async function twoOnOne({ open, go, ok, call, look }) {
  const { code } = await call('clerk1', 'POST', '/api/v1/dossiers', { procedure: 'TP-10', applicant: { name: 'Hai Người' } });
  const page = await open('clerk2');
  await go(page, `dossier/${code}`, '.timeline');
  await page.click('.choices button:text-is("Yêu cầu bổ sung")');
  await page.waitForSelector('form.action :focus');
  await page.fill('form.action [name=items]', 'Giấy xác nhận');
  await page.fill('form.action [name=reason]', 'Đang gõ dở');
  await call('clerk1', 'POST', `/api/v1/dossiers/${code}/actions/forward`, { officer: 'head_tp' });
  await page.waitForSelector('.note:has-text("vừa có thay đổi")');
  const told = await page.textContent('.note:has-text("vừa có thay đổi")');
  const me = (await call('clerk1', 'GET', '/api/v1/me')).name;
  ok(told.includes('Chuyển bước tiếp theo') && told.includes(me), 'the second on a dossier reads who did what', told);
  ok(await page.inputValue('form.action [name=reason]') === 'Đang gõ dở', 'and loses nothing that was typed');
  await look(page, 'dossier-two');
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('.note-done, form.action [role=alert]');
  if (await page.locator('form.action [role=alert]').count()) {
    ok(await page.inputValue('form.action [name=reason]') === 'Đang gõ dở' && await page.inputValue('form.action [name=items]') === 'Giấy xác nhận',
      'a refusal for what the other did keeps the form as it was typed');
  } else ok(true, 'what is still allowed is done on the version that was read');
  await page.context().close();
}

/* The list that ? shows is what the keys do, and no other key does anything. */
async function keysAsListed({ open, go, ok }) {
  const page = await open('admin');
  await go(page, 'rules/procedures', '#rules-procedure');
  await page.focus('h1');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  const rows = await page.locator('dialog tbody tr').evaluateAll((trs) => trs.map((tr) => [...tr.cells].map((td) => td.textContent.trim())));
  await page.keyboard.press('Escape');
  const letters = rows.filter(([key]) => /^[a-z]$/.test(key) && key !== 'j' && key !== 'k');
  ok(letters.length === 11 && rows.length === letters.length + 8, 'the list of shortcuts has every place and eight keys more', JSON.stringify(rows));
  for (const [key, what] of letters) {
    await page.evaluate(() => { location.hash = '#/account'; });
    await page.waitForSelector('.account');
    await page.focus('h1');
    await page.keyboard.press(key);
    await page.waitForFunction(() => location.hash !== '#/account');
    const nav = page.locator('header nav a[aria-current=page]');
    await nav.waitFor();
    ok((await nav.textContent()).trim() === what, `${key} leads to ${what}`);
  }
  await page.evaluate(() => { location.hash = '#/account'; });
  await page.waitForSelector('.account');
  const idle = [];
  for (const key of 'abcdefghijklmnopqrstuvwxyz0123456789'.split('').filter((k) => !rows.some(([listed]) => listed === k))) {
    await page.focus('h1');
    await page.keyboard.press(key);
    if (await page.evaluate(() => location.hash !== '#/account' || document.activeElement.tagName !== 'H1' || document.querySelector('dialog'))) idle.push(key);
  }
  ok(!idle.length, 'a key that is not listed does nothing', idle.join(' '));
  await page.keyboard.press('/');
  ok(await page.evaluate(() => document.activeElement.id === 'search'), '/ leads to the search');
  await page.keyboard.type('nht');
  ok(await page.inputValue('#search') === 'nht', 'letters typed into a field are letters');
  await page.keyboard.press('Escape');
  ok(await page.evaluate(() => document.activeElement === document.body), 'Esc leaves the field');
  // switched off, single letters do nothing
  await page.keyboard.press('?');
  await page.uncheck('dialog input[type=checkbox]');
  await page.keyboard.press('Escape');
  await page.focus('h1');
  await page.keyboard.press('h');
  ok(await page.evaluate(() => location.hash === '#/account'), 'single letters can be switched off');
  await page.evaluate(() => localStorage.removeItem('letterKeys'));
  await page.context().close();
}

/* Tab from the top of a screen: every stop is another one, is seen, and after the last comes the top again. */
async function tabThrough(page) {
  await page.focus('.skip');
  const most = 2 * await page.locator('a[href], button, input, select, textarea, summary, [tabindex="0"]').count() + 20;
  const hidden = [];
  const first = await page.evaluate(() => { document.activeElement.dataset.tabbed = 'first'; return 'first'; });
  for (let n = 1; n < most; n++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      e.dataset.tabbed ??= `${Date.now()}-${Math.random()}`;
      const box = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      return { id: e.dataset.tabbed, isSeen: box.width > 0 && box.height > 0 && style.outlineStyle !== 'none', what: e.outerHTML.slice(0, 80) };
    });
    if (!stop || stop.id === first) return { hidden, stops: n };
    if (!stop.isSeen) hidden.push(stop.what);
  }
  return { hidden, stops: -1 };
}

async function everyScreen({ open, go, ok }) {
  const places = {
    clerk1: ['intake', 'queue/return', 'late', 'deadlines', 'letters', 'calendar', 'account', 'search?q=hang dai 1'],
    leader1: ['statistics/month', 'statistics/by-unit', 'statistics/closing'],
    admin: ['organisation', 'rules/rulesets', 'rules/procedures/TP-10', 'objectives', 'system'],
  };
  for (const [login, list] of Object.entries(places)) {
    const page = await open(login);
    for (const place of list) {
      await page.setViewportSize({ width: 1280, height: 720 });
      await go(page, place, 'main h1');
      await page.waitForTimeout(700);
      const { hidden, stops } = await tabThrough(page);
      ok(stops > 12 && !hidden.length, `${place}: Tab goes through all of it, is seen at each of its stops, and comes back`, `${stops} stops; ${hidden.join(' | ')}`);
      // 200 %: half the pixels of a page of 1280; and nothing moves for who asked for that
      await page.setViewportSize({ width: 640, height: 360 });
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      const moving = await page.evaluate(() => document.getAnimations().length
        + [...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration.split(', ').some((s) => parseFloat(s) > 0)).length);
      ok(over <= 0 && moving === 0, `${place}: fits at 200 %, nothing moves`, `${over} px too wide, ${moving} moving`);
    }
    await page.context().close();
  }
}

async function paper({ open, go, ok }) {
  const page = await open('statistician1');
  await go(page, 'statistics/by-procedure?from=2022-08-01&to=2022-09-30', '.report tbody tr');
  const pages = await printed(page, 'print-report');
  ok(pages.join('').includes('Theo thủ tục') && !/Lập biểu|Đăng xuất|Chỉ số 766/.test(pages.join('')), 'a table of figures prints without what surrounds it', pages[0].slice(0, 400));
  ok(/\(22\)/.test(pages.join('')), 'with all of its columns');
  await page.context().close();
}

/* What is typed in a hurry finds the dossier. */
async function searches({ open, ok, call }) {
  const { code } = await call('clerk1', 'POST', '/api/v1/dossiers', {
    procedure: 'TP-10', applicant: { name: 'Nguyễn Thị Ạ', identity: '040 190 007 788', phone: '0912.333.444' } });
  const page = await open('clerk1');
  for (const [typed, why] of [['nguyen thi a', 'a name without marks'], ['NGUYỄN THỊ Ạ', 'with marks, in capitals'], ['thi a', 'a part of the name'], [code, 'the code'],
    [code.slice(-4), 'the end of the code'], [code.split('-').slice(-2).join('-'), 'day and number'], ['040190007788', 'the identity number'],
    ['040 190 007 788', 'the number as it is printed'], ['0912333444', 'the phone'], ['+84 912 333 444', 'the phone with its country']]) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.fill('#search', typed);
    await page.keyboard.press('Enter');
    await page.waitForFunction((q) => document.querySelector('h1')?.textContent.includes(`“${q}”`) && document.querySelector('main table, main .empty, main [role=alert]'), typed);
    ok(await page.locator(`[data-row]:text-is("${code}")`).count() === 1, `${why} finds Nguyễn Thị Ạ: ${typed}`, await page.textContent('main'));
  }
  await page.context().close();
}

export async function walkDesk(shared) {
  await searches(shared);
  await twoOnOne(shared);
  await keysAsListed(shared);
  await longQueue(shared);
  await everyScreen(shared);
  await paper(shared);
}
