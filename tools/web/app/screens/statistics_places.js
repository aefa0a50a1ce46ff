/* The places below #/statistics: a row each. `path` is what stands behind #/statistics, `text` its name; `screen` is drawn with
 * the place itself and what is asked. A table of figures needs no screen of its own: its form and the words that its rows can be. */
import { Backlog } from './backlog.js';
import { ClosingScreen } from './closing.js';
import { FileOffices } from './file_offices.js';
import { FormII06a } from './form_ii06a.js';
import { Behind, Criterion, PortalScreen } from './index766.js';
import { Chasing } from './chasing.js';
import { LateList } from './late_lists.js';
import { Month } from './month.js';
import { LatenessMore, ReportScreen, TrendMore } from './report_screen.js';

export const PLACES = [
  { key: 'month', path: '/month', text: 'month.title', screen: Month },
  { key: 'ii06a', path: '', text: 'form.title', screen: FormII06a },
  { key: 'by-unit', path: '/by-unit', text: 'report.by_unit', screen: ReportScreen, form: 'by-unit', groups: ['office', 'field', 'procedure', 'channel', 'step', 'officer'] },
  { key: 'by-procedure', path: '/by-procedure', text: 'report.by_procedure', screen: ReportScreen, form: 'by-procedure', groups: ['procedure', 'field', 'office', 'step', 'officer'] },
  { key: 'index-766', path: '/index-766', text: 'report.index_766', screen: ReportScreen, form: 'index-766', groups: ['none', 'office'], more: Criterion },
  { key: 'index-dossiers', path: '/index-dossiers', text: 'report.index_dossiers', screen: ReportScreen, form: 'index-dossiers', more: Behind, isBehind: true },
  { key: 'digital', path: '/digital', text: 'report.digital', screen: ReportScreen, form: 'digital', groups: ['office', 'field', 'procedure'] },
  { key: 'post', path: '/post', text: 'report.post', screen: ReportScreen, form: 'post', groups: ['procedure', 'field', 'office'] },
  { key: 'portal', path: '/portal', text: 'report.portal', screen: PortalScreen },
  { key: 'lateness', path: '/lateness', text: 'report.lateness', screen: ReportScreen, form: 'lateness', groups: ['office', 'field', 'procedure', 'step', 'officer'], more: LatenessMore },
  { key: 'II.06b', path: '/II.06b', text: 'report.ii06b', screen: ReportScreen, form: 'II.06b' },
  { key: 'II.06c', path: '/II.06c', text: 'report.ii06c', screen: ReportScreen, form: 'II.06c' },
  { key: 'trend', path: '/trend', text: 'report.trend', screen: ReportScreen, form: 'trend', more: TrendMore },
  { key: 'late', path: '/late', text: 'late_list.title', screen: LateList, form: 'late' },
  { key: 'late-intake', path: '/late-intake', text: 'late_list.intake', screen: LateList, form: 'late-intake' },
  { key: 'chasing', path: '/chasing', text: 'chasing.title', screen: Chasing },
  { key: 'steps', path: '/steps', text: 'report.steps', screen: ReportScreen, form: 'steps', groups: ['step', 'office', 'field', 'procedure', 'officer'] },
  { key: 'supplements', path: '/supplements', text: 'report.supplements', screen: ReportScreen, form: 'supplements', groups: ['procedure', 'field', 'office', 'channel'] },
  { key: 'components', path: '/components', text: 'report.components', screen: ReportScreen, form: 'components' },
  { key: 'ageing', path: '/ageing', text: 'report.ageing', screen: ReportScreen, form: 'ageing', groups: ['office', 'field', 'procedure'] },
  { key: 'backlog', path: '/backlog', text: 'backlog.title', screen: Backlog },
  { key: 'sources', path: '/sources', text: 'source.title', screen: FileOffices },
  { key: 'closing', path: '/closing', text: 'closing.title', screen: ClosingScreen },
];
