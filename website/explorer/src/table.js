// A series as a table: every span, its number, how well it is supported, and the pages that stated it.
import { gaps } from './chart.js'
import { element } from './dom.js'
import { grouped, included, signed, word } from './facts.js'
import { day, page } from './pages.js'
import { dated } from './series.js'

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./read.js').Figure} Figure */
/** @typedef {import('./read.js').Tables} Tables */
/** @typedef {import('./series.js').Point} Point */

const HEADS = ['Span', 'Number', 'Low', 'High', 'Status', 'Marks and caveats', 'Pages']
const AT_ONCE = 1 // pages that stand open; the others are a click away

/**
 * Make a link to a page that stated a number.
 * @param {Facts} facts
 * @param {Tables} tables
 * @param {string} id
 * @param {string} [said] what the page states, where that is another number
 */
function pageItem(facts, tables, id, said) {
  const source = page(tables, id)
  const link = element('a', { href: source.url, rel: 'external noopener' }, source.outlet)
  link.title = source.title ?? source.url
  const kind = word(facts, 'source_kind', source.kind).label
  return element('li', {}, ...(said ? [element('b', {}, said), ' '] : []), link, ` (${kind}, ${day(source)})`)
}

/**
 * Make the cell of the pages.
 * @param {Facts} facts
 * @param {Tables} tables
 * @param {Figure} figure
 * @param {string} period
 */
function pages(facts, tables, figure, period) {
  const cell = element('td', { class: 'pages' })
  const stated = figure.sources.map((id) => pageItem(facts, tables, id))
  cell.append(element('ul', {}, ...stated.slice(0, AT_ONCE)))
  const rest = stated.slice(AT_ONCE)
  if (rest.length) {
    const label = `${rest.length} more`
    const more = element('summary', { 'aria-label': `${label} for ${period}` }, label)
    cell.append(element('details', {}, more, element('ul', {}, ...rest)))
  }
  if (figure.others.length) {
    const others = figure.others.map((id, at) => pageItem(facts, tables, id, figure.others_state[at]))
    const label = `${others.length} otherwise`
    const more = element('summary', { 'aria-label': `${label} for ${period}` }, label)
    cell.append(element('details', {}, more, element('ul', {}, ...others)))
  }
  return cell
}

/**
 * Make the row of a figure.
 * @param {Facts} facts
 * @param {Tables} tables
 * @param {Point} point
 * @param {Figure} figure
 * @param {(period: string) => string} address
 */
function row(facts, tables, point, figure, address) {
  const { value, bound, low, high, status } = figure
  const marks = figure.marks.map((mark) => {
    const { label } = word(facts, 'mark', mark)
    const inside = figure.includes.map((code) => included(facts, code)).join(', ')
    return mark === 'includes_other' ? `${label}: ${inside}` : label
  })
  const said = [...marks, ...figure.caveats.map((caveat) => word(facts, 'caveat', caveat).label)].join(', ')
  return element(
    'tr',
    { class: status },
    element('th', { scope: 'row' }, element('a', { href: address(point.period) }, point.period)),
    element('td', { class: 'number' }, value === null ? 'no one value' : signed(facts, value, bound)),
    element('td', { class: 'number' }, grouped(low)),
    element('td', { class: 'number' }, high === null ? 'no limit' : grouped(high)),
    element('td', { class: 'status' }, word(facts, 'status', status).label),
    element('td', {}, said),
    pages(facts, tables, figure, point.period),
  )
}

/**
 * Make the table of a series. Gaps that follow each other are one row.
 * @param {Facts} facts
 * @param {Tables} tables
 * @param {Point[]} series
 * @param {string} caption
 * @param {(period: string) => string} address of the page of the site on a span
 * @returns {HTMLTableElement}
 */
export function table(facts, tables, series, caption, address) {
  const gapped = new Map(gaps(series).map((gap) => [gap[0].period, gap]))
  const body = element('tbody')
  const wide = String(HEADS.length)
  for (const point of series) {
    for (const one of point.breaks) {
      const said = `Change of definition ${dated(one)}: ${one.description}`
      body.append(element('tr', { class: 'break' }, element('td', { colspan: wide }, element('span', {}, said))))
    }
    const gap = gapped.get(point.period)
    if (point.figure) body.append(row(facts, tables, point, point.figure, address))
    else if (gap) {
      const last = gap[gap.length - 1].period
      const name = gap.length > 1 ? [element('span', {}, point.period), ' to ', element('span', {}, last)] : [point.period]
      const said = gap.length > 1 ? `no figure for these ${gap.length} spans` : 'no figure'
      const cells = [element('th', { scope: 'row' }, ...name), element('td', { colspan: String(HEADS.length - 1) }, said)]
      body.append(element('tr', { class: 'gap' }, ...cells))
    }
  }
  const head = element('tr', {}, ...HEADS.map((name) => element('th', { scope: 'col' }, name)))
  for (const at of [1, 2, 3]) head.children[at].className = 'number'
  return element(
    'table',
    { class: 'explorer-table' },
    element('caption', {}, element('span', {}, caption)),
    element('thead', {}, head),
    body,
  )
}
