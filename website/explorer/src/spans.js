// Spans of the calendar, as conflictdata/values.py names them: 2025-10, 2025-Q3, 2025-H1, 2025.

/** @type {Record<string, number>} months in a span */
const LENGTH = { month: 1, quarter: 3, half: 6, year: 12 }

/**
 * @typedef {object} Span
 * @property {string} period its code
 * @property {string} start its first day
 * @property {string} end its last day
 */

/** @param {number} number */
const two = (number) => String(number).padStart(2, '0')

/**
 * Give the span of a kind that begins with a month.
 * @param {string} kind
 * @param {number} first the month, counted from the year 0
 * @returns {Span}
 */
function span(kind, first) {
  const length = LENGTH[kind]
  const year = Math.floor(first / 12)
  const place = (first % 12) / length + 1
  const last = first + length - 1
  const days = new Date(Date.UTC(Math.floor(last / 12), (last % 12) + 1, 0)).getUTCDate()
  const names = { month: `-${two(place)}`, quarter: `-Q${place}`, half: `-H${place}`, year: '' }
  return {
    period: `${year}${names[/** @type {'month'} */ (kind)]}`,
    start: `${year}-${two((first % 12) + 1)}-01`,
    end: `${Math.floor(last / 12)}-${two((last % 12) + 1)}-${two(days)}`,
  }
}

/**
 * Walk all spans of a kind from the one that begins on a day to the one that ends on another, none left out.
 * @param {string} kind month, quarter, half or year
 * @param {string} start the first day of the first
 * @param {string} end the last day of the last
 * @returns {Span[]}
 */
export function index(kind, start, end) {
  const spans = []
  for (let first = Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1; ; first += LENGTH[kind]) {
    const next = span(kind, first)
    if (next.start > end) return spans
    spans.push(next)
  }
}
