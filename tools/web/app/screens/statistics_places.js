/* The places below #/statistics: a row each. `path` is what stands behind #/statistics, `text` its name; `screen` is drawn with
 * the place itself and what is asked; `group` says under which head it stands, in this order. A table of figures needs no screen of its own: its form and the words that its rows can be. */
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
  { key: 'month', group: 'month', path: '/month', text: 'month.title', screen: Month },
  { key: 'ii06a', group: 'forms', path: '', text: 'form.title', screen: FormII06a },
  { key: 'by-unit', group: 'forms', path: '/by-unit', text: 'report.by_unit', screen: ReportScreen, form: 'by-unit', groups: ['office', 'field', 'procedure', 'channel', 'step', 'officer'] },
  { key: 'by-procedure', group: 'forms', path: '/by-procedure', text: 'report.by_procedure', screen: ReportScreen, form: 'by-procedure', groups: ['procedure', 'field', 'office', 'step', 'officer'] },
  { key: 'II.06b', group: 'forms', path: '/II.06b', text: 'report.ii06b', screen: ReportScreen, form: 'II.06b' },
  { key: 'II.06c', group: 'forms', path: '/II.06c', text: 'report.ii06c', screen: ReportScreen, form: 'II.06c' },
  { key: 'trend', group: 'forms', path: '/trend', text: 'report.trend', screen: ReportScreen, form: 'trend', more: TrendMore },
  { key: 'lateness', group: 'late', path: '/lateness', text: 'report.lateness', screen: ReportScreen, form: 'lateness', groups: ['office', 'field', 'procedure', 'step', 'officer'], more: LatenessMore },
  { key: 'late', group: 'late', path: '/late', text: 'late_list.title', screen: LateList, form: 'late' },
  { key: 'late-intake', group: 'late', path: '/late-intake', text: 'late_list.intake', screen: LateList, form: 'late-intake' },
  { key: 'chasing', group: 'late', path: '/chasing', text: 'chasing.title', screen: Chasing },
  { key: 'index-766', group: 'index', path: '/index-766', text: 'report.index_766', screen: ReportScreen, form: 'index-766', groups: ['none', 'office'], more: Criterion },
  { key: 'index-dossiers', group: 'index', path: '/index-dossiers', text: 'report.index_dossiers', screen: ReportScreen, form: 'index-dossiers', more: Behind, isBehind: true },
  { key: 'digital', group: 'index', path: '/digital', text: 'report.digital', screen: ReportScreen, form: 'digital', groups: ['office', 'field', 'procedure'] },
  { key: 'post', group: 'index', path: '/post', text: 'report.post', screen: ReportScreen, form: 'post', groups: ['procedure', 'field', 'office'] },
  { key: 'portal', group: 'index', path: '/portal', text: 'report.portal', screen: PortalScreen },
  { key: 'steps', group: 'work', path: '/steps', text: 'report.steps', screen: ReportScreen, form: 'steps', groups: ['step', 'office', 'field', 'procedure', 'officer'] },
  { key: 'supplements', group: 'work', path: '/supplements', text: 'report.supplements', screen: ReportScreen, form: 'supplements', groups: ['procedure', 'field', 'office', 'channel'] },
  { key: 'limits', group: 'work', path: '/limits', text: 'report.limits', screen: ReportScreen, form: 'limits', groups: ['office', 'field', 'procedure'] },
  { key: 'opinions', group: 'work', path: '/opinions', text: 'report.opinions', screen: ReportScreen, form: 'opinions' },
  { key: 'components', group: 'work', path: '/components', text: 'report.components', screen: ReportScreen, form: 'components' },
  { key: 'ageing', group: 'work', path: '/ageing', text: 'report.ageing', screen: ReportScreen, form: 'ageing', groups: ['office', 'field', 'procedure'] },
  { key: 'backlog', group: 'work', path: '/backlog', text: 'backlog.title', screen: Backlog },
  { key: 'sources', group: 'sources', path: '/sources', text: 'source.title', screen: FileOffices },
  { key: 'closing', group: 'closing', path: '/closing', text: 'closing.title', screen: ClosingScreen },
];
