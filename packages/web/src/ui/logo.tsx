import { classes } from './classes.ts'

/** Three waves over each other: the mark of Streambed. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={classes('fill-none stroke-current', className)}
      strokeWidth="2.1"
      strokeLinecap="round"
    >
      <path d="M3.5 7.2c2.8-2.4 5.7-2.4 8.5 0s5.7 2.4 8.5 0" />
      <path d="M3.5 12.2c2.8-2.4 5.7-2.4 8.5 0s5.7 2.4 8.5 0" opacity=".7" />
      <path d="M3.5 17.2c2.8-2.4 5.7-2.4 8.5 0s5.7 2.4 8.5 0" opacity=".4" />
    </svg>
  )
}
