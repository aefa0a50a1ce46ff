/* Trouble at the counter: text that is too long or is markup, a session that ends, an older version, an upgrade, a printer, a power cut; and the
 * lane of one stroke by keyboard alone. Called by walk.mjs with what it shares. */

const LONG = 10000;

/* As a person pastes: at the focus, through the clipboard event, so that what would be cut or refused shows. */
async function paste(page, selector, text) {
  await page.focus(selector);
  return page.evaluate(([where, typed]) => {
    const field = document.querySelector(where);
    const data = new DataTransfer();
    data.setData('text/plain', typed);
    const goes = field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    if (goes) document.execCommand('insertText', false, typed);
    return goes;
  }, [selector, text]);
}

/* A machine so busy that a frame is painted after what follows it has come: the focus does not wait for it. */
const paintLate = (page, isLate) => page.evaluate((late) => {
  if (!late) return window.paintInTime();
  const [frame, timer] = [window.requestAnimationFrame, window.setTimeout];
  window.requestAnimationFrame = (run) => timer(run, 1500);
  window.setTimeout = (run, ms, ...rest) => timer(run, ms === 100 ? 1500 : ms, ...rest); // who waits for a frame waits no longer than that
  window.paintInTime = () => Object.assign(window, { requestAnimationFrame: frame, setTimeout: timer });
  return undefined;
}, isLate);

/* Every field of the intake takes ten thousand characters: it says which field, how many, and keeps them. */
async function tooLong({ open, look, go, ok, typeIntake }) {
  const page = await open('clerk1');
  await typeIntake(page, 'xac nhan tinh trang', 'Vi Văn Dài');
  const limits = { name: 200, identity: 40, phone: 40, address: 400, email: 254, remark: 2000 };
  const typed = { name: 'Vi Văn Dài', ...Object.fromEntries(Object.keys(limits).slice(1).map((name) => [name, ''])) };
  for (const [name, max] of Object.entries(limits)) {
    const at = `#intake-${name}`;
    await page.fill(at, '');
    await paste(page, at, 'ă'.repeat(LONG));
    await page.waitForSelector(`${at}-problem`);
    const said = await page.textContent(`${at}-problem`);
    ok(said.includes(String(LONG)) && said.includes(`nhiều nhất ${max}`) && said.includes(String(LONG - max)), `${name}: what is too long is said with its limit`, said);
    ok((await page.inputValue(at)).length === LONG, `${name}: nothing that was pasted is lost`);
  }
  await look(page, 'too-long');
  await page.focus('#intake-name');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  ok(await page.locator('.saved').count() === 0, 'a form with too much in it is not sent');
  for (const [name, text] of Object.entries(typed)) await page.fill(`#intake-${name}`, text);
  ok(await page.locator('.bad').count() === 0, 'cut to what fits, nothing is complained of');

  // markup is text: in the form, after saving, in lists, in the dossier
  const markup = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
  await page.fill('#intake-name', `Vi ${markup}`);
  await page.fill('#intake-address', markup);
  await page.fill('#intake-remark', `${markup} {code} %s`);
  await page.focus('#intake-name');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved');
  ok((await page.textContent('.saved')).includes(markup), 'markup is shown as it was typed');
  const code = (await page.textContent('.big >> nth=0')).trim();
  await go(page, `dossier/${encodeURIComponent(code)}`, 'table.timeline');
  ok((await page.textContent('main')).includes(markup) && !await page.evaluate(() => window.broken), 'and never runs');
  await go(page, `search?q=${encodeURIComponent(code)}`, 'table.dossiers');
  ok(!await page.evaluate(() => window.broken || document.querySelector('main img')), 'not in a list either');

  // elsewhere a field that would cut refuses the paste
  await page.focus('#search');
  ok(!await paste(page, '#search', 'x'.repeat(LONG)), 'a paste that would be cut is not made');
  await page.waitForSelector('.notices .note-bad');
  ok((await page.textContent('.notices .note-bad')).includes('200'), 'and the limit is said');

  // the other forms: an action on a dossier, an order of slips
  await go(page, `dossier/${encodeURIComponent(code)}`, '.choices button');
  await page.click('.choices button:text-is("Yêu cầu bổ sung")');
  await page.waitForSelector('form.action textarea');
  await paste(page, 'form.action textarea[name=reason]', 'x'.repeat(LONG));
  ok((await page.textContent('form.action .bad')).includes('nhiều nhất 2000'), 'an action says its limit too');
  await page.context().close();
}

async function sessionEnds({ open, go, ok, PASSWORDS }, login) {
  const page = await open(login);
  await go(page, 'slips', 'h1');
  await page.click('.choices button:text-is("Lập phiếu mới")');
  await page.fill('#order-count', '3');
  await page.context().clearCookies();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog.login-again');
  ok(await page.inputValue('#order-count') === '3', 'a session that ends leaves the form as it was');
  await page.fill('#login-password', PASSWORDS[login]);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.notices .note-done, .notices .note');
  await page.waitForSelector('table tbody tr');
  ok(await page.locator('table tbody tr').count() === 1, 'and after the password it is sent, once');
  await page.context().close();
}

/* Two tabs, one dossier: the second learns who did what, keeps what was typed, and sends it with one key. */
async function staleTab({ open, look, go, ok, call }) {
  const made = await call('clerk1', 'POST', '/api/v1/dossiers', { procedure: 'TP-10', applicant: { name: 'Vi Thị Hai Trang' } });
  const path = `/api/v1/dossiers/${encodeURIComponent(made.code)}`;
  const page = await open('clerk1');
  await page.route('**/api/v1/events**', (route) => route.abort()); // the tab sleeps: it hears of nothing
  await page.route('**/api/v1/stream**', (route) => route.abort());
  await page.reload();
  await page.waitForSelector('header');
  await go(page, `dossier/${encodeURIComponent(made.code)}`, '.choices button');
  await page.click('.choices button:text-is("Yêu cầu bổ sung")');
  await page.waitForSelector('form.action textarea');
  await page.fill('form.action textarea[name=items]', 'Giấy tờ tùy thân');
  await page.fill('form.action textarea[name=reason]', 'Bản sao mờ, không đọc được số.');
  await call('clerk1', 'POST', `${path}/actions/record_payment`, { payment_way: 'counter', amount: 50000 });
  await paintLate(page, true);
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.changed li');
  const said = await page.textContent('.changed');
  ok(said.includes('Ghi nhận nộp phí') && said.includes('Nguyễn Thanh Hương'), 'an older tab is told what was done, and by whom', said);
  ok(await page.inputValue('form.action textarea[name=reason]') === 'Bản sao mờ, không đọc được số.', 'what was typed on the older version stands');
  ok(await page.evaluate(() => document.activeElement.matches('button[type=submit]')), 'the focus is on sending it again');
  await paintLate(page, false);
  await look(page, 'stale');
  await page.focus('form.action button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => !document.querySelector('form.action'));
  const after = await call('clerk1', 'GET', path);
  ok(after.state === 'awaiting_supplement', 'one key applies it on the newest version', after.state);
  await page.context().close();
}

/* The daemon was upgraded under an open page: it says so, and a reload keeps what was typed. */
async function upgraded({ open, look, ok, typeIntake }) {
  const page = await open('clerk1');
  await typeIntake(page, 'khai sinh', 'Vi Văn Nâng Cấp');
  const look_ = () => page.evaluate(async () => {
    const main = document.querySelector('script[type=module]').src;
    await (await import(new URL('version.js', main).href)).lookForNewer();
  });
  await look_();
  ok(await page.locator('text=Hệ thống vừa được nâng cấp').count() === 0, 'the same client says nothing');
  const at = new URL('/', page.url()).href;
  const newer = async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, body: (await reply.text()).replace(/\/app\/[0-9a-f]{12}\//g, '/app/ffffffffffff/') });
  };
  await page.route(at, newer);
  await look_();
  await page.waitForSelector('text=Hệ thống vừa được nâng cấp');
  await look(page, 'upgraded');
  await page.unroute(at, newer);
  await page.click('button:text-is("Tải lại trang")');
  await page.waitForSelector('#intake-name');
  ok(await page.inputValue('#intake-name') === 'Vi Văn Nâng Cấp', 'a reload keeps what was typed');
  await page.context().close();
}

/* A window that does not open takes nothing back: the dossier is saved, and one key tries again. */
async function printing({ open, look, ok, typeIntake }) {
  const page = await open('clerk1');
  await typeIntake(page, 'xac nhan tinh trang', 'Vi Thị Máy In');
  await page.evaluate(() => { window.kept = window.open; window.open = () => null; });
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved .button.main:focus');
  const code = (await page.textContent('.big >> nth=0')).trim();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved [role=alert]');
  ok((await page.textContent('.saved [role=alert]')).includes(code), 'a blocked window: the dossier is saved, and it says what to do');
  await look(page, 'print-blocked');
  await page.evaluate(() => { window.opened = []; window.open = (to) => { window.opened.push(to); return {}; }; });
  await page.focus('.saved .button.main');
  await page.keyboard.press('Enter');
  ok((await page.evaluate(() => window.opened)).length === 1, 'Enter prints again');
  ok((await page.textContent('.saved .button.main')).trim() === 'In lại', 'and the button says so');
  await page.context().close();
}

/* Printed before the power went, filled in by hand, typed in by keyboard and scanner. */
async function powerCut({ open, look, go, ok, call, clock, typeIntake }) {
  const page = await open('clerk1');
  await go(page, 'slips', 'h1');
  const before = await page.locator('table tbody tr').count();
  await page.click('.choices button:text-is("Lập phiếu mới")');
  await page.fill('#order-count', '4');
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelectorAll('table tbody tr').length > n, before);
  const pdf = await page.request.get(new URL(await page.locator('table tbody td a').first().getAttribute('href'), page.url()).href);
  ok((await pdf.body()).subarray(0, 5).toString() === '%PDF-', 'a batch of slips is a PDF', `${pdf.status()}`);
  const batch = (await call('clerk1', 'GET', '/api/v1/blank-slip-batches')).items[0];
  const slips = (await call('clerk1', 'GET', `/api/v1/blank-slips?batch=${batch.id}`)).items;
  const { now } = await call('admin', 'GET', '/api/v1/demo/clock');
  const received = new Date(Date.parse(now) + 60000);
  await clock(new Date(Date.parse(now) + 3 * 3600000).toISOString());
  const vn = new Date(received.getTime() + 7 * 3600000).toISOString(); // as it stands on paper
  const typed = `${vn.slice(11, 16)} ${Number(vn.slice(8, 10))}/${Number(vn.slice(5, 7))}/${vn.slice(0, 4)}`;

  await typeIntake(page, 'xac nhan tinh trang', 'Vi Văn Giấy');
  await page.focus('#intake-has-slip');
  await page.keyboard.press('Space');
  await page.focus('#intake-blank_slip');
  await page.keyboard.type(`https://motcua.example.vn/#/tra-cuu/${slips[0].code}/ABCDE23456`); // as the scanner types the QR code
  await page.keyboard.press('Tab');
  await page.keyboard.type(typed);
  await page.waitForFunction(() => document.querySelector('.promised'));
  const lawful = await page.textContent('.promised');
  await page.keyboard.press('Tab');
  await page.keyboard.type('17:00 31/12/2022'); // written by a hand in a hurry: later than the law
  await look(page, 'intake-slip');
  await page.focus('#intake-paper_due_at');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.saved .note-warn');
  ok((await page.textContent('.big >> nth=0')).trim() === slips[0].code, 'the dossier takes the code of its slip');
  const saved = await page.textContent('.saved');
  ok(saved.includes('muộn hơn hạn theo quy định') && saved.includes(lawful.trim()), 'of two promises the earlier is kept, and it is said', saved);
  await look(page, 'intake-slip-saved');

  await page.keyboard.press('Escape');
  await go(page, 'slips', 'table button[data-row]');
  await page.click('table button[data-row] >> nth=0');
  await page.waitForSelector('.part table');
  ok((await page.textContent('.part tbody tr >> nth=0')).includes('Đã nhập'), 'the list says which slip was used');
  await page.check('.part tbody tr:nth-child(2) input');
  await page.click('.part button:text-is("Hủy 1 phiếu")');
  await page.fill('#void-reason', 'Ướt, rách');
  await look(page, 'slips');
  await page.focus('#void-reason');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.part tbody tr:nth-child(2):has-text("Đã hủy")');
  ok((await page.textContent('.part tbody tr >> nth=1')).includes('Ướt, rách'), 'and which is void, and why');
  await page.context().close();
}

/* Same-day work from the first key to the returned result, by keyboard alone; the next dossier keeps the person. */
async function oneStroke({ open, ok }) {
  const page = await open('clerk1');
  const keys = (...list) => list.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const tabTo = async (selector) => {
    for (let n = 0; n < 60; n++) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
      await page.keyboard.press('Tab');
    }
    return false;
  };
  const began = Date.now();
  await keys('Escape', 'n');
  await page.waitForSelector('#intake-procedure:focus');
  await page.keyboard.type('khai sinh');
  await page.waitForSelector('[role=option].at');
  await keys('Enter');
  await page.waitForSelector('.promised');
  ok(await tabTo('#intake-name'), 'the name is reached by Tab');
  await page.keyboard.type('Vi Thị Một Lần', { delay: 30 });
  ok(await tabTo('#intake-identity'), 'so is the number');
  await page.keyboard.type('040 182 555 431', { delay: 30 });
  ok(await tabTo('.aside button:not(.main):not(summary)'), 'and the stroke that does all three');
  await paintLate(page, true);
  await keys('Enter');
  await page.waitForSelector('.saved');
  const spent = (Date.now() - began) / 1000;
  ok((await page.textContent('h1')).includes('trả kết quả'), 'accepted, decided and returned in one');
  ok(spent < 15, `within 15 seconds: ${spent.toFixed(1)} s`);
  ok(await page.locator('button:focus:text("Hồ sơ tiếp theo")').count() === 1, 'the focus is on the next one');
  await keys('Tab');
  ok(await page.locator('button:focus:text("cùng người")').count() === 1, 'one Tab further: of the same person');
  await keys('Enter');
  await page.waitForSelector('#intake-procedure:focus');
  ok(await page.inputValue('#intake-name') === 'Vi Thị Một Lần' && await page.inputValue('#intake-identity') === '040 182 555 431', 'the next dossier of the visit keeps the person');
  await page.context().close();
}

export async function walkTrouble(shared) {
  await tooLong(shared);
  await sessionEnds(shared, 'clerk1');
  await staleTab(shared);
  await upgraded(shared);
  await printing(shared);
  await powerCut(shared);
  await oneStroke(shared);
}
