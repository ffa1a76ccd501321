import { classes } from './classes.ts'

/** How everything looks that opens over the page beside what was pressed. */
export const POPUP = classes(
  'min-w-44 origin-(--transform-origin) overflow-y-auto rounded-lg border border-line bg-raised p-1',
  'text-sm shadow-float outline-hidden transition-[scale,opacity] data-starting-style:scale-97 data-starting-style:opacity-0',
  'data-ending-style:scale-97 data-ending-style:opacity-0',
)
