/* The places below #/statistics: a row each. `path` is what stands behind #/statistics, `text` its name; `screen` is drawn with
 * the place itself and what is asked. A table of figures needs no screen of its own: its form and the words that its rows can be. */
import { FormII06a } from './form_ii06a.js';
import { Criterion, PortalScreen } from './index766.js';
import { ReportScreen } from './report_screen.js';

export const PLACES = [
  { key: 'ii06a', path: '', text: 'form.title', screen: FormII06a },
  { key: 'by-unit', path: '/by-unit', text: 'report.by_unit', screen: ReportScreen, form: 'by-unit', groups: ['office', 'field', 'procedure', 'channel'] },
  { key: 'by-procedure', path: '/by-procedure', text: 'report.by_procedure', screen: ReportScreen, form: 'by-procedure', groups: ['procedure', 'field', 'office'] },
  { key: 'index-766', path: '/index-766', text: 'report.index_766', screen: ReportScreen, form: 'index-766', groups: ['none', 'office'], more: Criterion },
  { key: 'portal', path: '/portal', text: 'report.portal', screen: PortalScreen },
];
