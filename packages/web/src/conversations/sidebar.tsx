import type { Me } from '@streambed/client'
import { Command, Search, SquarePen, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { navigate } from '../routes/navigation.ts'
import { ConnectionDot } from '../shell/connection-dot.tsx'
import { Places } from '../shell/places.tsx'
import { keyName, perform } from '../shell/shortcuts.ts'
import { ThemeMenu } from '../shell/theme-menu.tsx'
import { useMe } from '../sign-in/account.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { OverlayHost } from '../ui/overlay-host.tsx'
import { ConversationList } from './conversation-list.tsx'
import { SearchResults } from './search-results.tsx'

const AccountMenu = lazy(async () => ({ default: (await import('../sign-in/account-menu.tsx')).AccountMenu }))

interface SidebarProps {
  /** Given where it stands in a drawer. */
  readonly onClose?: () => void
}

/** Everything that was ever said here, the way to find it again, and the way to say something new. */
export function Sidebar({ onClose }: SidebarProps) {
  const me = useMe()
  const [query, setQuery] = useState('')
  const isSearching = query.trim() !== ''
  const start = () => {
    navigate({ name: 'start' })
    onClose?.()
  }
  return (
    <nav aria-label={text.sidebar.label} className="flex h-full flex-col pt-[env(safe-area-inset-top)]">
      <OverlayHost>
        <div className="flex h-13 shrink-0 items-center gap-2 ps-4 pe-2">
          <Logo className="size-5.5 text-accent" />
          <Heading me={me} />
          {me?.via === 'session' && (
            <Suspense>
              <AccountMenu me={me} />
            </Suspense>
          )}
          {onClose && <IconButton label={text.sidebar.close} icon={X} onClick={onClose} />}
        </div>
        <div className="shrink-0 space-y-2 px-3 pb-2">
          <button
            type="button"
            onClick={start}
            className="flex h-9 w-full items-center gap-2.5 rounded-md border border-line bg-raised px-2.5 text-sm font-medium shadow-low transition-colors hover:bg-hover pointer-coarse:h-11"
          >
            <SquarePen aria-hidden className="size-4 text-accent" />
            {text.sidebar.newChat}
          </button>
          <Places />
          <SearchField value={query} onChange={setQuery} />
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-3 pb-3">
          {isSearching ? <SearchResults query={query.trim()} /> : <ConversationList />}
        </div>
        <div className="flex h-[calc(3rem+env(safe-area-inset-bottom))] shrink-0 items-center justify-between border-t border-line ps-4 pe-2 pb-[env(safe-area-inset-bottom)]">
          <ConnectionDot />
          <div className="flex">
            <IconButton
              label={`${text.sidebar.palette} (${keyName('mod')} K)`}
              icon={Command}
              onClick={() => {
                onClose?.()
                perform('palette')
              }}
            />
            <ThemeMenu />
          </div>
        </div>
      </OverlayHost>
    </nav>
  )
}

/** What this is, and which organisation one is in where there are several. */
function Heading({ me }: { readonly me: Me | null }) {
  const organisation = me && me.organisations.length > 1 && me.organisations.find(({ id }) => id === me.organisation)
  return (
    <span className="min-w-0 flex-1 leading-tight">
      <span className="block text-[0.9375rem] font-semibold tracking-tight">{text.app.name}</span>
      {organisation && <span className="block truncate text-xs text-soft">{organisation.title}</span>}
    </span>
  )
}

interface SearchFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
}

function SearchField({ value, onChange }: SearchFieldProps) {
  return (
    <div className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
      />
      <input
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return
          event.stopPropagation() // the drawer would close
          onChange('')
        }}
        aria-label={text.sidebar.search}
        placeholder={text.sidebar.search}
        className="h-9 w-full rounded-md bg-transparent ps-9 pe-9 text-sm transition-colors hover:bg-hover focus:bg-raised pointer-coarse:h-11 pointer-coarse:text-[1rem]"
      />
      {value !== '' && (
        <IconButton
          size="small"
          label={text.sidebar.clearSearch}
          icon={X}
          onClick={() => onChange('')}
          className="absolute top-1/2 right-1 -translate-y-1/2"
        />
      )}
    </div>
  )
}
