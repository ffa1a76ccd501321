import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'

type Look = 'primary' | 'outline' | 'quiet' | 'danger'

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look
  readonly icon?: LucideIcon
}

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong shadow-low',
  outline: 'border border-line bg-raised text-ink hover:bg-hover shadow-low',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  danger: 'text-danger hover:bg-danger-soft',
}

/** A button with words on it. */
export function Button({ look = 'outline', icon: Icon, className, children, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap',
        'transition-colors disabled:opacity-50 pointer-coarse:min-h-10',
        LOOKS[look],
        className,
      )}
      {...props}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0" />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does: read aloud, and shown when pointed at. */
  readonly label: string
  readonly icon: LucideIcon
  readonly size?: 'small' | 'normal'
  readonly shape?: 'square' | 'round'
}

/** A button that is a picture. */
export function IconButton({
  label,
  icon: Icon,
  size = 'normal',
  shape = 'square',
  className,
  ...props
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classes(
        'inline-grid shrink-0 place-items-center text-soft transition-colors',
        shape === 'round' ? 'rounded-full' : 'rounded-md',
        'hover:bg-hover hover:text-ink data-popup-open:bg-hover data-popup-open:text-ink disabled:opacity-40',
        size === 'small' ? 'size-7 pointer-coarse:size-9' : 'size-9 pointer-coarse:size-10',
        className,
      )}
      {...props}
    >
      <Icon aria-hidden className={size === 'small' ? 'size-3.75' : 'size-4.5'} />
    </button>
  )
}
