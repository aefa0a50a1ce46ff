/* Lời của trang làm việc, tiếng Việt: bộ chỉ số 766 và số liệu của Cổng. */
export default {
  'report.index_766': 'Bộ chỉ số 766',
  'report.portal': 'Đối chiếu Cổng',
  'group.none': 'Toàn bộ',
  'index.criterion': 'Chỉ số',
  'portal.file': 'Tệp CSV của Cổng, kỳ từ {from} đến {to}',
  'portal.hint': 'Hồ sơ: cột mã hồ sơ, ngày tiếp nhận, ngày hẹn trả, ngày kết thúc xử lý, (trạng thái). Chỉ số: cột mã chỉ số, tử số, mẫu số. Sai một dòng thì cả tệp không được nhập.',
  'portal.take_in': 'Nhập tệp',
  'portal.refused': 'Tệp không được nhập: {n} dòng sai.',
  'portal.kind_dossiers': 'hồ sơ',
  'portal.kind_figures': 'chỉ số',
  'portal.kept': 'Đã nhập {n} dòng ({kind}).',
};
