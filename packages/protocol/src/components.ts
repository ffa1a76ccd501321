import * as z from 'zod'

const Label = z.string().max(200)
const Cell = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()])

/** Rows under headings. A row has a cell for each column, in their order. */
export const Table = z.object({
  title: Label.optional(),
  columns: z
    .array(z.object({ label: Label, align: z.enum(['start', 'end']).default('start') }))
    .min(1)
    .max(20),
  rows: z.array(z.array(Cell).max(20)).max(500),
})
export type Table = z.infer<typeof Table>

/** Values along an axis, as bars or lines. A series has a value for each place on it; null where there is none. */
export const Chart = z.object({
  title: Label.optional(),
  kind: z.enum(['bar', 'line']),
  labels: z.array(Label).min(1).max(400),
  series: z
    .array(z.object({ label: Label, values: z.array(z.number().nullable()).max(400) }))
    .min(1)
    .max(8),
  unit: z.string().max(20).optional(),
})
export type Chart = z.infer<typeof Chart>

/** A few facts under a title. */
export const Card = z.object({
  title: Label,
  text: z.string().max(2_000).optional(),
  fields: z
    .array(z.object({ label: Label, value: Cell }))
    .max(20)
    .default([]),
})
export type Card = z.infer<typeof Card>

/** What a `component` event may show, by its name. A client that does not know one shows its props as text. */
export const COMPONENTS = { table: Table, chart: Chart, card: Card } as const
export type ComponentName = keyof typeof COMPONENTS
export type ComponentProps<Name extends ComponentName> = z.input<(typeof COMPONENTS)[Name]>
