/* The counter's other cases: somebody who was here before. Called by walk.mjs with what it shares. */

export async function walkCounter({ open, look, ok, typeIntake }) {
  // found again by the number, taken over with one key, and warned of what is open
  const page = await open('clerk1');
  await typeIntake(page, 'chung thuc chu ky', 'Vi Thị Mận');
  await page.fill('#intake-identity', '040 182 000 431');
  await page.fill('#intake-phone', '0913 555 777');
  await page.fill('#intake-address', 'Bản Pha, xã Kỳ Tân');
  await page.click('button:text-is("Tiếp nhận hồ sơ"), button.main[type=submit]');
  await page.waitForSelector('.saved .big');
  const first = (await page.textContent('.saved .big')).trim();
  await page.click('button:text-is("Hồ sơ tiếp theo"), .saved button >> nth=0');
  await typeIntake(page, 'chung thuc chu ky', 'V');
  await page.fill('#intake-identity', '040182000431');
  await page.waitForSelector('.again');
  ok((await page.textContent('.again')).includes('Vi Thị Mận'), 'who was here before is found while the number is typed');
  ok((await page.textContent('.again [role=alert]')).includes(first), 'an open dossier of the same procedure is shown before saving');
  await look(page, 'again');
  await page.click('.again button');
  ok(await page.inputValue('#intake-name') === 'Vi Thị Mận' && await page.inputValue('#intake-address') === 'Bản Pha, xã Kỳ Tân', 'and taken over at once');
  await page.waitForSelector('.again .tag-done');
  await page.context().close();
}
