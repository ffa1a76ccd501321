import type { Me } from '@streambed/client'
import { useCollections } from '@streambed/client/react'
import {
  AlarmClock,
  Bookmark,
  ChartNoAxesColumn,
  CircleUser,
  type LucideIcon,
  Settings,
  ShieldCheck,
  Target,
  Workflow,
} from 'lucide-react'
import { Link } from '../routes/link.tsx'
import { useRoute } from '../routes/navigation.ts'
import type { Route } from '../routes/route.ts'
import { isAdmin, useWho } from '../sign-in/account.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'

export interface Place {
  readonly to: Exclude<Route, { name: 'unknown' }>
  readonly label: string
  readonly icon: LucideIcon
  /** What must be kept here for the place to make sense. */
  readonly needs?: string
  readonly isShown: (route: Route) => boolean
  /** Who has it; everybody where left out. */
  readonly isFor?: (me: Me) => boolean
}

const PLACES: readonly Place[] = [
  {
    to: { name: 'builder', id: null },
    label: text.places.builder,
    icon: Workflow,
    needs: 'strategies',
    isShown: (route) => route.name === 'builder' && route.id === null,
  },
  {
    to: { name: 'strategies' },
    label: text.places.strategies,
    icon: Bookmark,
    needs: 'strategies',
    isShown: ({ name }) => name === 'strategies' || name === 'comparison',
  },
  {
    to: { name: 'predictions' },
    label: text.places.predictions,
    icon: Target,
    needs: 'predictions',
    isShown: ({ name }) => name === 'predictions' || name === 'prediction',
  },
  {
    to: { name: 'alarms' },
    label: text.places.alarms,
    icon: AlarmClock,
    needs: 'alarms',
    isShown: ({ name }) => name === 'alarms',
  },
  {
    to: { name: 'usage' },
    label: text.places.usage,
    icon: ChartNoAxesColumn,
    isShown: ({ name }) => name === 'usage',
  },
  {
    to: { name: 'settings' },
    label: text.places.settings,
    icon: Settings,
    isShown: ({ name }) => name === 'settings',
  },
  {
    to: { name: 'people' },
    label: text.places.administration,
    icon: ShieldCheck,
    isShown: ({ name }) => name === 'people' || name === 'budgets' || name === 'audit' || name === 'limits',
    isFor: (me) => me.via === 'session' && isAdmin(me),
  },
  {
    to: { name: 'account' },
    label: text.places.account,
    icon: CircleUser,
    isShown: ({ name }) => name === 'account',
    isFor: ({ via }) => via === 'session',
  },
]

/** The places that this deployment has; all of them until that is known. */
export function usePlaces(): readonly Place[] {
  const kept = useCollections().value?.map(({ name }) => name)
  const who = useWho()
  const mine = PLACES.filter(({ isFor }) => !isFor || (who && isFor(who)))
  return mine.filter(({ needs }) => needs === undefined || !kept || kept.includes(needs))
}

/** The pages of the app that are no conversations. */
export function Places() {
  const route = useRoute()
  const places = usePlaces()
  return (
    <ul aria-label={text.places.label}>
      {places.map(({ to, label, icon: Icon, isShown }) => (
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
