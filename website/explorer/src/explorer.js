// The page: what is picked, what is shown, and the address that says it.
import { chart, inWords, legend } from './chart.js'
import { element } from './dom.js'
import { word } from './facts.js'
import { FileError, fetched, tables } from './read.js'
import { AXES, cells, csv, nearest, points, python } from './series.js'
import { table } from './table.js'

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./read.js').Tables} Tables */
/** @typedef {import('./series.js').Axis} Axis */
/** @typedef {import('./series.js').Cell} Cell */
/** @typedef {Cell & { dataset: string }} State */
/** @typedef {keyof State} Choice */

/** @type {Record<Choice, string>} */
const NAMES = { dataset: 'Publisher', measure: 'Measure', group: 'Group', area: 'Region', scope: 'Scope', every: 'Span' }
const CHOICES = /** @type {Choice[]} */ (Object.keys(NAMES))
/** @type {State} */
const FIRST = { dataset: 'picss', measure: 'killed', group: 'total', area: 'PK', scope: 'militant_attacks', every: 'month' }

const here = new URL('.', import.meta.url)
const SVG = '<svg viewBox="0 0 22 16" width="22" height="16" aria-hidden="true">'

/** @param {Choice} choice */
const vocabulary = (choice) => (choice === 'every' ? 'period_kind' : choice)

/** @param {import('./series.js').Point[]} series */
const range = (series) => [...new Set([series[0].period, series[series.length - 1].period])].join(' to ')

/** Shows the explorer in an element of the page. */
class Explorer {
  /** @type {Map<string, Promise<Tables>>} */
  #opened = new Map()
  /** @type {Record<string, HTMLSelectElement>} */
  #selects = {}
  #status = element('p', { class: 'explorer-status', role: 'status' })
  #title = element('h2', { class: 'explorer-title', id: 'series' })
  #picture = element('div', { class: 'explorer-picture' })
  #legend = element('ul', { class: 'explorer-legend', 'aria-label': 'What the signs mean' })
  #code = element('code')
  #copy = element('button', { type: 'button', class: 'md-button' }, 'Copy the Python')
  #download = element('a', { class: 'md-button', href: '#' }, 'Download as CSV')
  #note = element('p', { class: 'explorer-note' })
  #table = element('div', { class: 'explorer-scroll', tabindex: '0', role: 'region', 'aria-label': 'The series as a table' })
  #words = element('dl', { class: 'explorer-words' })
  /** @type {State} */
  #state = FIRST
  /** @type {(width: number) => void} */
  #draw = () => {}
  #width = 0
  #asked = 0

  /**
   * Make what is shown.
   * @param {HTMLElement} place
   * @param {Facts} facts
   */
  constructor(place, facts) {
    this.facts = facts
    const form = element('form', { class: 'explorer-form', 'aria-label': 'Pick a series' })
    for (const choice of CHOICES) {
      const select = element('select', { id: `explorer-${choice}`, name: choice, autocomplete: 'off' })
      select.addEventListener('change', () => this.pick(choice, select.value))
      this.#selects[choice] = select
      form.append(element('div', {}, element('label', { for: select.id }, NAMES[choice]), select))
    }
    form.addEventListener('submit', (event) => event.preventDefault())
    this.#copy.addEventListener('click', () => this.copy())
    const code = element(
      'pre',
      { class: 'explorer-code', tabindex: '0', 'aria-label': 'The Python that gives this table' },
      this.#code,
    )
    const actions = element('div', { class: 'explorer-actions' }, this.#copy, this.#download)
    const figure = element('div', { class: 'explorer-figure' }, this.#picture, this.#legend)
    const all = [form, this.#status, this.#title, this.#note, figure, code, actions, this.#table, this.#words]
    place.replaceChildren(...all)
    new ResizeObserver(([entry]) => this.resized(Math.floor(entry.contentRect.width))).observe(this.#picture)
    addEventListener('popstate', () => this.show(this.asked()))
  }

  /** Read the choices from the address; what it does not name is as at first. */
  asked() {
    const query = new URLSearchParams(location.search)
    const named = CHOICES.flatMap((choice) => (query.get(choice) === null ? [] : [[choice, query.get(choice)]]))
    return /** @type {State} */ ({ ...FIRST, ...Object.fromEntries(named) })
  }

  /** @param {string} name */
  open(name) {
    const about = this.facts.datasets.find((one) => one.name === name)
    if (!about) throw new Error(`no such dataset: ${name}`)
    let found = this.#opened.get(name)
    if (!found) {
      found = tables((one) => fetched(new URL(`../${name}/${one}.parquet`, here), about.files[one]))
      found.catch(() => this.#opened.delete(name)) // the next choice tries again
      this.#opened.set(name, found)
    }
    return found
  }

  /**
   * Take a choice of the person's.
   * @param {Choice} choice
   * @param {string} code
   */
  async pick(choice, code) {
    const asked = { ...this.#state, [choice]: code }
    const shown = await this.show(asked, choice)
    if (shown) history.pushState(null, '', this.address(shown))
  }

  /** @param {State} state */
  address(state) {
    return `?${new URLSearchParams(CHOICES.map((choice) => [choice, state[choice]]))}${location.hash}`
  }

  /**
   * Show the asked series, or the nearest that there is, and say so.
   * @param {State} asked
   * @param {Choice} [kept] what was chosen last
   * @returns {Promise<State | null>} what is shown; null if that failed, or another was asked for in the meantime
   */
  async show(asked, kept) {
    this.#asked += 1
    const turn = this.#asked
    const known = this.facts.datasets.some((one) => one.name === asked.dataset)
    const dataset = known ? asked.dataset : FIRST.dataset
    /** @type {Tables} */
    let read
    try {
      read = await this.open(dataset)
    } catch (error) {
      if (turn === this.#asked) this.failed(error)
      return null
    }
    if (turn !== this.#asked) return null
    try {
      const there = cells(read.figures, this.facts.spans)
      const axis = kept && kept !== 'dataset' ? kept : undefined
      const cell = nearest(there, asked, axis, (one, code) => this.rank(one, code))
      const state = { dataset, ...cell }
      this.#state = state
      const changed = CHOICES.filter((choice) => state[choice] !== asked[choice])
      this.fill(there, state)
      this.render(read, state, changed.length ? this.moved(asked, state, changed) : '')
      return state
    } catch (error) {
      this.failed(error)
      return null
    }
  }

  /** @param {unknown} error */
  failed(error) {
    const said =
      error instanceof FileError
        ? error.message
        : `The record could not be read: ${error instanceof Error ? error.message : error}.`
    for (const choice of CHOICES) this.#selects[choice].value = this.#state[choice]
    this.#status.classList.add('failed')
    this.#status.textContent = said
  }

  /** @type {(choice: Choice, code: string) => number} */
  rank(choice, code) {
    return this.facts.codes[vocabulary(choice)].findIndex((one) => one.code === code)
  }

  /** @type {(choice: Choice, code: string) => string} */
  label(choice, code) {
    if (choice === 'dataset') return code.toUpperCase()
    return this.facts.codes[vocabulary(choice)].find((one) => one.code === code)?.label ?? code
  }

  /** @type {(asked: State, state: State, changed: Choice[]) => string} */
  moved(asked, state, changed) {
    const to = changed.map((choice) => `${NAMES[choice].toLowerCase()} is now ${this.label(choice, state[choice])}`)
    const from = CHOICES.map((choice) => this.label(choice, asked[choice])).join(', ')
    return `There are no figures for ${from}. Nearest: ${to.join(', ')}. `
  }

  /**
   * Fill the selects with what there is: first what goes with the other choices, then what changes some of them.
   * @param {Cell[]} there
   * @param {State} state
   */
  fill(there, state) {
    const option = (/** @type {Choice} */ choice, /** @type {string} */ code) =>
      element('option', { value: code }, this.label(choice, code))
    const publishers = this.facts.datasets.map((one) =>
      element('option', { value: one.name }, `${one.name.toUpperCase()}: ${one.publisher}`),
    )
    this.#selects.dataset.replaceChildren(...publishers)
    for (const axis of AXES) {
      const codes = [...new Set(there.map((cell) => cell[axis]))].sort((a, b) => this.rank(axis, a) - this.rank(axis, b))
      const fits = new Set(
        there.filter((cell) => AXES.every((one) => one === axis || cell[one] === state[one])).map((cell) => cell[axis]),
      )
      const near = codes.filter((code) => fits.has(code)).map((code) => option(axis, code))
      const far = codes.filter((code) => !fits.has(code)).map((code) => option(axis, code))
      const more = far.length ? [element('optgroup', { label: 'Changes other choices' }, ...far)] : []
      this.#selects[axis].replaceChildren(...near, ...more)
    }
    for (const choice of CHOICES) this.#selects[choice].value = state[choice]
  }

  /**
   * Show a series.
   * @param {Tables} read
   * @param {State} state
   * @param {string} moved what is to be said before all else
   */
  render(read, state, moved) {
    const { facts } = this
    const about = /** @type {import('./facts.js').About} */ (facts.datasets.find((one) => one.name === state.dataset))
    const series = points(read, state)
    const label = (/** @type {Axis} */ axis) => this.label(axis, state[axis])
    const who = state.measure === 'incidents' ? '' : `, ${label('group')}`
    const title = `${about.name.toUpperCase()}: ${label('scope')}, ${label('measure')}${who}, ${label('area')}`
    const words = inWords(facts, title, series, state.every)
    this.#title.textContent = title
    this.#note.textContent = `${about.publisher}, by ${label('every')}, release ${about.release}. ${this.defined(state)}`
    this.#draw = (width) => this.#picture.replaceChildren(chart(facts, series, label('measure'), width, words))
    if (this.#width) this.#draw(this.#width)
    this.#legend.replaceChildren(
      ...legend(facts, series).map(([sign, meaning]) => {
        const item = element('li', {}, ` ${meaning}`)
        item.insertAdjacentHTML('afterbegin', `${SVG}${sign}</svg>`)
        return item
      }),
    )
    this.#code.textContent = `import conflictdata as cd\n${python(about.name, about.release, state)}`
    const caption = `${title}, by ${label('every')}, release ${about.release}`
    const address = (/** @type {string} */ period) => new URL(`../${about.name}/${period}/`, here).href
    this.#table.replaceChildren(table(facts, read, series, caption, address))
    this.offer(csv(read, about, series, state.every), about, state)
    this.explain(series)
    const figures = series.filter((point) => point.figure).length
    const counted = `${figures} of ${series.length} spans have a figure, ${range(series)}.`
    this.#status.classList.toggle('moved', Boolean(moved))
    this.#status.classList.remove('failed')
    this.#status.textContent = `${moved}${counted}`
  }

  /** @param {State} state */
  defined(state) {
    return word(this.facts, 'scope', state.scope).definition
  }

  /** @type {(text: string, about: import('./facts.js').About, state: State) => void} */
  offer(text, about, state) {
    URL.revokeObjectURL(this.#download.href)
    this.#download.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
    const cell = CHOICES.slice(1).map((choice) => state[choice])
    this.#download.download = `${['conflictdata', about.name, about.release, ...cell].join('-')}.csv`
  }

  /**
   * Say what the words of the table mean: those that it has.
   * @param {import('./series.js').Point[]} series
   */
  explain(series) {
    const figures = series.flatMap((point) => (point.figure ? [point.figure] : []))
    /** @type {[string, Set<string>][]} */
    const used = [
      ['status', new Set(figures.map((f) => f.status))],
      ['bound', new Set(figures.flatMap((f) => (f.bound && f.bound !== 'exact' ? [f.bound] : [])))],
      ['mark', new Set(figures.flatMap((f) => f.marks))],
      ['caveat', new Set(figures.flatMap((f) => f.caveats))],
    ]
    const entries = used.flatMap(([axis, codes]) => this.facts.codes[axis].filter(({ code }) => codes.has(code)))
    this.#words.replaceChildren(
      ...entries.flatMap(({ label, definition }) => [element('dt', {}, label), element('dd', {}, definition)]),
    )
  }

  async copy() {
    const text = this.#code.textContent ?? ''
    try {
      await navigator.clipboard.writeText(text)
      this.#status.textContent = 'The Python is copied.'
    } catch {
      // No clipboard here: what is to be copied is selected instead.
      getSelection()?.selectAllChildren(this.#code)
      this.#status.textContent = 'The browser does not let the page copy. The Python is selected: copy it with the keyboard.'
    }
  }

  /** @param {number} width */
  resized(width) {
    if (!width || width === this.#width) return
    this.#width = width
    this.#draw(width)
  }
}

/** @param {HTMLElement} place */
async function start(place) {
  try {
    const file = await fetched(new URL('facts.json', here))
    const facts = /** @type {Facts} */ (JSON.parse(new TextDecoder().decode(file)))
    const explorer = new Explorer(place, facts)
    await explorer.show(explorer.asked())
  } catch (error) {
    const said =
      error instanceof FileError
        ? error.message
        : `The explorer could not start: ${error instanceof Error ? error.message : error}.`
    place.replaceChildren(element('p', { class: 'explorer-status failed', role: 'alert' }, said))
  }
}

const place = document.getElementById('explorer')
if (place) start(place)
