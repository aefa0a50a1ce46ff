/* The counter's other cases: somebody who was here before, a slip that was lost, results that wait; and what anybody may see. Called by walk.mjs with what it shares. */

export async function walkCounter({ open, look, go, ok, admin, call, clock, typeIntake }) {
  // found again by the number, taken over with one key, and warned of what is open
  const page = await open('clerk1');
  await typeIntake(page, 'chung thuc chu ky', 'Vi Thị Mận');
  await page.fill('#intake-identity', '040 182 000 431');
  await page.fill('#intake-phone', '0913 555 777');
  await page.fill('#intake-address', 'Bản Pha, xã Kỳ Tân');
  await page.click('button:text-is("Tiếp nhận hồ sơ"), button.main[type=submit]');
  await page.waitForSelector('.saved .big');
  const [first, secret] = (await page.locator('.saved .big').allTextContents()).map((text) => text.trim());
  await page.click('button:text-is("Hồ sơ tiếp theo"), .saved button >> nth=0');
  await page.waitForSelector('#intake-procedure:focus'); // the empty form puts it there: a key pressed before that would be a letter of it
  await typeIntake(page, 'chung thuc chu ky', 'V');
  await page.fill('#intake-identity', '040182000431');
  await page.waitForSelector('.again');
  ok((await page.textContent('.again')).includes('Vi Thị Mận'), 'who was here before is found while the number is typed');
  ok((await page.textContent('.again [role=alert]')).includes(first), 'an open dossier of the same procedure is shown before saving');
  await look(page, 'again');
  await page.click('.again button');
  ok(await page.inputValue('#intake-name') === 'Vi Thị Mận' && await page.inputValue('#intake-address') === 'Bản Pha, xã Kỳ Tân', 'and taken over at once');
  await page.waitForSelector('.again .tag-done');

  // the slip was lost: who shows an identity paper gets another secret
  await go(page, `dossier/${encodeURIComponent(first)}`, '.choices button');
  await page.click('.choices button:text-is("Cấp lại giấy hẹn, mã bí mật mới")');
  await page.selectOption('form.action select', 'identity');
  await page.click('form.action button[type=submit]');
  await page.waitForSelector('.note-warn strong.code');
  const renewed = (await page.textContent('.note-warn strong.code')).trim();
  ok(renewed.length === secret.length && renewed !== secret, 'a lost slip: another secret, shown once');
  await look(page, 'lost-slip');
  await page.context().close();

  // results that wait, the longest offered a reminder
  const made = await call('clerk1', 'POST', '/api/v1/dossiers', { procedure: 'TP-10', applicant: { name: 'Vi Thị Chờ' } });
  for (const action of ['decide', 'take_over_result']) {
    await call('clerk1', 'POST', `/api/v1/dossiers/${encodeURIComponent(made.code)}/actions/${action}`, action === 'decide' ? { outcome: 'granted' } : {});
  }
  const at = (await admin('GET', '/api/v1/demo/clock')).now;
  await clock(new Date(Date.parse(at) + 4 * 86400000).toISOString());
  const counter = await open('clerk1');
  await go(counter, 'queue/return', 'table.dossiers');
  const waiting = counter.locator('td button:text-is("Nhắc đến nhận")');
  ok(await waiting.count() > 0, 'results that wait for days are offered a reminder');
  await waiting.first().click();
  await counter.waitForSelector('td .tag:text-is("đã nhắc")');
  await look(counter, 'queue-return');
  await counter.context().close();

  // anybody: what may be filed
  const stranger = await open();
  await stranger.click('a:text-is("Thủ tục, giấy tờ, phí")');
  await stranger.waitForSelector('details');
  const all = await stranger.locator('details').count();
  await stranger.fill('#procedures-q', 'chung thuc chu ky');
  await stranger.waitForSelector('details[open]');
  ok(all > 10 && (await stranger.textContent('details[open]')).includes('Giấy tờ tùy thân'), 'anybody finds a procedure with its papers');
  await look(stranger, 'procedures-public');
  await stranger.goto(stranger.url().replace(/#.*/, '#/so-lieu'));
  await stranger.waitForSelector('p:has-text("Chưa có tháng nào có hồ sơ")'); // the walk is in its first month: no table without rows
  await look(stranger, 'figures-public');
  await stranger.context().close();
}
