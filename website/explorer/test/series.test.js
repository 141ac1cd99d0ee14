// Holds the explorer's rules to the library: every series of every dataset, read from the Parquet files that the page reads.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inWords, legend } from '../src/chart.js'
import { included, signed, word } from '../src/facts.js'
import { pageText } from '../src/pages.js'
import { tables } from '../src/read.js'
import { AXES, cells, csv, dated, key, nearest, points, rivals, runs } from '../src/series.js'

const { CONFLICTDATA_DATA: folder, EXPECTED: told } = process.env
assert.ok(
  folder && told,
  'CONFLICTDATA_DATA names the folder of the Parquet files, EXPECTED what .ci/explorer_expected.py wrote',
)

/**
 * @typedef {{ number: string | null, sources: string[], addresses: string[], others: string[], includes: string[] }} Told
 * @typedef {object} Series
 * @property {import('../src/series.js').Cell} cell
 * @property {string} csv what the command prints
 * @property {string} file what the explorer gives away
 * @property {Record<string, Told>} figures
 * @property {string[][]} runs
 * @property {Record<string, string[]>} rivals
 */

/** @type {{ facts: import('../src/facts.js').Facts, datasets: Record<string, Series[]> }} */
const { facts, datasets } = JSON.parse(readFileSync(told, 'utf8'))

/** @param {string} name */
const opened = (name) =>
  tables(async (table) => {
    const bytes = readFileSync(`${folder}/${name}/${table}.parquet`)
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  })

/** @param {string} name */
const about = (name) => /** @type {import('../src/facts.js').About} */ (facts.datasets.find((one) => one.name === name))

/** @type {(axis: string, code: string) => number} */
const rank = (axis, code) => (facts.codes[axis] ?? facts.codes.period_kind).findIndex((one) => one.code === code)

for (const [name, expected] of Object.entries(datasets)) {
  test(`${name}: the cells that can be chosen are those that have a series`, async () => {
    const { figures } = await opened(name)
    const found = cells(figures, facts.spans).map(key)
    assert.deepEqual(found.sort(), expected.map((one) => key(one.cell)).sort())
  })

  test(`${name}: every series, as CSV, is that of the library, byte for byte, with the pages behind each row`, async () => {
    const read = await opened(name)
    for (const { cell, csv: printed, file, figures } of expected) {
      const text = csv(read, about(name), points(read, cell), cell.every)
      assert.equal(text, file, key(cell))
      const rows = text.split('\n')
      const behind = printed.split('\n').map((line, at) => {
        assert.ok(rows[at].startsWith(line), `${key(cell)} ${line}`)
        return rows[at].slice(line.length).split(',').slice(1)
      })
      assert.deepEqual(behind.shift(), ['dataset', 'release', 'sources'])
      assert.deepEqual(behind.pop(), []) // after the last line
      for (const [at, told] of behind.entries()) {
        const addresses = figures[rows[at + 1].split(',')[0]]?.addresses ?? []
        assert.deepEqual(told, [name, about(name).release, addresses.join(' ')])
        assert.deepEqual(told[2].split(' ').filter(Boolean), addresses)
      }
    }
  })

  test(`${name}: every figure has the number, the pages and the other values that the library gives`, async () => {
    const read = await opened(name)
    for (const one of expected) {
      const shown = Object.fromEntries(
        points(read, one.cell).flatMap(({ period, figure: f }) => {
          if (!f) return []
          const page = (/** @type {string} */ id) => pageText(facts, read, id)
          const others = f.others.map((id, at) => `${f.others_state[at]}: ${page(id)}`)
          const number = f.value === null ? null : signed(facts, f.value, f.bound)
          const includes = f.includes.map((code) => included(facts, code))
          const addresses = f.sources.map((id) => read.sources.get(id)?.url)
          return [[period, { number, sources: f.sources.map(page), addresses, others, includes }]]
        }),
      )
      assert.deepEqual(shown, one.figures, key(one.cell))
    }
  })

  test(`${name}: a line joins the points that the library's own chart joins, and no others`, async () => {
    const read = await opened(name)
    for (const { cell, runs: told } of expected) {
      const found = runs(points(read, cell)).map((run) => run.map((point) => point.period))
      assert.deepEqual(found, told, key(cell))
    }
  })

  test(`${name}: what other pages state is set against a figure where the library's own chart does that`, async () => {
    const read = await opened(name)
    for (const { cell, rivals: told } of expected) {
      const found = points(read, cell).flatMap(({ period, figure }) =>
        figure ? [[period, rivals(facts, figure).map(({ value, bound }) => signed(facts, value, bound))]] : [],
      )
      assert.deepEqual(Object.fromEntries(found), told, key(cell))
    }
  })

  test(`${name}: words and legend say the day of a break, and where it is known only about`, async () => {
    const read = await opened(name)
    for (const { cell } of expected) {
      const series = points(read, cell)
      const days = [
        ...new Set(series.flatMap((point) => point.breaks.map(({ start, approximate }) => [approximate, start]))),
      ]
      const said = days.map(([approximate, start]) => `change of definition ${approximate ? 'about' : 'on'} ${start}`)
      const told = [inWords(facts, '', series, cell.every), legend(facts, series).flat().join('\n')]
      for (const text of told) {
        assert.deepEqual(text.match(/change of definition (about|on) [\d-]+/gi)?.map((one) => one.toLowerCase()) ?? [], said)
      }
    }
  })

  test(`${name}: every code of its figures has a label`, async () => {
    const { figures, sources } = await opened(name)
    for (const f of figures) {
      for (const axis of ['area', 'scope', 'measure', 'group', 'status']) {
        assert.ok(word(facts, axis, String(f[/** @type {'area'} */ (axis)])).label)
      }
      for (const mark of f.marks) assert.ok(word(facts, 'mark', mark).definition)
      for (const caveat of f.caveats) assert.ok(word(facts, 'caveat', caveat).definition)
      if (f.bound) assert.ok(word(facts, 'bound', f.bound).label)
      assert.ok(f.sources.length)
    }
    for (const page of sources.values()) assert.match(page.url, /^https?:\/\//)
  })

  test(`${name}: from any cell, a choice on one axis leads to a cell with it that changes as few others as can be`, async () => {
    const there = cells((await opened(name)).figures, facts.spans)
    for (const from of there.filter((_, at) => at % 7 === 0)) {
      for (const axis of AXES) {
        for (const code of new Set(there.map((cell) => cell[axis]))) {
          const found = nearest(there, { ...from, [axis]: code }, axis, rank)
          const far = (/** @type {typeof from} */ cell) =>
            AXES.filter((one) => one !== axis && cell[one] !== from[one]).length
          assert.equal(found[axis], code)
          assert.equal(far(found), Math.min(...there.filter((cell) => cell[axis] === code).map(far)))
        }
      }
    }
  })
}

test('a cell that is there is its own nearest, and an axis that no cell has is given up', () => {
  const cell = { measure: 'killed', group: 'total', area: 'PK', scope: 'all', every: 'month' }
  const other = { ...cell, area: 'PK-SD' }
  assert.equal(nearest([other, cell], cell, undefined, rank), cell)
  assert.equal(nearest([other, cell], { ...cell, area: 'PK-XX' }, 'area', rank), cell)
})

test('no line leads to a bound, from one, or over one', async () => {
  const cell = { measure: 'incidents', group: 'total', area: 'PK', scope: 'militant_attacks', every: 'year' }
  const series = points(await opened('picss'), cell)
  const bounds = series.flatMap(({ period, figure: f }) => (f?.bound && f.bound !== 'exact' ? [period] : []))
  const joined = runs(series).map((run) => run.map((point) => point.period))
  assert.ok(['2022', '2023', '2025'].every((year) => bounds.includes(year)))
  assert.deepEqual(
    joined.flat().filter((period) => bounds.includes(period)),
    [],
  )
  for (const run of joined) assert.equal(Number(run[run.length - 1]) - Number(run[0]), run.length - 1)
})

test('a span in which a break takes effect after its first day stands alone', async () => {
  const cell = { measure: 'killed', group: 'total', area: 'PK', scope: 'militant_attacks', every: 'year' }
  const series = points(await opened('picss'), cell)
  const mixed = series.find((point) => point.period === '2024')
  assert.deepEqual(mixed?.breaks.map(dated), ['on 2024-08-01'])
  assert.deepEqual(
    runs(series).filter((run) => run.some((point) => point === mixed)),
    [[mixed]],
  )
})

test('a page that says the same of a figure, as a bound, is not set against it', async () => {
  const { figures } = await opened('picss')
  const [figure] = figures.filter((f) => f.period === '2024' && f.value === 905 && f.others_state.includes('>800'))
  assert.equal(figure.status, 'single')
  assert.deepEqual(rivals(facts, figure), [])
})

test('the numbers that contradict a figure are read from their texts with their bounds, each once', () => {
  const told = { status: 'disputed', others_state: ['>=1,645', '15 16', '15', '~20'] }
  const figure = /** @type {import('../src/read.js').Figure} */ (told)
  assert.deepEqual(rivals(facts, figure), [
    { value: 1645, bound: 'at_least' },
    { value: 15, bound: 'exact' },
    { value: 16, bound: 'exact' },
    { value: 20, bound: 'about' },
  ])
  assert.throws(() => rivals(facts, { ...figure, others_state: ['some 20'] }), /cannot read/)
})

test('an address with a comma or a quote is one cell of the file', async () => {
  const read = await opened('picss')
  const [one] = datasets.picss
  const sources = new Map([...read.sources].map(([id, source]) => [id, { ...source, url: 'https://a.example/1,"2"' }]))
  const text = csv({ ...read, sources }, about('picss'), points(read, one.cell).slice(0, 1), one.cell.every)
  assert.match(text, /,"https:\/\/a\.example\/1,""2""[^\n]*"\n$/)
})

test('a file that is cut short is an error, and not a table', async () => {
  const bytes = readFileSync(`${folder}/picss/figures.parquet`)
  const cut = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - 100)
  await assert.rejects(tables(async () => cut))
})
