// The pages that stated a number: outlet, kind, day, address.
import { word } from './facts.js'

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./read.js').Source} Source */
/** @typedef {import('./read.js').Tables} Tables */

/**
 * Give a page of a dataset.
 * @param {Tables} tables
 * @param {string} id
 * @returns {Source}
 */
export function page(tables, id) {
  const found = tables.sources.get(id)
  if (!found) throw new Error(`the record names a page that it does not have: ${id}`)
  return found
}

/**
 * Say when a page appeared: the day, or by which day it was surely out.
 * @param {Source} source
 */
export function day(source) {
  return source.published ?? `by ${source.published_to}`
}

/**
 * Give outlet, day and address of a page on one line, as the library prints it.
 * @param {Facts} facts
 * @param {Tables} tables
 * @param {string} id
 */
export function pageText(facts, tables, id) {
  const source = page(tables, id)
  return `${source.outlet} (${word(facts, 'source_kind', source.kind).label}, ${day(source)}) ${source.url}`
}
