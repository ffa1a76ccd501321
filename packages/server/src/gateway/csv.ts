/** Rows as a CSV text (RFC 4180): a line of titles, then for each row a line of its fields. */
export function csv<Field extends string>(
  rows: readonly Readonly<Record<Field, unknown>>[],
  fields: readonly Field[],
  titles: readonly string[] = fields,
): string {
  return `${titles.join(',')}\r\n${csvLines(rows, fields)}`
}

/** The lines of rows alone, for a text that comes piece by piece. */
export function csvLines<Field extends string>(
  rows: readonly Readonly<Record<Field, unknown>>[],
  fields: readonly Field[],
): string {
  return rows.map((row) => `${fields.map((field) => cell(row[field])).join(',')}\r\n`).join('')
}

/** Quoted where needed; a cell that a spreadsheet would run as a formula is made a text. */
function cell(value: unknown): string {
  const text = String(value ?? '')
  const safe = /^[=+@\t-]/.test(text) && typeof value === 'string' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
