/* A login from its first day on, in the browser: a password that somebody else made, an authenticator that the role needs, the code
 * asked for at the next login, a reset with a one-time code; sessions and API tokens. Called by walk.mjs with what it shares. */
import crypto from 'node:crypto';

const WHO = 'returner1';
const MINE = 'sáng sớm đi chợ phiên';
const LATER = 'chiều muộn về qua cầu';

/* RFC 6238, `steps` of thirty seconds from now. */
function code(secret, steps = 0) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = crypto.createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

export async function walkAccount({ open, look, go, ok, admin, PASSWORDS }) {
  await admin('PUT', '/api/v1/role-policies/returner', {
    needs_second_factor: true, idle_minutes: 120, absolute_hours: 12, token_days_max: 90, source: 'QĐ 9', reason: 'thử',
  });
  const page = await open();
  const type = async (fields) => {
    for (const [id, text] of Object.entries(fields)) await page.fill(`#${id}`, text);
    await page.keyboard.press('Enter');
  };
  await look(page, 'login');
  await type({ 'login-name': WHO, 'login-password': PASSWORDS[WHO] });
  await page.waitForSelector('#account-old');
  await look(page, 'first-password');
  await type({ 'account-old': PASSWORDS[WHO], 'account-new': 'matkhau123', 'account-again': 'matkhau123' });
  await page.waitForSelector('[role="alert"]');
  ok((await page.textContent('[role="alert"]')).includes('phổ biến'), 'a common password is refused in words');
  await type({ 'account-old': PASSWORDS[WHO], 'account-new': MINE, 'account-again': MINE });
  await page.click('button:text-is("Đăng ký ứng dụng xác thực")');
  await page.waitForSelector('svg.qr');
  await look(page, 'first-factor');
  const secret = (await page.textContent('code.secret')).replace(/ /g, '');
  const used = code(secret, -1);
  await type({ 'factor-code': used });
  await page.waitForSelector('ul.codes');
  const recovery = await page.$$eval('ul.codes code', (all) => all.map((c) => c.textContent));
  ok(recovery.length === 8, 'eight recovery codes are shown');
  await look(page, 'first-codes');
  await page.click('button:text-is("Tôi đã cất các mã")');
  await page.waitForSelector('header');
  ok(true, 'password changed and authenticator enrolled, the desk opens');

  await page.click('a.who');
  await page.waitForSelector('#account-sessions');
  await page.waitForSelector('text=phiên này');
  await page.click('summary');
  await page.fill('#token-name', 'báo cáo đêm');
  await page.check('label:has-text("queues:read") input');
  const last = new Date(Date.now() + 5 * 86400000);
  await page.fill('#token-on', `${last.getUTCDate()}/${last.getUTCMonth() + 1}/${last.getUTCFullYear()}`);
  await page.click('button:text-is("Tạo khóa")');
  await page.waitForSelector('code.secret');
  ok((await page.textContent('code.secret')).startsWith('mct_'), 'an API token is shown once');
  await look(page, 'account');
  await page.click('button:text-is("Thu hồi")');
  await page.waitForSelector('button:text-is("Thu hồi")', { state: 'detached' });
  ok(true, 'and revoked');
  await page.click('button:text-is("Đăng xuất")');
  await page.waitForSelector('#login-name');

  await type({ 'login-name': WHO, 'login-password': MINE });
  await page.waitForSelector('#login-code');
  await look(page, 'login-code');
  await type({ 'login-code': used });
  await page.waitForSelector('[role="alert"]');
  ok((await page.inputValue('#login-password')) === MINE, 'a wrong code asks for another one, the password stays');
  await type({ 'login-code': recovery[0] });
  await page.waitForSelector('header');
  ok(true, 'a recovery code opens the desk');
  await page.click('button:text-is("Đăng xuất")');

  const reset = await admin('POST', `/api/v1/officers/${WHO}/login-reset`, { reason: 'mất điện thoại', reset_second_factor: true });
  await admin('PUT', '/api/v1/role-policies/returner', {
    needs_second_factor: false, idle_minutes: 120, absolute_hours: 12, token_days_max: 90, source: 'QĐ 9', reason: 'thử xong',
  });
  await page.click('a:text-is("Đăng nhập lần đầu, hoặc quên mật khẩu")');
  await page.waitForSelector('#recover-code');
  await look(page, 'recover');
  await type({ 'recover-name': WHO, 'recover-code': reset.code, 'recover-new': LATER, 'recover-again': LATER });
  await page.waitForSelector('text=Đã đặt mật khẩu');
  await go(page, 'queue', '#login-name');
  await type({ 'login-name': WHO, 'login-password': LATER });
  await page.waitForSelector('text=đã cấp mã đặt lại đăng nhập của bạn');
  ok(true, 'the officer is told who had the login reset');
  await page.context().close();
}
