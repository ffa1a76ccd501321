import { Bookmark, type LucideIcon, Workflow } from 'lucide-react'
import { Link } from '../routes/link.tsx'
import { useRoute } from '../routes/navigation.ts'
import type { Route } from '../routes/route.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'

interface Place {
  readonly to: Exclude<Route, { name: 'unknown' }>
  readonly label: string
  readonly icon: LucideIcon
  readonly isShown: (route: Route) => boolean
}

const PLACES: readonly Place[] = [
  {
    to: { name: 'builder', id: null },
    label: text.places.builder,
    icon: Workflow,
    isShown: (route) => route.name === 'builder' && route.id === null,
  },
  {
    to: { name: 'strategies' },
    label: text.places.strategies,
    icon: Bookmark,
    isShown: ({ name }) => name === 'strategies' || name === 'comparison',
  },
]

/** The pages of the app that are no conversations. */
export function Places() {
  const route = useRoute()
  return (
    <ul aria-label={text.places.label}>
      {PLACES.map(({ to, label, icon: Icon, isShown }) => (
        <li key={label}>
          <Link
            to={to}
            aria-current={isShown(route) ? 'page' : undefined}
            className={classes(
              'flex h-8.5 items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors pointer-coarse:h-11',
              isShown(route) ? 'bg-chosen text-ink' : 'text-soft hover:bg-hover hover:text-ink',
            )}
          >
            <Icon aria-hidden className="size-4 shrink-0 text-faint" />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  )
}
