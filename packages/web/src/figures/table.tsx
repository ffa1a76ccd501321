import type { ComponentProps } from '@streambed/client'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { cellText } from './cell.ts'

type TableProps = ComponentProps<'table'> & {
  /** What it is, where it has no title. */
  readonly label?: string
}
type Cell = TableProps['rows'][number][number]

interface Order {
  readonly column: number
  readonly descending: boolean
}

/** Rows under headings that sort them. What is too wide scrolls in its own box. */
export function Table({ title, label = title ?? text.figure.table, columns, rows }: TableProps) {
  const caption = useId()
  const [order, setOrder] = useState<Order | null>(null)
  const shown = useMemo(() => (order ? sorted(rows, order) : rows), [rows, order])
  const sortBy = (column: number) =>
    setOrder((order) => {
      if (order?.column !== column) return { column, descending: false }
      return order.descending ? null : { column, descending: true }
    })
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-raised">
      {title && (
        <figcaption
          id={caption}
          className="flex items-baseline gap-3 border-b border-line px-3.5 py-2 text-sm font-semibold"
        >
          <span className="min-w-0 flex-1">{title}</span>
          <span className="text-xs font-normal text-faint">{text.figure.rows(rows.length)}</span>
        </figcaption>
      )}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        className="max-h-96 overflow-auto outline-offset-[-2px]"
      >
        <table
          aria-label={title ? undefined : label}
          aria-labelledby={title ? caption : undefined}
          className="w-full border-separate border-spacing-0 text-sm"
        >
          <thead>
            <tr>
              {columns.map(({ label, align }, column) => (
                <th
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
                  key={column}
                  scope="col"
                  aria-sort={order?.column === column ? (order.descending ? 'descending' : 'ascending') : undefined}
                  className={classes('sticky top-0 border-b border-line bg-sunken p-0', alignment(align))}
                >
                  <button
                    type="button"
                    onClick={() => sortBy(column)}
                    className={classes(
                      'flex min-h-9 w-full items-center gap-1 px-3.5 font-semibold whitespace-nowrap text-soft outline-offset-[-2px] hover:text-ink',
                      align === 'end' && 'justify-end',
                    )}
                  >
                    {label}
                    {order?.column === column &&
                      (order.descending ? (
                        <ArrowDown aria-hidden className="size-3.5" />
                      ) : (
                        <ArrowUp aria-hidden className="size-3.5" />
                      ))}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else to be known by
              <tr key={index}>
                {columns.map(({ align }, column) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its place
                    key={column}
                    className={classes(
                      'max-w-80 border-line px-3.5 py-2 align-top tabular-nums',
                      index > 0 && 'border-t',
                      alignment(align),
                    )}
                  >
                    {cellText(row[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="px-3.5 py-4 text-sm text-faint">{text.figure.empty}</p>}
      </section>
    </figure>
  )
}

function alignment(align: 'start' | 'end' | undefined): string {
  return align === 'end' ? 'text-end' : 'text-start'
}

function sorted(rows: TableProps['rows'], { column, descending }: Order): TableProps['rows'] {
  const collator = new Intl.Collator(text.locale, { numeric: true, sensitivity: 'base' })
  const sign = descending ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a, b] = [one[column], other[column]]
    if (isNothing(a) || isNothing(b)) return Number(isNothing(a)) - Number(isNothing(b)) // at the end either way
    return sign * compare(a, b, collator)
  })
}

function compare(a: NonNullable<Cell>, b: NonNullable<Cell>, collator: Intl.Collator): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}

function isNothing(cell: Cell | undefined): cell is null | undefined {
  return cell === null || cell === undefined
}
