/* Lời của trang làm việc, tiếng Việt: các bảng số liệu. */
export default {
  'report.places': 'Các biểu thống kê',
  'report.by_unit': 'Theo đơn vị',
  'report.by_procedure': 'Theo thủ tục, hình thức nộp',
  'report.office_only': 'chỉ riêng đơn vị này',
  'report.empty': 'Không có dòng nào trong kỳ.',
};
