// What the library says beside the numbers: facts.json, made by website/explore.py. Nothing of it is repeated here.

/**
 * @typedef {object} Word a code of the vocabulary
 * @property {string} code
 * @property {string} label
 * @property {string} definition
 */

/**
 * @typedef {object} About what there is to know of a dataset before its files are read
 * @property {string} name
 * @property {string} title
 * @property {string} publisher
 * @property {string} counts
 * @property {string} release
 * @property {Record<'figures' | 'sources' | 'breaks', string>} files the digest of each file
 */

/**
 * @typedef {object} Facts
 * @property {About[]} datasets
 * @property {Record<string, Word[]>} codes by axis, in the order of the vocabulary
 * @property {Record<string, string>} signs how a bound is written before its number
 * @property {string[]} spans the kinds of span that a series may have
 */

/**
 * Give what is said of a code.
 * @param {Facts} facts
 * @param {string} axis
 * @param {string} code
 * @returns {Word}
 */
export function word(facts, axis, code) {
  const found = facts.codes[axis]?.find((one) => one.code === code)
  if (!found) throw new Error(`the record has a code that the page does not know: ${axis} ${code}`)
  return found
}

/**
 * Give the label of a code that counts inside another number: a group, an area or a scope.
 * @param {Facts} facts
 * @param {string} code
 */
export function included(facts, code) {
  const axis = ['group', 'area', 'scope'].find((one) => facts.codes[one].some((known) => known.code === code))
  return word(facts, axis ?? 'group', code).label
}

/**
 * Write a number with the sign of its bound, as the library does: `458`, `>=1,645`.
 * @param {Facts} facts
 * @param {number} value
 * @param {string | null} bound
 */
export function signed(facts, value, bound) {
  return `${(bound && facts.signs[bound]) || ''}${grouped(value)}`
}

/**
 * Write a number with a comma after the thousands, whatever the reader's language: as the library does.
 * @param {number} value
 */
export function grouped(value) {
  return value.toLocaleString('en-US')
}
