import { classes } from './classes.ts'

/** How everything looks that one writes into. */
export const FIELD = classes(
  'block min-h-9 w-full min-w-0 rounded-md border border-edge bg-raised px-2.5 py-1.5 text-sm text-ink transition-colors',
  'aria-invalid:border-danger disabled:opacity-60 pointer-coarse:min-h-11 pointer-coarse:text-[1rem]',
)
