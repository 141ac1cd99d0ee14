// Holds the explorer's rules to the library: every series of every dataset, read from the Parquet files that the page reads.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { included, signed, word } from '../src/facts.js'
import { pageText } from '../src/pages.js'
import { tables } from '../src/read.js'
import { AXES, cells, csv, key, nearest, otherwise, points, runs } from '../src/series.js'

const { CONFLICTDATA_DATA: folder, EXPECTED: told } = process.env
assert.ok(
  folder && told,
  'CONFLICTDATA_DATA names the folder of the Parquet files, EXPECTED what .ci/explorer_expected.py wrote',
)

/**
 * @typedef {{ number: string | null, sources: string[], others: string[], includes: string[] }} Told
 * @typedef {{ cell: import('../src/series.js').Cell, csv: string, figures: Record<string, Told> }} Series
 * @type {{ facts: import('../src/facts.js').Facts, datasets: Record<string, Series[]> }}
 */
const { facts, datasets } = JSON.parse(readFileSync(told, 'utf8'))

/** @param {string} name */
const opened = (name) =>
  tables(async (table) => {
    const bytes = readFileSync(`${folder}/${name}/${table}.parquet`)
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  })

/** @type {(axis: string, code: string) => number} */
const rank = (axis, code) => (facts.codes[axis] ?? facts.codes.period_kind).findIndex((one) => one.code === code)

for (const [name, expected] of Object.entries(datasets)) {
  test(`${name}: the cells that can be chosen are those that have a series`, async () => {
    const { figures } = await opened(name)
    const found = cells(figures, facts.spans).map(key)
    assert.deepEqual(found.sort(), expected.map((one) => key(one.cell)).sort())
  })

  test(`${name}: every series, as CSV, is that of the library`, async () => {
    const read = await opened(name)
    for (const one of expected) assert.equal(csv(points(read, one.cell), one.cell.every), one.csv, key(one.cell))
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
          return [[period, { number, sources: f.sources.map(page), others, includes }]]
        }),
      )
      assert.deepEqual(shown, one.figures, key(one.cell))
    }
  })

  test(`${name}: no run holds a gap, a figure without a value, or a break between two points`, async () => {
    const read = await opened(name)
    for (const { cell } of expected) {
      const series = points(read, cell)
      const numbers = runs(series)
      series.forEach((point, at) => {
        const before = series[at - 1]
        const open = [point, before].some((one) => one?.figure?.value == null) || point.segment !== before.segment
        if (at) assert.equal(numbers[at] !== numbers[at - 1], open, `${key(cell)} ${point.period}`)
      })
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

test('the numbers that pages state otherwise are taken from their texts, each once', () => {
  const figure = /** @type {import('../src/read.js').Figure} */ ({ others_state: ['>=1,645', '15 16', '15'] })
  assert.deepEqual(otherwise(figure), [1645, 15, 16])
})

test('a file that is cut short is an error, and not a table', async () => {
  const bytes = readFileSync(`${folder}/picss/figures.parquet`)
  const cut = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - 100)
  await assert.rejects(tables(async () => cut))
})
