/* Texts of the client, English: tables of figures. */
export default {
  'report.places': 'Statistical forms',
  'report.by_unit': 'By unit',
  'report.by_procedure': 'By procedure and channel',
  'report.office_only': 'this office alone',
  'report.empty': 'No row in the period.',
};
