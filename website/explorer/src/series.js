// One cell over time: the rules of conflictdata/timeline.py, and of conflictdata/charting.py for what a picture may join and set
// against a figure. test/series.test.js holds every cell of every dataset to the library.
import { page } from './pages.js'
import { index } from './spans.js'

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./read.js').Figure} Figure */
/** @typedef {import('./read.js').Break} Break */
/** @typedef {import('./read.js').Tables} Tables */

/**
 * @typedef {object} Cell
 * @property {string} measure
 * @property {string} group
 * @property {string} area
 * @property {string} scope
 * @property {string} every
 */

/** @typedef {keyof Cell} Axis */

/** The axes, in the order in which a choice on another is given up last. */
export const AXES = /** @type {Axis[]} */ (['measure', 'scope', 'area', 'group', 'every'])

/**
 * @typedef {object} Point one span: a figure, or a gap
 * @property {string} period
 * @property {string} start
 * @property {string} end
 * @property {Figure | null} figure
 * @property {Break[]} breaks those that take effect in this span
 * @property {number} segment how many have taken effect by its end
 */

/** @param {Cell} cell */
export const key = (cell) => AXES.map((axis) => cell[axis]).join(' ')

/**
 * Give the cells that have a series.
 * @param {Figure[]} figures
 * @param {string[]} spans the kinds of span that a series may have
 * @returns {Cell[]}
 */
export function cells(figures, spans) {
  /** @type {Map<string, Cell>} */
  const found = new Map()
  for (const { measure, group, area, scope, period_kind: every } of figures) {
    const cell = { measure, group, area, scope, every }
    if (spans.includes(every)) found.set(key(cell), cell)
  }
  return [...found.values()]
}

/**
 * Whether a break touches a cell.
 * @param {Break} one
 * @param {Cell} cell
 */
function touches(one, cell) {
  /** @type {[string[], string][]} */
  const pairs = [
    [one.areas, cell.area],
    [one.scopes, cell.scope],
    [one.measures, cell.measure],
  ]
  return pairs.every(([touched, code]) => !touched.length || touched.includes(code))
}

/** @type {(one: string, other: string) => number} */
const compared = (one, other) => (one < other ? -1 : Number(one > other))

/**
 * Give a cell over time: a row for every span from the first to the last that has a figure.
 * @param {Tables} tables
 * @param {Cell} cell
 * @returns {Point[]}
 */
export function points({ figures, breaks }, cell) {
  const { measure, group, area, scope, every } = cell
  const found = figures.filter(
    (f) => f.measure === measure && f.group === group && f.area === area && f.scope === scope && f.period_kind === every,
  )
  const by = new Map(found.map((figure) => [figure.period, figure]))
  const starts = found.map((figure) => figure.start).sort(compared)
  const ends = found.map((figure) => figure.end).sort(compared)
  const touching = breaks
    .filter((one) => touches(one, cell))
    .sort((one, other) => compared(one.start, other.start) || compared(one.id, other.id))
  return index(every, starts[0], ends[ends.length - 1]).map((span) => ({
    ...span,
    figure: by.get(span.period) ?? null,
    breaks: touching.filter((one) => span.start <= one.start && one.start <= span.end),
    segment: touching.filter((one) => one.start <= span.end).length,
  }))
}

/**
 * Say on which day a break takes effect, and whether that is known only about.
 * @param {Break} one
 */
export const dated = (one) => `${one.approximate ? 'about' : 'on'} ${one.start}`

/**
 * Whether the figure of a span is one number and no other.
 * @param {Point} point
 */
const exact = ({ figure }) => figure !== null && figure.value !== null && figure.bound === 'exact'

/**
 * Give the exact points in runs that a line may join: neighbouring spans of one meaning. A span in which a break takes effect
 * after its first day mixes two meanings, and stands alone; so does one without an exact neighbour.
 * @param {Point[]} series
 * @returns {Point[][]}
 */
export function runs(series) {
  /** @type {Point[][]} */
  const found = []
  series.forEach((point, at) => {
    if (!exact(point)) return
    const before = series[at - 1]
    const mixed = before?.breaks.some((one) => one.start > before.start)
    if (before && exact(before) && !mixed && before.segment === point.segment) found[found.length - 1].push(point)
    else found.push([point])
  })
  return found
}

/**
 * Give what other pages state, where that cannot be true together with the figure: of a disputed figure, each number once, with
 * its bound.
 * @param {Facts} facts
 * @param {Figure} figure
 * @returns {{ value: number, bound: string }[]}
 */
export function rivals(facts, figure) {
  if (figure.status !== 'disputed') return []
  const texts = new Set(figure.others_state.flatMap((text) => text.split(' ')))
  return [...texts].map((text) => {
    const [, sign, digits] = /** @type {string[]} */ (/^(\D*)([\d,]+)$/.exec(text) ?? [])
    const bound = sign ? Object.keys(facts.signs).find((code) => facts.signs[code] === sign) : 'exact'
    if (!digits || !bound) throw new Error(`the record has a number that the page cannot read: ${text}`)
    return { value: Number(digits.replaceAll(',', '')), bound }
  })
}

/**
 * Give the nearest cell that there is: it has the asked code on one axis, differs on as few others as can be, and gives up the
 * last axes first.
 * @param {Cell[]} there
 * @param {Cell} asked
 * @param {Axis | undefined} axis what has to be kept; nothing if undefined, or if no cell has it
 * @param {(axis: Axis, code: string) => number} rank the place of a code in its vocabulary
 * @returns {Cell}
 */
export function nearest(there, asked, axis, rank) {
  const kept = axis ? there.filter((cell) => cell[axis] === asked[axis]) : there
  /** @param {Cell} cell */
  const cost = (cell) => {
    const changed = AXES.map((one) => Number(cell[one] !== asked[one]))
    return [changed.reduce((sum, one) => sum + one, 0), ...changed, ...AXES.map((one) => rank(one, cell[one]))]
  }
  const ordered = (kept.length ? kept : there)
    .map((cell) => ({ cell, cost: cost(cell) }))
    .sort((one, other) => {
      const place = one.cost.findIndex((number, at) => number !== other.cost[at])
      return place < 0 ? 0 : one.cost[place] - other.cost[place]
    })
  return ordered[0].cell
}

const HEAD = 'period start end period_kind value bound low high status marks caveats gap breaks segment'.split(' ')

/** What stands behind each row, so that no number goes away without its pages. */
const BEHIND = ['dataset', 'release', 'sources']

/**
 * Write the cell of a CSV file, in quotes where it needs them.
 * @param {unknown} value
 */
function field(value) {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Write a series as CSV: the columns of `conflictdata series --format csv`, then the dataset, its release, and the addresses of
 * the pages behind the figure with spaces between.
 * @param {Tables} tables
 * @param {import('./facts.js').About} about the dataset
 * @param {Point[]} series
 * @param {string} every
 */
export function csv(tables, about, series, every) {
  const lines = series.map(({ period, start, end, figure: f, breaks, segment }) => {
    const told = f
      ? [f.value, f.bound, f.low, f.high, f.status, f.marks.join(' '), f.caveats.join(' '), 'False']
      : ['', '', '', '', '', '', '', 'True']
    const pages = (f?.sources ?? []).map((id) => page(tables, id).url).join(' ')
    const row = [period, start, end, every, ...told, breaks.map((one) => one.id).join(' '), segment]
    return [...row, about.name, about.release, pages].map(field).join(',')
  })
  return `${[[...HEAD, ...BEHIND].join(','), ...lines].join('\n')}\n`
}

/**
 * Write the Python that gives a series.
 * @param {string} dataset
 * @param {string} release
 * @param {Cell} cell
 */
export function python(dataset, release, { measure, group, area, scope, every }) {
  const asked = Object.entries({ measure, group, area, scope, every }).map(([name, code]) => `${name}="${code}"`)
  return `cd.load("${dataset}", release="${release}").series(${asked.join(', ')})`
}
