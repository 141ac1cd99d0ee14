// A series as a picture: values, what their bounds leave open, disputes, gaps, breaks. What is told by colour is told by shape too.
import * as Plot from '@observablehq/plot'
import { grouped, signed, word } from './facts.js'
import { dated, rivals, runs } from './series.js'

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./series.js').Point} Point */
/** @typedef {import('./read.js').Figure} Figure */

/**
 * @typedef {object} Shown a point with its place on the axis of time
 * @property {Point} point
 * @property {Date} from
 * @property {Date} to the day after the last
 * @property {Date} at the middle
 * @property {Figure} figure
 * @property {number} value
 */

/** @param {string} day */
const date = (day) => new Date(`${day}T00:00:00Z`)

/** @param {string} day */
const after = (day) => new Date(date(day).getTime() + 86_400_000)

const UP = ['at_least', 'more_than', 'about']
const DOWN = ['at_most', 'about']
const ARROW = 15
const [LEFT, RIGHT] = [48, 12] // beside the axes
const LETTER = 7 // no letter of the labels is wider on the average
const FOOT = 4 // half the width of the foot of an arrow that stands on no dot

/**
 * The sign of a bound that no dot belongs to: an arrow away from its foot.
 * @type {Plot.VectorShapeImplementation}
 */
const footed = {
  draw(context, length) {
    context.moveTo(-FOOT, 0)
    context.lineTo(FOOT, 0)
    context.moveTo(0, 0)
    context.lineTo(0, -length)
    context.moveTo(-FOOT, FOOT - length)
    context.lineTo(0, -length)
    context.lineTo(FOOT, FOOT - length)
  },
}

/**
 * Give the gaps of a series, those that follow each other as one.
 * @param {Point[]} series
 * @returns {Point[][]}
 */
export function gaps(series) {
  /** @type {Point[][]} */
  const found = []
  series.forEach((point, at) => {
    if (point.figure) return
    const follows = at > 0 && !series[at - 1].figure && !point.breaks.length
    if (follows) found[found.length - 1].push(point)
    else found.push([point])
  })
  return found
}

/**
 * Say a series in words, for those who do not see the picture.
 * @param {Facts} facts
 * @param {string} title
 * @param {Point[]} series
 * @param {string} every
 */
export function inWords(facts, title, series, every) {
  const figures = series.flatMap((point) => (point.figure ? [point.figure] : []))
  // A bound is neither the lowest number nor the highest.
  const exact = figures.flatMap((f) => (f.value === null || f.bound !== 'exact' ? [] : [{ ...f, value: f.value }]))
  /** @param {(typeof exact)[number]} f */
  const said = (f) => `${grouped(f.value)} in ${f.period}`
  const ordered = exact.toSorted((one, other) => one.value - other.value)
  const parts = [
    `${title}, ${series[0].period} to ${series[series.length - 1].period}.`,
    `${figures.length} of ${series.length} spans, by ${every}, have a figure.`,
  ]
  if (ordered.length > 1)
    parts.push(`Lowest exact number ${said(ordered[0])}, highest ${said(ordered[ordered.length - 1])}.`)
  for (const { code, label } of facts.codes.status) {
    const count = figures.filter((f) => f.status === code).length
    if (count) parts.push(`${label}: ${count}.`)
  }
  for (const one of series.flatMap((point) => point.breaks)) parts.push(`Change of definition ${dated(one)}.`)
  return `${parts.join(' ')} The table below gives every number.`
}

/**
 * Say where the axis of time has its labels: at the spans by name where they have room, at every so many of years, else by the
 * calendar.
 * @param {Point[]} series
 * @param {number} inner the width that there is
 * @returns {Plot.ScaleOptions & Plot.AxisXOptions}
 */
function times(series, inner) {
  const years = series[0].period.length === 4
  const step = Math.ceil((series.length * (years ? 40 : 60)) / inner)
  if (step > 1 && !years) return { ticks: Math.max(3, Math.round(inner / 60)) }
  const named = new Map(
    series.flatMap((point, at) =>
      at % step ? [] : [[(date(point.start).getTime() + after(point.end).getTime()) / 2, point.period]],
    ),
  )
  return { ticks: [...named.keys()].map((at) => new Date(at)), tickFormat: (at) => named.get(at.getTime()) ?? '' }
}

/**
 * Draw a series.
 * @param {Facts} facts
 * @param {Point[]} series
 * @param {string} counted what the axis of numbers counts
 * @param {number} width in pixels
 * @param {string} words what the picture says
 * @returns {SVGSVGElement | HTMLElement}
 */
export function chart(facts, series, counted, width, words) {
  const shown = series.flatMap((point) => {
    const { figure } = point
    if (!figure) return []
    const [from, to] = [date(point.start), after(point.end)]
    const middle = new Date((from.getTime() + to.getTime()) / 2)
    return [{ point, from, to, at: middle, figure }]
  })
  const valued = /** @type {Shown[]} */ (
    shown.filter((one) => one.figure.value !== null).map((one) => ({ ...one, value: one.figure.value }))
  )
  const torn = shown.filter((one) => one.figure.value === null)
  /** @param {string} status */
  const of = (status) => valued.filter((one) => one.figure.status === status)
  const joined = runs(series).flatMap((run, number) =>
    run.flatMap((point) => valued.filter((one) => one.point === point).map((one) => ({ ...one, run: number }))),
  )
  const others = shown.flatMap(({ at, figure }) => rivals(facts, figure).map((rival) => ({ at, ...rival })))
  const breaks = series.flatMap((point) => point.breaks)
  const [first, last] = [date(series[0].start), after(series[series.length - 1].end)]
  const highest = Math.max(
    1,
    ...others.map((o) => o.value),
    ...shown.map((o) => o.figure.value ?? o.figure.high ?? o.figure.low),
  )
  const inner = width - LEFT - RIGHT
  /** @param {Date} day */
  const share = (day) => (day.getTime() - first.getTime()) / (last.getTime() - first.getTime())
  /**
   * Give the side of a day on which a text has room: the right, else the left, else both.
   * @param {Date} day
   * @param {string} text
   */
  const anchor = (day, text) => {
    const needed = text.length * LETTER
    if ((1 - share(day)) * inner + RIGHT >= needed) return 'start'
    return share(day) * inner + LEFT >= needed ? 'end' : 'middle'
  }
  const size = Math.max(2.5, Math.min(4.5, inner / series.length / 2))

  /** @param {Shown[]} data @param {Plot.DotOptions} options */
  const dots = (data, options) => Plot.dot(data, { x: 'at', y: 'value', r: size, strokeWidth: 1.8, ...options })
  /** @param {string[]} bounds @param {number} rotate */
  const arrows = (bounds, rotate) =>
    Plot.vector(
      valued.filter((one) => bounds.includes(String(one.figure.bound))),
      {
        ...{ x: 'at', y: 'value', length: ARROW, rotate, anchor: 'start' },
        ...{ stroke: 'var(--explorer-ink)', strokeWidth: 1.4, className: 'bound' },
      },
    )
  /** @param {string[]} bounds @param {number} rotate */
  const rivalled = (bounds, rotate) =>
    Plot.vector(
      others.filter((one) => bounds.includes(one.bound)),
      {
        ...{ x: 'at', y: 'value', length: ARROW, rotate, anchor: 'start', shape: footed },
        ...{ stroke: 'var(--explorer-disputed)', strokeWidth: 1.4, className: 'rival-bound' },
      },
    )
  /** @param {Shown} one */
  const tip = ({ point, figure: f }) => {
    const lines = [f.value === null ? `${grouped(f.low)} to ${grouped(f.high ?? f.low)}` : signed(facts, f.value, f.bound)]
    lines.push(
      [word(facts, 'status', f.status), ...f.marks.map((m) => word(facts, 'mark', m))].map((w) => w.label).join(', '),
    )
    if (f.others_state.length) lines.push(`elsewhere ${[...new Set(f.others_state)].join(', ')}`)
    return `${point.period}\n${lines.join('\n')}`
  }

  const drawn = Plot.plot({
    width,
    height: Math.round(Math.min(400, Math.max(260, width * 0.5))),
    marginLeft: LEFT,
    marginRight: RIGHT,
    marginTop: breaks.length ? 38 : 26,
    marginBottom: 30,
    style: { background: 'none', color: 'var(--explorer-ink)', fontSize: '12px', overflow: 'visible' },
    x: { type: 'utc', domain: [first, last], label: null, ...times(series, inner) },
    y: {
      domain: [0, highest * 1.08],
      label: counted,
      grid: true,
      ticks: Math.min(6, highest),
      tickFormat: grouped,
      labelArrow: 'none',
    },
    marks: [
      Plot.rect(gaps(series), {
        x1: (/** @type {Point[]} */ gap) => date(gap[0].start),
        x2: (/** @type {Point[]} */ gap) => after(gap[gap.length - 1].end),
        y1: 0,
        y2: highest * 1.08,
        fill: 'var(--explorer-gap)',
        inset: 0,
      }),
      Plot.ruleY([0], { stroke: 'var(--explorer-ink)' }),
      Plot.ruleX(breaks, {
        x: (one) => date(one.start),
        stroke: 'var(--explorer-ink)',
        strokeDasharray: '5 3',
        strokeWidth: 1.4,
      }),
      ...breaks.map((one, at) => {
        const text = `definition changes ${dated(one)}`
        return Plot.text([text], {
          x: () => date(one.start),
          frameAnchor: 'top',
          dy: -10 - 13 * (at % 2),
          textAnchor: anchor(date(one.start), text),
          text: (said) => said,
          fill: 'var(--explorer-ink)',
        })
      }),
      Plot.line(joined, { x: 'at', y: 'value', z: 'run', stroke: 'var(--explorer-value)', strokeWidth: 1.4 }),
      ...torn.map(({ at, figure }) =>
        Plot.ruleX([figure], {
          x: () => at,
          y1: 'low',
          y2: 'high',
          stroke: 'var(--explorer-disputed)',
          strokeWidth: 2,
          marker: 'tick',
        }),
      ),
      arrows(UP, 0),
      arrows(DOWN, 180),
      dots(of('repeated'), { fill: 'var(--explorer-value)', stroke: 'var(--explorer-value)' }),
      dots(of('single'), { fill: 'var(--explorer-ground)', stroke: 'var(--explorer-value)' }),
      dots(of('disputed'), {
        symbol: 'diamond',
        r: size + 1.5,
        fill: 'var(--explorer-ground)',
        stroke: 'var(--explorer-disputed)',
      }),
      // In front of the figures that they are about, which they may be close to.
      Plot.dot(
        others.filter((one) => one.bound === 'exact'),
        {
          ...{ x: 'at', y: 'value', symbol: 'times', r: size },
          ...{ stroke: 'var(--explorer-disputed)', strokeWidth: 1.6, className: 'rival' },
        },
      ),
      rivalled(UP, 0),
      rivalled(DOWN, 180),
      Plot.tip(
        shown.map((one) => ({ ...one, value: one.figure.value ?? one.figure.low })),
        Plot.pointerX({ x: 'at', y: 'value', title: tip, fill: 'var(--explorer-ground)', stroke: 'var(--explorer-soft)' }),
      ),
    ],
  })
  const svg = drawn instanceof SVGElement ? drawn : /** @type {SVGSVGElement} */ (drawn.querySelector('svg'))
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', words)
  // The whole is one picture: its parts have no names of their own.
  for (const part of svg.querySelectorAll('[aria-label]')) {
    part.setAttribute('data-mark', part.getAttribute('aria-label') ?? '')
    part.removeAttribute('aria-label')
  }
  return drawn
}

/**
 * Say what the signs of a picture mean: those that it has.
 * @param {Facts} facts
 * @param {Point[]} series
 * @returns {[string, string][]} the sign, as the inside of an SVG of 22 by 16, and what it means
 */
export function legend(facts, series) {
  const figures = series.flatMap((point) => (point.figure ? [point.figure] : []))
  /** @type {Record<string, string>} */
  const signs = {
    repeated: '<circle cx="11" cy="8" r="4" class="value filled"/>',
    single: '<circle cx="11" cy="8" r="4" class="value"/>',
    disputed: '<path d="M11 2 16 8 11 14 6 8Z" class="disputed"/>',
  }
  /** @type {[string, string][]} */
  const found = []
  for (const { code, label } of facts.codes.status) {
    if (figures.some((f) => f.status === code && f.value !== null)) found.push([signs[code], label])
  }
  /** @type {(bounds: string[]) => string} */
  const labels = (bounds) =>
    facts.codes.bound.flatMap(({ code, label }) => (bounds.includes(code) && has(code) ? [label] : [])).join(', ')
  /** @param {string} bound */
  const has = (bound) => figures.some((f) => f.bound === bound)
  const up = labels(['at_least', 'more_than'])
  if (up) found.push(['<path d="M11 15V2M7 6 11 2 15 6" class="ink"/>', up])
  if (has('at_most')) found.push(['<path d="M11 1V14M7 10 11 14 15 10" class="ink"/>', labels(['at_most'])])
  if (has('about')) found.push(['<path d="M11 1V15M8 4 11 1 14 4M8 12 11 15 14 12" class="ink"/>', labels(['about'])])
  if (figures.some((f) => f.value === null)) {
    found.push([
      '<path d="M11 2V14M7 2H15M7 14H15" class="disputed"/>',
      `${word(facts, 'mark', 'torn').label}, from low to high`,
    ])
  }
  const others = figures.flatMap((f) => rivals(facts, f).map(({ bound }) => bound))
  const elsewhere = 'stated by other pages'
  if (others.includes('exact')) found.push(['<path d="M7 4 15 12M15 4 7 12" class="disputed"/>', elsewhere])
  /** @type {[string[], string][]} */
  const footed = [
    [['at_least', 'more_than'], 'M11 14V2M7 6 11 2 15 6M7 14H15'],
    [['at_most'], 'M11 2V14M7 10 11 14 15 10M7 2H15'],
    [['about'], 'M11 1V15M8 4 11 1 14 4M8 12 11 15 14 12M7 8H15'],
  ]
  for (const [bounds, path] of footed) {
    const told = facts.codes.bound.filter(({ code }) => bounds.includes(code) && others.includes(code))
    const labels = told.map(({ label }) => label).join(', ')
    if (labels) found.push([`<path d="${path}" class="disputed"/>`, `${elsewhere}: ${labels}`])
  }
  if (series.some((point) => !point.figure))
    found.push(['<rect x="1" y="1" width="20" height="14" class="gap"/>', 'no figure'])
  const days = [...new Set(series.flatMap((point) => point.breaks.map(dated)))]
  if (days.length) found.push(['<path d="M11 0V16" class="ink dashed"/>', `change of definition ${days.join(', ')}`])
  return found
}
