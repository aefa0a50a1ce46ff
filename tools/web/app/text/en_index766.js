/* The client's sentences in English: index 766 and the portal's figures. */
export default {
  'report.index_766': 'Index 766',
  'report.portal': 'Against the portal',
  'group.none': 'All together',
  'index.criterion': 'Criterion',
  'portal.file': 'CSV file of the portal for {from} to {to}',
  'portal.hint': 'Dossiers: columns of code, received, due, ended, (status). Figures: columns of criterion, numerator, denominator. One faulty row, and nothing of the file is kept.',
  'portal.take_in': 'Take the file in',
  'portal.refused': 'The file was not taken in: {n} faulty rows.',
  'portal.kind_dossiers': 'dossiers',
  'portal.kind_figures': 'figures',
  'portal.kept': '{n} rows were taken in ({kind}).',
};
