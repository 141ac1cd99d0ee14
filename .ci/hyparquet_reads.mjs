// Reads every table of a bundle with hyparquet, the reader that a browser would use, and counts rows and columns.
import { readFileSync, readdirSync } from 'node:fs'
import { parquetReadObjects, parquetMetadata } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const [folder] = process.argv.slice(2)
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`))
for (const [dataset, about] of Object.entries(manifest.datasets)) {
  for (const file of readdirSync(`${folder}/${dataset}`).filter((name) => name.endsWith('.parquet'))) {
    const bytes = readFileSync(`${folder}/${dataset}/${file}`)
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
    const rows = await parquetReadObjects({ file: buffer, compressors })
    const [table, closed] = file.replace('.parquet', '').split('.')
    const told = about.tables[table]  // none for the releases, of which there are two or more
    const expected = told ? (closed ? told.closed : told.rows) : Math.max(rows.length, 2)
    const columns = parquetMetadata(buffer).schema[0].num_children
    if (rows.length !== expected || (rows.length && Object.keys(rows[0]).length !== columns)) {
      throw new Error(`${dataset}/${file}: ${rows.length} rows of ${expected}`)
    }
    if (dataset === 'picss' && file === 'figures.parquet') {
      const cell = rows.filter((r) => r.period === '2025-10' && r.area === 'PK' && r.scope === 'all' && r.measure === 'killed')
      const values = cell.map((r) => `${r.group} ${r.value}`).join(', ')
      if (!values.startsWith('total 458, militants 355')) throw new Error(values)
      console.log(values)
    }
    console.log(`${dataset}/${file}: ${rows.length} rows, ${columns} columns`)
  }
}
