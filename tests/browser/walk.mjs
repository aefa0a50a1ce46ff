/* A clerk's dossier from intake to the letter of apology, in a real browser, against a real daemon; every screen is
 * looked over by axe-core and photographed at both widths. Speaks TAP. Started by test_walk.py, which tells by the
 * environment: BASE, PASSWORDS (JSON, login -> password), MODULES (node_modules), SHOTS (a folder), CHROMIUM. */
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { walkAccount } from './account.mjs';
import { walkAdmin } from './admin.mjs';
import { walkCounter } from './counter.mjs';
import { walkDesk } from './desk.mjs';
import { walkTrouble } from './trouble.mjs';

const { BASE, MODULES, SHOTS, CHROMIUM } = process.env;
const PASSWORDS = JSON.parse(process.env.PASSWORDS);
const require = createRequire(path.join(MODULES, 'none.js'));
const { chromium } = require('playwright-core');
const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const VIEWS = [['1280', { width: 1280, height: 720 }], ['390', { width: 390, height: 844 }]];
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-default-apps', '--disable-domain-reliability', '--disable-client-side-phishing-detection', '--no-first-run',
  '--no-default-browser-check', '--no-pings', '--metrics-recording-only', '--disable-dev-shm-usage'];

/* A picture as a scanner would send it. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAADwAAABQCAIAAADKqIEEAAAAV0lEQVR42u3OAQkAAAgDsMcxjhGNagtBGCzAUj3vRFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWvrSAvvLgy3a+R39AAAAAElFTkSuQmCC', 'base64');

let tests = 0;
let failures = 0;
function ok(isRight, what, detail = '') {
  tests++;
  if (!isRight) failures++;
  console.log(`${isRight ? 'ok' : 'not ok'} ${tests} - ${what}`);
  if (!isRight && detail) console.log(String(detail).split('\n').slice(0, 20).map((line) => `#   ${line}`).join('\n'));
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const complaints = []; // what the console said: a broken policy or script shows there

async function open(login) {
  const context = await browser.newContext({ viewport: VIEWS[0][1], ignoreHTTPSErrors: true, locale: 'vi-VN' });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.busy = 0; // requests under way; the stream of live events is always one
  const counts = (request) => request.resourceType() !== 'eventsource';
  page.on('request', (request) => { page.busy += counts(request); });
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => { page.busy -= counts(request); });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(BASE);
  await page.waitForSelector('#login-name');
  if (login) await enter(page, login);
  return page;
}

async function enter(page, login) {
  await page.fill('#login-name', login);
  await page.fill('#login-password', PASSWORDS[login]);
  await page.keyboard.press('Enter');
  await page.waitForSelector('header');
}

/* Until nothing was asked for `tenths` of a second. */
async function idle(page, tenths) {
  for (let still = 0, n = 0; still < tenths && n < 200; n++) {
    await page.waitForTimeout(100);
    still = page.busy > 0 ? 0 : still + 1;
  }
}

/* Looks a screen over at both widths: axe-core, nothing wider than the screen, a photograph. */
async function look(page, name) {
  await idle(page, 5);
  for (const [width, size] of VIEWS) {
    await page.setViewportSize(size);
    await idle(page, 1); // another width asks for nothing new
    await page.screenshot({ path: path.join(SHOTS, `${name}-${width}.png`), fullPage: true });
    await page.evaluate(AXE);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    ok(found.passes.length > 5 && !found.violations.length, `${name} ${width}: axe-core finds nothing`,
      found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`).join('\n'));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    ok(over <= 0, `${name} ${width}: fits the screen`, `${over} px too wide`);
  }
  await page.setViewportSize(VIEWS[0][1]);
}

const go = async (page, to, selector) => {
  await page.goto(`${BASE}#/${to}`);
  await page.waitForSelector(selector);
};

/* The Office prepares a period that is over; a leader gives the word on what stands in the way, closes, and opens it again. */
async function closeThePeriod(statistician) {
  await admin('POST', '/api/v1/imports', { source: 'cu', office: { key: 'x07', name: 'x' }, dossiers: [{ external_code: '7', channel: 'post',
    received_at: '2022-08-20T08:00:00+07:00', due_at: '2022-08-22T17:00:00+07:00', ended_at: '2022-08-24T08:00:00+07:00' }] });
  await admin('POST', '/api/v1/demo/clock', { advance_minutes: 1 }); // a draft knows what was recorded half a minute ago
  await go(statistician, 'statistics/closing?from=2022-08-20&to=2022-08-25&office=ubnd', '#closing-office');
  await statistician.click('form.filters button.main');
  await statistician.waitForSelector('.facts');
  ok(await statistician.locator('button', { hasText: 'Chấp nhận' }).count() === 0, 'the statistician prepares and accepts nothing');
  ok((await statistician.textContent('.part table')).includes('cu.7'), 'a late dossier without a cause stands in the way');
  await look(statistician, 'closing-draft');
  const place = new URL(statistician.url()).hash.slice(2);
  const leader = await open('leader1');
  await go(leader, place, '.facts');
  for (let all = leader.locator('button', { hasText: 'Chấp nhận tất cả' }); await all.count();) {
    const n = await all.count();
    await all.first().click();
    await leader.fill('form.action textarea', 'Đã chỉ đạo khắc phục trong tuần.');
    await leader.click('form.action button.main');
    await leader.waitForFunction((before) => document.querySelectorAll('form.action').length === 0
      && [...document.querySelectorAll('button')].filter((b) => b.textContent.startsWith('Chấp nhận tất cả')).length < before, n);
  }
  await look(leader, 'closing-accepted');
  await leader.locator('button', { hasText: 'Chốt số liệu' }).first().click();
  await leader.click('form.action button.main');
  await leader.waitForSelector('code');
  await leader.locator('button', { hasText: 'Điều chỉnh sau chốt' }).click();
  await leader.waitForSelector('.empty, .part:nth-of-type(3) table');
  ok(await leader.locator('td a[target=_blank]').count() === 1, 'a closed period has its paper');
  await look(leader, 'closing-closed');
  await leader.locator('button', { hasText: 'Mở lại' }).first().click();
  await leader.fill('form.action textarea', 'Xã báo bổ sung hồ sơ.');
  await leader.click('form.action button.grave');
  await leader.waitForFunction(() => document.querySelector('.facts').textContent.includes('Đã mở lại'));
  ok(await leader.locator('code').count() === 1, 'opened again, the version stays');
  await go(statistician, 'statistics/closing', 'table a[data-row]');
  await look(statistician, 'closing-list');
}

/* The API as the administrator uses it, for what no screen does: clock and sweep. */
const outside = await browser.newContext({ ignoreHTTPSErrors: true });
const tokens = {};
async function call(login, method, at, data) {
  const token = tokens[login];
  const reply = await outside.request.fetch(new URL(at, BASE).href, {
    method, data, headers: { ...(token && { Authorization: `Bearer ${token}` }), 'Idempotency-Key': `walk-${Date.now()}-${Math.random()}` },
  });
  if (!reply.ok()) throw new Error(`${method} ${at}: ${reply.status()} ${await reply.text()}`);
  return reply.status() === 204 ? null : reply.json();
}
for (const login of ['admin', 'clerk1', 'head_tp']) {
  tokens[login] = (await call(login, 'POST', '/api/v1/session', { login, password: PASSWORDS[login] })).token;
}
const admin = (method, at, data) => call('admin', method, at, data);
/* Sweeps the night that closed last: its record, once the job has ended. */
async function sweepNight() {
  const answer = await admin('POST', '/api/v1/sweeps', {});
  let job = answer;
  while (job.kind && (job.state === 'waiting' || job.state === 'running')) job = await admin('GET', `/api/v1/jobs/${answer.id}`);
  return answer.kind ? job.result : answer;
}
const clock = (at) => admin('POST', '/api/v1/demo/clock', { set: at });

/* Fills the intake by keyboard alone: procedure by letters without marks, then the name. */
async function typeIntake(page, procedure, name) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.waitForSelector('#intake-procedure:focus');
  await page.keyboard.type(procedure);
  await page.waitForSelector('[role=option].at');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.promised');
  await page.focus('#intake-name');
  await page.keyboard.type(name);
}

async function act(page, label, typed = {}) {
  await page.click(`.choices button:text-is("${label}")`);
  await page.waitForSelector('form.action :focus'); // the form puts it on its first field: typing before that would go there
  for (const [name, text] of Object.entries(typed)) await page.fill(`form.action [name=${name}]`, text);
  await page.click(`form.action button[type=submit]:text-is("${label}")`);
  await page.waitForSelector(`.note-done:has-text("${label}")`); // not the notice of the act before
}

async function walk() {
  // the door
  let page = await open();
  await look(page, 'login');
  await page.fill('#login-name', 'clerk1');
  await page.fill('#login-password', 'wrong');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  ok(await page.inputValue('#login-name') === 'clerk1', 'a wrong password keeps the name');
  await enter(page, 'clerk1');
  ok((await page.textContent('.clock-demo')).includes('22/8/2022'), 'the header shows the simulated clock');

  // intake by keyboard, with the promise first
  await typeIntake(page, 'xac nhan tinh trang', 'Nguyễn Thị Ạnh');
  ok((await page.textContent('.promised')).includes('25/8/2022'), 'the promised date stands there before anything is saved');
  await page.click('.promise summary');
  await look(page, 'intake');
  await page.focus('#intake-name');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved');
  const code = (await page.textContent('.big >> nth=0')).trim();
  ok(/^[\w.-]{10,}$/.test(code), `the dossier has a code: ${code}`);
  const secret = (await page.textContent('.big >> nth=1')).trim();
  ok(/^[A-Z2-9]{10}$/.test(secret), 'and a secret');
  ok(await page.locator('.saved :focus:text("In giấy")').count() === 1, 'the focus is on printing');
  const slip = await page.request.get(new URL(await page.getAttribute('.saved a.button', 'href'), BASE).href);
  ok(slip.ok() && (await slip.body()).subarray(0, 5).toString() === '%PDF-', 'the slip is a PDF', `${slip.status()}`);
  await look(page, 'intake-saved');

  // same-day work in one stroke; the line breaks while it is sent
  await typeIntake(page, 'khai sinh', 'Trần Văn Bình');
  await page.context().setOffline(true);
  await page.click('button:text-is("Tiếp nhận, giải quyết và trả ngay")');
  await page.waitForSelector('.note-warn');
  ok(await page.inputValue('#intake-name') === 'Trần Văn Bình', 'a broken line keeps what was typed');
  await page.context().setOffline(false);
  await page.waitForSelector('.saved');
  await go(page, 'search?q=tran van binh', 'table.dossiers');
  ok(await page.locator('table.dossiers tbody tr').count() === 1, 'and what was sent again stands there once');
  await look(page, 'search');

  // a session that ends in the middle of a form
  await typeIntake(page, '2.000815', 'Lê Thị Cúc');
  await page.context().clearCookies();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog.login-again');
  await look(page, 'login-again');
  await page.fill('#login-password', PASSWORDS.clerk1);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved');
  ok(true, 'a session that ended asks for the password and goes on');
  await typeIntake(page, 'cap lai', '<b>Đỗ</b> & "Công ty"');
  await page.reload();
  await page.waitForSelector('#intake-name');
  ok(await page.inputValue('#intake-name') === '<b>Đỗ</b> & "Công ty"', 'a reload keeps what was typed');

  // queue, dossier, hand-over
  await go(page, 'queue/office', 'table.dossiers');
  await look(page, 'queue');
  await go(page, `dossier/${code}`, '.timeline');
  await page.click('.choices button:text-is("Yêu cầu bổ sung")');
  await page.waitForSelector('form.action textarea:focus');
  await look(page, 'dossier');
  await page.keyboard.press('Escape');
  await page.click('.due-details summary');
  await page.waitForSelector('.explained .days');
  ok((await page.textContent('.explained .notes')).includes('ngày tiếp nhận không tính'), 'what decided the date is told in sentences');
  ok(/Điều \d+ khoản/.test(await page.textContent('.explained')), 'with the article behind it');
  const table = await page.request.get(new URL(await page.getAttribute('.explained a.button', 'href'), BASE).href);
  ok(table.ok() && (await table.body()).subarray(0, 5).toString() === '%PDF-', 'and prints as a PDF', `${table.status()}`);
  await look(page, 'dossier-due');
  await act(page, 'Yêu cầu bổ sung', { reason: 'Thiếu giấy tờ', items: 'Tờ khai' });
  await page.click('.choices button:text-is("Nhận bổ sung")');
  await page.waitForSelector('form.action .note');
  ok((await page.textContent('form.action .note')).includes('Nếu nhận lại ngay lúc này'), 'ending a hold says first what the date becomes');
  await look(page, 'dossier-held');
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('.note-done:has-text("Nhận bổ sung")');
  await act(page, 'Chuyển bước tiếp theo');
  await page.waitForSelector('.timeline :text("Chuyển bước tiếp theo")');
  ok((await page.textContent('.timeline')).includes('Chuyển bước tiếp theo'), 'the hand-over stands in the history');

  // papers: one goes up over a line that breaks, stands there with its picture, and is taken off again
  await page.click('button:text-is("Đính kèm")');
  await page.selectOption('#attach-purpose', 'other');
  await page.setInputFiles('#attach-files', [{ name: 'giấy ủy quyền.png', mimeType: 'image/png', buffer: PICTURE }]);
  await page.context().setOffline(true);
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('.notices .note-warn');
  await page.context().setOffline(false);
  await page.waitForSelector('.attachment:has-text("giấy ủy quyền.png")');
  ok(await page.locator('.attachment').count() === 1, 'a file sent over a broken line is attached once');
  await page.waitForFunction(() => document.querySelector('.attachment img')?.naturalWidth > 0);
  ok(true, 'and shows its picture');
  await page.click('button:text-is("Đính kèm")');
  await page.setInputFiles('#attach-files', [{ name: 'chương trình.pdf', mimeType: 'application/pdf', buffer: Buffer.from('#!/bin/sh\necho\n') }]);
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('form.action [role=alert], form.action .bad');
  await look(page, 'dossier-attach');
  await page.keyboard.press('Escape');
  await page.click('button.plain:text-is("Gỡ ra")');
  await page.fill('form.action textarea', 'Nhầm hồ sơ');
  await page.click('form.action button:text-is("Gỡ ra")');
  await page.waitForSelector('.attachment .tag:has-text("gỡ lúc")');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  await look(page, 'help');
  await page.keyboard.press('Escape');
  await page.click('button:text-is("English")');
  await page.waitForSelector('h2:text-is("History")');
  await page.click('button:text-is("Tiếng Việt")');
  ok(await page.waitForSelector('h2:text-is("Quá trình")').then(Boolean), 'the language switches at once, both ways');

  // what others do is seen without asking: a row comes, changes where it stands, leaves; over a broken line too
  await go(page, 'queue/mine', 'table.dossiers');
  const intake = async (name) => (await call('clerk1', 'POST', '/api/v1/dossiers', { procedure: 'TP-10', applicant: { name } })).code;
  const other = await intake('Vũ Văn Sống');
  const row = `tr:has-text("${other}")`;
  await page.waitForSelector(row);
  ok(true, 'a dossier that another window took in comes into the queue');
  await page.evaluate((text) => { document.querySelectorAll('tr').forEach((tr) => { if (tr.textContent.includes(text)) tr.id = 'same'; }); }, other);
  await call('clerk1', 'POST', `/api/v1/dossiers/${other}/actions/declare_late`, { reason: 'Chờ xác minh' });
  await page.waitForSelector(`${row} .tag-certain`);
  ok(await page.locator('#same .tag-certain').count() === 1, 'its level turns in the row where it stands');
  await page.selectOption('#queue-warning', 'certain');
  await page.waitForSelector(`${row} .tag-certain`);
  await look(page, 'queue-certain');
  await page.selectOption('#queue-warning', '');
  await go(page, `dossier/${other}`, '.timeline');
  await call('clerk1', 'POST', `/api/v1/dossiers/${other}/actions/forward`, { officer: 'head_tp' });
  await page.waitForSelector('.note:has-text("vừa có thay đổi")');
  await page.waitForSelector('.timeline :text("Chuyển bước tiếp theo")');
  ok(true, 'an open dossier that others change is shown as it stands');
  await go(page, 'queue/mine', row);
  await page.context().setOffline(true);
  await page.waitForSelector('.notices:has-text("đang nối lại")');
  await look(page, 'queue-down');
  await call('head_tp', 'POST', `/api/v1/dossiers/${other}/actions/take_over`, {});
  const third = await intake('Vũ Văn Nối');
  await page.context().setOffline(false);
  await page.waitForSelector(`tr:has-text("${third}")`);
  await page.waitForSelector(row, { state: 'detached' });
  await page.waitForSelector('.notices:has-text("đang nối lại")', { state: 'detached' });
  ok(true, 'after a broken line the queue is what it would have been');

  // the night after the promise: the sweep writes the letter
  await clock('2022-08-26T18:00:00+07:00');
  const sweep = await sweepNight();
  ok(sweep.letters >= 1, 'the sweep drafts a letter', JSON.stringify(sweep));

  page = await open('leader1');
  await go(page, 'late', 'table.dossiers');
  await page.click(`button[data-row]:has-text("${code}")`);
  await page.waitForSelector('.cause');
  await page.waitForSelector('.letter');
  ok(await page.locator('.cause .side-by-side > div').count() === 3, 'finding, objections and decision stand side by side');
  await page.click('.cause details summary:text-is("Số liệu từng chặng")');
  await page.click('.cause button:has-text("Khai thời gian khách quan")');
  await page.waitForSelector('dialog[open] form');
  await look(page, 'late-declare');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  ok(await page.evaluate(() => document.activeElement?.textContent.startsWith('Khai thời gian')), 'Esc closes the dialog and gives the focus back');
  ok((await page.textContent(`tr:has-text("${code}") .tag-late`)).includes('Quá hạn'), 'late is said in words');
  const paper = await page.request.get(new URL(await page.getAttribute('.letter a', 'href'), BASE).href);
  ok(paper.ok() && (await paper.body()).subarray(0, 5).toString() === '%PDF-', 'the letter is a PDF', `${paper.status()}`);
  await page.click('.choices button:text-is("Ký phiếu xin lỗi")');
  await look(page, 'late');
  await page.keyboard.press('Escape');

  // the leader signs a list that was reviewed, by keyboard alone
  await go(page, 'letters', 'table');
  const boxes = page.locator('tbody input[type=checkbox]');
  const n = await boxes.count();
  await boxes.first().focus();
  await page.keyboard.press('Space');
  ok(await page.isEnabled('button:text-is("Ký 1 phiếu")'), 'a letter is chosen with the space bar');
  if (n > 1) await page.click('button:has-text("Chọn tất cả")');
  await page.focus(`button:text-is("Ký ${n} phiếu")`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h2:text-is("Xem lại trước khi ký")');
  ok(await page.locator('section.action li').count() === n, 'each letter is shown before it is signed');
  await look(page, 'letters_review');
  await page.focus(`section.action button:text-is("Ký ${n} phiếu")`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`text=Đã ký ${n} phiếu.`);
  await look(page, 'letters_signed');
  await page.click('section.action button:text-is("Đóng")');
  await go(page, `dossier/${encodeURIComponent(code)}`, 'h2:text-is("Phải xin lỗi")');
  await page.waitForSelector('h2:text-is("Các đợt trễ")');
  await look(page, 'owed');

  page = await open('records1');
  await go(page, 'letters', 'table');
  const letter = `tr:has-text("${code}") [data-row]`; // of several: the one that is issued by hand
  await page.click('button:has-text("Chọn tất cả")');
  await page.click(`button:text-is("Cấp số ${n} phiếu")`);
  await page.click(`section.action button:text-is("Cấp số ${n} phiếu")`);
  await page.waitForSelector(`text=Đã cấp số ${n} phiếu.`);
  ok(true, 'the records clerk numbers a list');
  await page.click('section.action button:text-is("Đóng")');
  await page.click(letter);
  await page.waitForSelector('.choices button:text-is("Phát hành phiếu xin lỗi")');
  await act(page, 'Phát hành phiếu xin lỗi');
  await page.waitForSelector('td .tag:text-is("Đã phát hành")');
  ok(/\d+\/PXL/.test(await page.textContent(letter)), 'the letter has its number and is issued');
  await look(page, 'letters');
  await go(page, 'rules/registers', 'button:text-is("Mở sổ")');
  await page.click('td button[data-row]');
  await page.waitForSelector('.part td:has-text("Đã phát hành")');
  ok((await page.textContent('.part table')).includes(code), 'the register tells which paper has a number');
  const sheet = await page.request.get(new URL(await page.getAttribute('.part a[download]', 'href'), BASE).href);
  ok(sheet.ok() && (await sheet.body()).subarray(0, 2).toString() === 'PK', 'and can be had as XLSX', `${sheet.status()}`);
  await page.click('button:text-is("Mở sổ")');
  await page.fill('#register-symbol', 'TBDDL');
  await page.fill('#register-began_after', '41');
  await page.fill('#register-source', '12/QĐ-UBND');
  await page.fill('#register-reason', 'Nối tiếp sổ giấy');
  await look(page, 'registers');
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('td:has-text("nối tiếp sau số 41")');
  ok(true, 'a register is opened after a paper book');
  await go(page, `dossier/${encodeURIComponent(code)}`, '.letter');
  const issued = await page.request.get(new URL(await page.getAttribute('.letter a', 'href'), BASE).href);
  const paperOf = await issued.body();

  // anybody: the paper's QR code, the file itself, a file that was changed; and how the dossier stands
  const stranger = await (await browser.newContext({ viewport: VIEWS[0][1], ignoreHTTPSErrors: true, locale: 'vi-VN' })).newPage();
  stranger.busy = 0;
  stranger.setDefaultTimeout(20000);
  const { items: letters } = await admin('GET', `/api/v1/letters?dossier=${encodeURIComponent(code)}`);
  const token = letters.find((one) => one.public_document)?.public_document.split('/').pop();
  await stranger.goto(`${BASE}#/kiem-tra/${token}`);
  await stranger.waitForSelector('.tag:text-is("Do hệ thống này lập")');
  await stranger.setInputFiles('#check-file', [{ name: 'phieu.pdf', mimeType: 'application/pdf', buffer: paperOf }]);
  await stranger.waitForSelector('.note >> nth=1');
  ok(await stranger.locator('.tag:text-is("Do hệ thống này lập")').count() === 2, 'a paper is genuine by its code and by its file');
  await look(stranger, 'check');
  const changed = Buffer.from(paperOf);
  changed[changed.length >> 1] ^= 1;
  await stranger.setInputFiles('#check-file', [{ name: 'phieu.pdf', mimeType: 'application/pdf', buffer: changed }]);
  await stranger.waitForSelector('.tag:text-is("Không phải của hệ thống này")');
  ok(true, 'a file with one bit changed is not');
  const added = Buffer.concat([paperOf, Buffer.from('1 0 obj\n<< >>\nendobj\n%%EOF\n')]);
  await stranger.setInputFiles('#check-file', [{ name: 'phieu.pdf', mimeType: 'application/pdf', buffer: added }]);
  await stranger.waitForSelector('.tag:text-is("Đã bị thêm nội dung")');
  ok(true, 'and what was added behind a genuine paper is told');
  await stranger.goto(`${BASE}#/tra-cuu/${encodeURIComponent(code)}/${secret}`);
  await stranger.waitForSelector('button:text-is("Lấy phiếu xin lỗi")');
  await stranger.click('button:text-is("Lấy phiếu xin lỗi")');
  await stranger.waitForSelector('a.button[download]');
  ok(true, 'the applicant reads the letter with code and secret alone');
  await look(stranger, 'lookup');

  // the Office: the month on one page, then the form
  page = await open('statistician1');
  await go(page, 'statistics/month', '.part .facts');
  await look(page, 'month');
  ok(await page.locator('.part').count() === 5 && await page.locator('[role=alert]').count() === 0, 'the month stands on one page');
  await go(page, 'statistics', '.form-table');
  const former = await page.$('.form-table');
  await page.click('.presets button >> nth=2');
  await former.waitForElementState('hidden'); // the screen is drawn anew for another period
  await page.waitForSelector('.form-table .total');
  ok(await page.locator('.form-table tbody tr').count() >= 2, 'form II.06a has rows');
  ok(await page.locator('.form-table .numbers td').count() === 13, 'and thirteen columns');
  const csv = await page.request.get(new URL(await page.getAttribute('a[download]', 'href'), BASE).href);
  ok(csv.ok() && (csv.headers()['content-type'] ?? '').startsWith('text/csv'), 'the same as CSV', `${csv.status()}`);
  await look(page, 'statistics');
  const figure = page.locator('.form-table .total a').first();
  const counted = Number((await figure.textContent()).replaceAll('.', ''));
  await figure.click();
  await page.waitForSelector('table.dossiers, .empty');
  ok(await page.locator('table.dossiers tbody tr').count() === Math.min(counted, 50), 'a figure leads to its dossiers', `${counted}`);
  await look(page, 'figures');
  for (const [place, columns] of [['by-unit', 14], ['by-procedure', 22], ['lateness', 29], ['II.06b', 13]]) {
    await go(page, `statistics/${place}?from=2022-08-01&to=2022-08-31`, '.report .total');
    ok(await page.locator('.report .numbers td').count() === columns, `the table ${place} has ${columns} columns`);
    ok(await page.locator('nav.tabs a[aria-current=page]').count() === 1, 'the navigation says where one is');
    await look(page, place);
    const link = page.locator('.report .total a').first();
    const n = Number((await link.textContent()).replaceAll('.', ''));
    await link.click();
    await page.waitForSelector('table.dossiers, .empty');
    ok(await page.locator('table.dossiers tbody tr').count() === Math.min(n, 50), `a figure of ${place} leads to its dossiers`, `${n}`);
    await page.goBack();
    await page.waitForSelector('.report .total');
  }
  await go(page, 'statistics/trend?from=2022-08-01&to=2022-08-31', '.report tbody tr');
  ok(await page.locator('.report tbody tr').count() === 12, 'the trend has twelve periods');
  await look(page, 'trend');
  for (const place of ['index-766', 'digital', 'post']) {
    await go(page, `statistics/${place}?from=2022-08-01&to=2022-08-31`, '.report tbody tr');
    await look(page, place);
  }
  await go(page, 'statistics/index-766?from=2022-08-01&to=2022-08-31&group_by=office&criterion=2.1', '.report tbody tr');
  ok(await page.locator('#stats-criterion').inputValue() === '2.1', 'the offices are compared in one criterion');
  await go(page, 'statistics/portal?from=2022-08-01&to=2022-08-31', '#portal-file');
  const portalFile = (text) => page.setInputFiles('#portal-file', { name: 'cong-t8.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await portalFile('Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\nA-1,31/02/2022,05/08/2022,\n');
  await page.click('form:has(#portal-file) button[type=submit]');
  await page.waitForSelector('.note-bad li');
  await look(page, 'portal-refused');
  await portalFile('Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\nA-1,01/08/2022,05/08/2022,\n');
  await page.click('form:has(#portal-file) button[type=submit]');
  await page.waitForSelector('.report tbody tr');
  ok((await page.locator('.report tbody').textContent()).includes('A-1'), 'what only the portal has is listed with its reason');
  await look(page, 'portal');
  for (const place of ['late', 'late-intake']) {
    await go(page, `statistics/${place}?from=2022-08-01&to=2022-08-31`, 'table, .empty');
    const file = await page.request.get(new URL(await page.locator('a[download]').first().getAttribute('href'), page.url()).href);
    ok(file.ok() && (await file.text()).startsWith('\uFEFFcode,'), `the list ${place} as CSV`, `${file.status()}`);
    await look(page, place);
  }
  await go(page, 'statistics/chasing?from=2022-08-01&to=2022-08-31', 'h2');
  await page.waitForSelector('table, .empty');
  await look(page, 'chasing');
  const issue = page.locator('main button.main:has-text("Phát hành")');
  if (await issue.count()) {
    await issue.click();
    await page.waitForSelector('form.action');
    await look(page, 'chasing-order');
    await page.locator('form.action button[type=submit]').click();
    await page.waitForSelector('th button.plain');
    ok(await page.locator('th button.plain').count() >= 1, 'a chasing slip is issued');
    await page.locator('th button.plain').first().click();
    await look(page, 'chasing-slip');
  }
  await closeThePeriod(page);
  await go(page, 'statistics', '.form-table .total');
  await go(page, 'deadlines', 'nav.tabs');
  await page.waitForSelector('table.deadlines, .empty');
  await look(page, 'deadlines');
  await go(page, 'rules/rulesets', 'table.rulesets');
  ok(await page.locator('table.rulesets thead th').count() >= 6, 'four rulesets stand beside each other');
  await look(page, 'rulesets');
  await go(page, 'rules/procedures', '#rules-procedure');
  await page.fill('#rules-procedure', 'xac nhan tinh trang');
  await page.waitForSelector('[role=option].at');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.part table');
  await look(page, 'procedures');
  ok(await page.locator('header nav a:text-is("Tiếp nhận")').count() === 0, 'who may not take dossiers in is not offered it');

  // a template: tried, put into force, and the one that came with the program again
  page = await open('admin');
  await go(page, 'rules/forms', 'td button[data-row]');
  await page.click('button[data-row]:text-is("TT01/2018:01")');
  await page.waitForSelector('textarea.template');
  const text = await page.inputValue('textarea.template');
  await page.fill('textarea.template', `${text}\n}`);
  await page.click('button:text-is("In thử")');
  await page.waitForSelector('form.action [role=alert], form.action .bad');
  ok(await page.locator('a.button[download]').count() === 0, 'a faulty template is told, and cannot be saved');
  await page.fill('textarea.template', text.replace('GIẤY TIẾP NHẬN', 'GIẤY BIÊN NHẬN'));
  await page.click('button:text-is("In thử")');
  await page.waitForSelector('a.button[download]');
  await page.fill('#template-source', '20/QĐ-UBND');
  await page.fill('#template-reason', 'Mẫu riêng của huyện');
  await look(page, 'forms');
  await page.click('button:text-is("Đưa vào sử dụng")');
  await page.waitForSelector('tr:has-text("TT01/2018:01") :text("mọi đơn vị")');
  ok(true, 'a template that was tried is put into force');

  // a storm closes the offices: looked at first, then saved, and the open dossiers follow
  page = await open('admin');
  await go(page, 'calendar?year=2022&month=9', 'table.month');
  ok((await page.textContent('table.month')).includes('Quốc khánh'), 'a holiday stands in the month with its name');
  await page.click('button:text-is("Đối chiếu năm 2022")');
  await page.waitForSelector('text=/Thiếu \\d+, thừa/');
  await page.fill('#cal-cal_from', '30/8/2022');
  await page.fill('#cal-cal_name_vi', 'Bão số 4');
  await page.fill('#cal-source', '15/QĐ-UBND');
  await page.fill('#cal-effective_on', '30/8/2022');
  await page.fill('#cal-reason', 'Bão số 4 đổ bộ');
  await page.click('button:text-is("Xem trước")');
  await page.waitForSelector('text=Nếu lưu');
  await look(page, 'calendar-preview');
  await page.click('button:text-is("Lưu và tính lại ngày hẹn")');
  await page.waitForSelector('text=Đã lưu và tính lại');
  await page.waitForSelector('text=15/QĐ-UBND');
  await look(page, 'calendar');
}

try {
  const shared = { open, look, go, ok, admin, call, clock, PASSWORDS, enter, typeIntake };
  const parts = { walk, counter: walkCounter, admin: walkAdmin, trouble: walkTrouble, account: walkAccount, desk: walkDesk };
  for (const name of process.env.PARTS?.split(' ') ?? Object.keys(parts)) await parts[name](shared);
} catch (error) {
  for (const context of browser.contexts()) {
    for (const page of context.pages()) await page.screenshot({ path: path.join(SHOTS, 'failed.png'), fullPage: true }).catch(() => {});
  }
  ok(false, 'the walk comes to its end', error.stack);
}
ok(!complaints.length, 'no script failed, no policy was broken', complaints.join('\n'));
console.log(`1..${tests}`);
await browser.close();
process.exit(failures ? 1 : 0);
