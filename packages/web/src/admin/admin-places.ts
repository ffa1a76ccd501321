import { Gauge, ScrollText, Users, Wallet } from 'lucide-react'
import type { Place } from '../shell/places.tsx'
import { isAdmin } from '../sign-in/account.ts'
import { adminText } from '../text/admin.ts'

/** The pages for admins, each by its own name. Where nobody signs in, its one user has those that make sense. */
export const ADMIN_PLACES: readonly Place[] = [
  {
    to: { name: 'people' },
    label: adminText.names.people,
    icon: Users,
    isShown: ({ name }) => name === 'people',
    isFor: (me) => isAdmin(me) && me.via !== 'local',
  },
  {
    to: { name: 'budgets' },
    label: adminText.names.budgets,
    icon: Wallet,
    isShown: ({ name }) => name === 'budgets',
    isFor: isAdmin,
  },
  {
    to: { name: 'audit' },
    label: adminText.names.audit,
    icon: ScrollText,
    isShown: ({ name }) => name === 'audit',
    isFor: isAdmin,
  },
  {
    to: { name: 'limits' },
    label: adminText.names.limits,
    icon: Gauge,
    isShown: ({ name }) => name === 'limits',
    isFor: isAdmin,
  },
]
