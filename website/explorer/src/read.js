// The bundle's own Parquet files, as rows.
import { decompress } from 'fzstd'
import { parquetReadObjects } from 'hyparquet'

/**
 * @typedef {object} Figure a row of figures.parquet: conflictdata.Figure says what each field means
 * @property {string} period
 * @property {string} start
 * @property {string} end
 * @property {string} period_kind
 * @property {string} area
 * @property {string} scope
 * @property {string} measure
 * @property {string} group
 * @property {number | null} value
 * @property {string | null} bound
 * @property {number} low
 * @property {number | null} high
 * @property {string[]} includes
 * @property {string} status
 * @property {string[]} marks
 * @property {string[]} caveats
 * @property {string[]} sources
 * @property {string[]} others
 * @property {string[]} others_state
 */

/**
 * @typedef {object} Source a row of sources.parquet
 * @property {string} id
 * @property {string} kind
 * @property {string} outlet
 * @property {string} url
 * @property {string | null} published
 * @property {string} published_to
 * @property {string} language
 * @property {string | null} title
 */

/**
 * @typedef {object} Break a row of breaks.parquet
 * @property {string} id
 * @property {string} start
 * @property {boolean} approximate
 * @property {string[]} areas
 * @property {string[]} scopes
 * @property {string[]} measures
 * @property {string} description
 */

/**
 * @typedef {object} Tables one dataset
 * @property {Figure[]} figures
 * @property {Map<string, Source>} sources by id
 * @property {Break[]} breaks
 */

/** The columns that the page needs, by table. */
const COLUMNS = {
  figures: [
    ...['period', 'start', 'end', 'period_kind', 'area', 'scope', 'measure', 'group', 'value', 'bound', 'low', 'high'],
    ...['includes', 'status', 'marks', 'caveats', 'sources', 'others', 'others_state'],
  ],
  sources: ['id', 'kind', 'outlet', 'url', 'published', 'published_to', 'language', 'title'],
  breaks: ['id', 'start', 'approximate', 'areas', 'scopes', 'measures', 'description'],
}

/** @typedef {keyof typeof COLUMNS} Table */

export const TABLES = /** @type {Table[]} */ (Object.keys(COLUMNS))

/**
 * Read a file: days as their text, what is not there as null.
 * @param {ArrayBuffer} file
 * @param {Table} table
 * @returns {Promise<Record<string, unknown>[]>}
 */
async function rows(file, table) {
  const columns = COLUMNS[table]
  const read = await parquetReadObjects({
    file,
    columns,
    compressors: { ZSTD: (bytes, size) => decompress(bytes, new Uint8Array(size)) },
  })
  for (const row of read) {
    for (const name of columns) {
      const value = row[name]
      if (value instanceof Date) row[name] = value.toISOString().slice(0, 10)
      else if (value === undefined) row[name] = null
    }
  }
  return read
}

/**
 * Read the tables of a dataset.
 * @param {(table: Table) => Promise<ArrayBuffer>} open gives a file
 * @returns {Promise<Tables>}
 */
export async function tables(open) {
  const [figures, sources, breaks] = await Promise.all(TABLES.map(async (table) => rows(await open(table), table)))
  const pages = /** @type {Source[]} */ (/** @type {unknown} */ (sources))
  return {
    figures: /** @type {Figure[]} */ (/** @type {unknown} */ (figures)),
    sources: new Map(pages.map((page) => [page.id, page])),
    breaks: /** @type {Break[]} */ (/** @type {unknown} */ (breaks)),
  }
}

/** A file that is not there, or is not the one that this site was built with. The text is for the reader. */
export class FileError extends Error {}

/**
 * Fetch a file of this site.
 * @param {URL} url
 * @param {string} [digest] the sha256 that it must have
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetched(url, digest) {
  const name = url.pathname.split('/').slice(-2).join('/')
  /** @type {Response} */
  let response
  try {
    // The digest in the address: a file of an earlier build that the browser kept is never taken for this one.
    if (digest) url.searchParams.set('sha256', digest.slice(0, 16))
    response = await fetch(url, digest ? {} : { cache: 'no-cache' })
  } catch {
    throw new FileError(
      `The file ${name} could not be fetched. Is there a connection? Load the page again to try once more.`,
    )
  }
  if (!response.ok) throw new FileError(`The file ${name} is not there (the server answered ${response.status}).`)
  const file = await response.arrayBuffer()
  // Browsers take digests only of pages that came over a safe way; elsewhere the reader of Parquet is the only check.
  if (digest && globalThis.crypto?.subtle) {
    const found = new Uint8Array(await crypto.subtle.digest('SHA-256', file))
    const text = Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('')
    if (text !== digest) throw new FileError(`The file ${name} is damaged: it is not the one that this site was built with.`)
  }
  return file
}
