/* What administrators and inspectors see to in the browser: offices, officers, who stands in for whom, login policies;
 * objective intervals; the inspector's lists; the state of the system. Called by walk.mjs with what it shares. */

const DAY = '30/8/2022'; // a day of the demonstration

export async function walkAdmin({ open, look, go, ok, admin, PASSWORDS, enter }) {
  const fill = async (page, prefix, fields) => {
    for (const [name, text] of Object.entries(fields)) {
      const at = `#${prefix}-${name}`;
      if (await page.locator(`select${at}`).count()) await page.selectOption(at, text);
      else await page.fill(at, text);
    }
  };
  /* A choice by typing: the first that is found. */
  const choose = async (page, id, text) => {
    await page.fill(`#${id}`, text);
    await page.waitForSelector('[role=option].at');
    await page.keyboard.press('Enter');
  };
  const submit = (page) => page.click('form.action button[type=submit]');
  const decision = { source: '31/QĐ-UBND', effective_on: DAY, reason: 'Sắp xếp lại' };
  const now = (await admin('GET', '/api/v1/demo/clock')).now;
  const [y, m, d] = now.slice(0, 10).split('-').map(Number);
  const today = `${d}/${m}/${y}`;
  decision.effective_on = today;

  // offices: a new one below the committee, renamed; what is wrong is told at its field
  const page = await open('admin');
  await go(page, 'organisation', 'table button[data-row]');
  await look(page, 'offices');
  await page.click('button:text-is("Thêm cơ quan, đơn vị")');
  await fill(page, 'office_new', { key: 'k1', name: 'Phòng Thử việc', kind: 'division', identifier: '000.99.99.H41', ...decision });
  await choose(page, 'office_new-parent', 'ubnd huyen');
  await submit(page);
  await page.waitForSelector('h2:text-is("Phòng Thử việc")');
  ok(await page.locator('tbody th:has-text("Phòng Thử việc")').count() === 1, 'an office is entered and stands in the tree');
  await page.click('button:text-is("Sửa từ một ngày")');
  await fill(page, 'office_change', { name: 'Phòng Thử việc mới', ...decision });
  await look(page, 'office-change');
  await submit(page);
  await page.waitForSelector('h2:text-is("Phòng Thử việc mới")');
  ok(true, 'and renamed from a day on');
  await page.click('button:text-is("Kết thúc đơn vị")');
  await fill(page, 'office_end', { last_on: '1/1/2040', source: 'x', reason: 'y' });
  await submit(page);
  await page.waitForSelector('form.action [role=alert], form.action .bad');
  ok(true, 'an end that lies ahead is refused in words');
  await page.keyboard.press('Escape');

  // an officer, a role more, a one-time code that works
  await go(page, 'organisation/officers', 'table button[data-row]');
  await page.click('button:text-is("Thêm cán bộ")');
  await fill(page, 'officer_new', { key: 'thu1', name: 'Lê Thị Thử', title: 'Chuyên viên', role: 'officer', ...decision });
  await choose(page, 'officer_new-office', 'phong thu viec');
  await submit(page);
  await page.waitForSelector('h2:text-is("Lê Thị Thử")');
  await page.click('.part button:text-is("Giao vai trò")');
  await fill(page, 'role_add', { role: 'head', ...decision });
  await choose(page, 'role_add-office', 'phong thu viec');
  await submit(page);
  await page.waitForSelector('.part li:has-text("Trưởng")');
  ok(await page.locator('.part ul.tight li').count() === 2, 'an officer is entered and given a second role');
  await page.click('.part button:text-is("Cấp mã dùng một lần")');
  await fill(page, 'login_reset', { reason: 'Người mới' });
  await submit(page);
  await page.waitForSelector('code.secret');
  const code = (await page.textContent('code.secret')).trim();
  await look(page, 'officers');
  const fresh = await open();
  await fresh.click('a:text-is("Đăng nhập lần đầu, hoặc quên mật khẩu")');
  await fresh.waitForSelector('#recover-code');
  PASSWORDS.thu1 = 'lúa chín vàng ngoài đồng';
  await fill(fresh, 'recover', { name: 'thu1', code, new: PASSWORDS.thu1, again: PASSWORDS.thu1 });
  await fresh.keyboard.press('Enter');
  await fresh.waitForSelector('text=Đã đặt mật khẩu');
  await go(fresh, 'queue', '#login-name');
  await enter(fresh, 'thu1');
  ok((await fresh.textContent('a.who')).includes('Lê Thị Thử'), 'who got the code sets a password and is in');
  ok(await fresh.locator('header nav a:text-is("Hệ thống")').count() === 0, 'an officer is not offered the system');
  await fresh.context().close();

  // filter: marks do not matter
  await page.fill('#org-filter', 'le thi thu thu1');
  ok(await page.locator('tbody tr').count() === 1, 'officers are filtered without marks');

  // standing in, and withdrawn
  await go(page, 'organisation/delegations', 'button:text-is("Cử người thay")');
  await page.click('button:text-is("Cử người thay")');
  await choose(page, 'delegation_new-from', 'le thi thu');
  await choose(page, 'delegation_new-to', 'a');
  await fill(page, 'delegation_new', { role: 'head', from_on: today, to_on: today, source: '32/QĐ', reason: 'Đi họp' });
  await choose(page, 'delegation_new-office', 'phong thu viec');
  await submit(page);
  await page.waitForSelector('tbody th:has-text("Lê Thị Thử")');
  ok(true, 'somebody stands in for somebody');
  await page.click('tbody button:text-is("Thôi cử")');
  await fill(page, 'withdraw', { reason: 'Đã về' });
  await look(page, 'delegations');
  await submit(page);
  await page.waitForSelector('td:has-text("đã thôi lúc")');
  ok(true, 'and no more');

  // login policies
  await go(page, 'organisation/policies', 'table button[data-row]');
  await page.click('tbody tr:nth-child(2) button[data-row]');
  await page.click('button:text-is("Đổi chính sách")');
  await fill(page, 'policy', { idle_minutes: '3', source: 'QĐ 9', reason: 'thử' });
  await submit(page);
  await page.waitForSelector('form.action [role=alert], form.action .bad');
  ok(true, 'a policy out of bounds is refused in words');
  await fill(page, 'policy', { idle_minutes: '45' });
  await submit(page);
  await page.waitForSelector('tbody tr:nth-child(2) td.figure:text-is("45")');
  ok(true, 'a policy is changed');
  await look(page, 'policies');

  // a procedure: a refusal at its field, looked at, saved, in force on its day; then ended
  await go(page, 'rules/procedures/TP-10', 'h2');
  await page.click('button:text-is("Sửa thành phiên bản mới")');
  await page.waitForSelector('.procedure-edit');
  const limit = await page.inputValue('[name="cases[0].limit"]');
  await page.fill('[name="cases[0].limit"]', '9 năm');
  await fill(page, 'procedure', { source: '40/QĐ-UBND', effective_on: today, reason: 'Rút ngắn' });
  await page.click('button:text-is("Kiểm tra")');
  await page.waitForSelector('[name="cases[0].limit"][aria-invalid=true], .procedure-edit [role=alert]');
  ok(true, 'a limit that is none is refused in words');
  await page.fill('[name="cases[0].limit"]', limit);
  await page.fill('[name="cases[0].name"]', 'Trường hợp đã sửa');
  await page.click('button:text-is("Thêm giấy tờ")');
  await page.locator('[name^="cases[0].components"][name$=".name"]').last().fill('Ảnh 3x4');
  await page.click('button:text-is("Kiểm tra")');
  await page.waitForSelector('button:text-is("Lưu phiên bản mới")');
  await look(page, 'procedure-edit');
  await page.fill('[name="cases[0].name"]', 'Trường hợp đã sửa lại');
  ok(await page.locator('button:text-is("Lưu phiên bản mới")').count() === 0, 'what was changed since is not saved unseen');
  await page.click('button:text-is("Kiểm tra")');
  await page.click('button:text-is("Lưu phiên bản mới")');
  await page.waitForSelector('h2:text-is("Trường hợp đã sửa lại")');
  ok((await page.textContent('main')).includes('Ảnh 3x4'), 'a new version of a procedure is in force');
  await page.click('button:text-is("Chấm dứt hiệu lực")');
  await fill(page, 'procedure_end', { last_on: '1/1/2020', source: 'x', reason: 'y' });
  await submit(page);
  await page.waitForSelector('form.action [role=alert], form.action .bad');
  ok(true, 'a last day that has passed is refused in words');

  // objective time
  await go(page, 'objectives', 'h1');
  await page.click('button:text-is("Khai khoảng khách quan")');
  const kind = await page.locator('#declare-kind option').nth(1).getAttribute('value');
  await fill(page, 'declare', { kind, begun: `08:00 ${today}`, reason: 'Mất kết nối' });
  await page.fill('#declare-begun', `00:05 ${today}`);
  await submit(page);
  await page.waitForSelector('.part h2');
  ok(await page.locator('.part dd:has-text("chưa có chứng cứ")').count() === 1, 'an interval is declared without evidence');
  await look(page, 'objectives');
  await page.click('.part button:text-is("Sửa")');
  await fill(page, 'amend', { evidence: 'Phiếu sự cố 77', reason: 'Có chứng cứ' });
  await submit(page);
  await page.waitForSelector('.part dd:has-text("Phiếu sự cố 77")');
  ok(true, 'amended with its evidence');
  await page.click('.part button:text-is("Rút")');
  await fill(page, 'withdraw', { reason: 'Khai nhầm' });
  await submit(page);
  await page.waitForSelector('form.action', { state: 'detached' }); // it is done, and not only asked for
  await go(page, 'objectives?state=withdrawn', 'td:has-text("Đã rút")');
  ok(true, 'and withdrawn');

  // an office that works on another system: marked, declared with the hash of its file
  await go(page, 'statistics/sources', '.empty, tbody tr');
  await page.click('button:text-is("Ghi nhận đơn vị báo cáo bằng tệp")');
  await choose(page, 'file_office-office', 'thanh tra huyen');
  await fill(page, 'file_office', { system: 'Phần mềm cũ', from_on: today, source: 'QĐ 5', reason: 'Chưa chuyển đổi' });
  await submit(page);
  await page.waitForSelector('td .tag:text-is("chưa báo cáo")');
  ok(true, 'an office reports by file, and has not yet');
  await page.click('button:text-is("Xác nhận đã nhập đủ")');
  await choose(page, 'declare_report-office', 'thanh tra huyen');
  await fill(page, 'declare_report', { from_on: today, to_on: today, dossiers: '0' });
  await page.setInputFiles('#declare_report-file', [{ name: 'thang8.csv', mimeType: 'text/csv', buffer: Buffer.from('ma\n') }]);
  await submit(page);
  await page.waitForSelector('td:has-text("thang8.csv")');
  ok(true, 'what it sent is declared to be whole');
  await look(page, 'sources');

  // the system
  await go(page, 'system', 'table');
  await page.waitForSelector('td .tag:text-is("tốt")');
  await look(page, 'system');
  for (const [tab, selector] of [['jobs', 'tbody tr'], ['sweeps', 'tbody tr, .empty'], ['outbox', '.empty, tbody tr'], ['changes', 'tbody tr'], ['keys', 'tbody tr'], ['retention', 'tbody tr']]) {
    await go(page, `system/${tab}`, selector);
    await look(page, `system-${tab}`);
  }
  ok((await page.locator('tbody tr').count()) >= 4, 'retention has its rules');
  await page.click('tbody tr:first-child button[data-row]');
  await page.click('button:text-is("Đổi thời hạn")');
  await fill(page, 'retention_set', { keep_months: '600', active: 'on', source: 'KH 3', reason: 'thử' });
  await submit(page);
  await page.waitForSelector('tbody tr:first-child .tag:text-is("Đang áp dụng")');
  await page.click('button:text-is("Xóa dữ liệu quá hạn")');
  await page.click('button.grave:text-is("Xóa dữ liệu quá hạn")');
  await page.waitForSelector('.job strong');
  ok(true, 'a rule is changed, and run after being asked twice');

  // the inspector
  const inspector = await open('inspector1');
  await go(inspector, 'audit?from=2022-08-01&to=2022-09-30&minutes=0', 'table, .empty');
  await look(inspector, 'audit');
  await inspector.selectOption('#audit-group_by', 'officer');
  await inspector.click('form.filters button[type=submit]');
  await inspector.waitForSelector('thead th:text-is("Số dòng"), .empty');
  for (const tab of ['late_supplements', 'forced_closings', 'changed_causes', 'reads', 'security']) {
    await go(inspector, `audit/${tab}`, 'table, .empty');
    ok(await inspector.locator('[role=alert]').count() === 0, `the list ${tab} opens`);
  }
  await look(inspector, 'audit-security');
  await go(inspector, 'audit/person', '#audit-identity');
  await inspector.fill('#audit-identity', '040000000000');
  await inspector.click('form.filters button[type=submit]');
  await inspector.waitForSelector('table, .empty, [role=alert]');
  ok(!inspector.url().includes('040000000000'), 'a number stays out of the address');
  await look(inspector, 'audit-person');
  await go(inspector, 'audit/roots', 'table, .empty');
  await look(inspector, 'audit-roots');
  await page.context().close();
  await inspector.context().close();
}
