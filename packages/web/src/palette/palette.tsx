import { Dialog } from '@base-ui/react/dialog'
import type { ConversationSummary } from '@streambed/client'
import { useConversations } from '@streambed/client/react'
import { Keyboard, MessageSquareText, Monitor, Moon, Search, SquarePen, Sun } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { ADMIN_PLACES } from '../admin/admin-places.ts'
import { navigate } from '../routes/navigation.ts'
import { routeTo } from '../routes/route.ts'
import { usePlaces } from '../shell/places.tsx'
import { THEMES, useTheme } from '../shell/theme.ts'
import { useWho } from '../sign-in/account.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { type Command, matching } from './commands.ts'

const words = pagesText.palette
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon }
/** How long a pause in typing starts the search, in milliseconds. */
const PAUSE_MS = 150

interface PaletteProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onHelp: () => void
}

/** Everything that can be gone to and done, by its name. */
export function Palette({ isOpen, onClose, onHelp }: PaletteProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-70 min-h-dvh bg-[oklch(0.15_0.01_225_/_0.35)]" />
        <Dialog.Popup className="fixed inset-x-3 top-[max(4dvh,env(safe-area-inset-top))] z-70 mx-auto flex max-h-[75dvh] max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-float outline-hidden sm:top-[14dvh]">
          <Dialog.Title className="sr-only">{words.title}</Dialog.Title>
          <Finder onDone={onClose} onHelp={onHelp} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface FinderProps {
  readonly onDone: () => void
  readonly onHelp: () => void
}

function Finder({ onDone, onHelp }: FinderProps) {
  const id = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const groups = useGroups(query, onHelp)
  const commands = groups.flatMap(({ commands }) => commands)
  const active = Math.min(at, commands.length - 1)

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen comes into view
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, query])
  const run = (command: Command | undefined) => {
    if (!command) return
    onDone()
    command.run()
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const last = commands.length - 1
    const next = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last }[event.key]
    if (next !== undefined) setAt(next)
    else if (event.key === 'Enter') run(commands[active])
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className="relative border-b border-line">
        <Search aria-hidden className="absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-faint" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={commands[active] ? `${id}-${commands[active].id}` : undefined}
          aria-autocomplete="list"
          aria-label={words.field}
          placeholder={words.field}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setAt(0)
          }}
          onKeyDown={pressed}
          className="h-13 w-full bg-transparent ps-12 pe-4 text-base outline-hidden"
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={words.title}
        className="min-h-0 overflow-y-auto p-1.5"
      >
        {groups.map(({ name, commands: own }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox has no element of its own
          <div key={name} role="group" aria-labelledby={`${id}-${name}`}>
            <div id={`${id}-${name}`} className="px-2.5 pt-2 pb-1 text-xs text-faint">
              {words.groups[name]}
            </div>
            {own.map((command) => (
              <Option
                key={command.id}
                id={`${id}-${command.id}`}
                command={command}
                isActive={command === commands[active]}
                onPoint={() => setAt(commands.indexOf(command))}
                onRun={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
      {commands.length === 0 && (
        <p role="status" className="px-4 pt-2 pb-5 text-sm text-faint">
          {text.sidebar.nothingFound(query)}
        </p>
      )}
    </>
  )
}

interface OptionProps {
  readonly id: string
  readonly command: Command
  readonly isActive: boolean
  readonly onPoint: () => void
  readonly onRun: () => void
}

function Option({ id, command: { label, icon: Icon, note }, isActive, onPoint, onRun }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, as is usual for a combobox
    // biome-ignore lint/a11y/useFocusableInteractive: the same
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      onPointerMove={onPoint}
      onClick={onRun}
      className={classes(
        'flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 text-sm select-none pointer-coarse:min-h-11',
        isActive && 'bg-chosen',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-soft" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {note && <span className="shrink-0 text-xs text-faint">{note}</span>}
    </div>
  )
}

type GroupName = keyof typeof words.groups

function useGroups(query: string, onHelp: () => void) {
  const who = useWho()
  const adminPlaces = ADMIN_PLACES.filter(({ isFor }) => who && isFor!(who)) // each of them is for somebody
  const places = usePlaces().filter(({ to }) => to.name !== 'people') // which those name singly
  const [theme, setTheme] = useTheme()
  const conversations = useFoundConversations(query)
  const actions: readonly Command[] = [
    { id: 'new', label: text.sidebar.newChat, icon: SquarePen, run: () => navigate({ name: 'start' }) },
    ...THEMES.filter((other) => other !== theme).map((other) => ({
      id: `theme-${other}`,
      label: words.theme(text.theme[other]),
      icon: THEME_ICONS[other],
      run: () => setTheme(other),
    })),
    { id: 'help', label: words.help, icon: Keyboard, run: onHelp },
  ]
  const groups: readonly { readonly name: GroupName; readonly commands: readonly Command[] }[] = [
    {
      name: 'places',
      commands: matching(
        [...places, ...adminPlaces].map(({ to, label, icon }) => ({
          id: to.name,
          label,
          icon,
          run: () => navigate(to),
        })),
        query,
      ),
    },
    { name: 'actions', commands: matching(actions, query) },
    {
      name: 'conversations',
      commands: conversations.map(({ id, agent, title }) => ({
        id,
        label: title ?? text.conversation.untitled,
        icon: MessageSquareText,
        run: () => navigate(routeTo(id, agent)),
      })),
    },
  ]
  return groups.filter(({ commands }) => commands.length > 0)
}

/** The newest conversations, or those that the query finds: those at hand at once, those on the server a little later. */
function useFoundConversations(query: string): readonly ConversationSummary[] {
  const { items, list } = useConversations()
  const [found, setFound] = useState<{ readonly query: string; readonly items: readonly ConversationSummary[] }>()
  const asked = query.trim()
  useEffect(() => {
    if (asked === '') return
    let isWanted = true
    const timer = setTimeout(
      () =>
        list.search(asked).then(
          (items) => isWanted && setFound({ query: asked, items }),
          () => {}, // those at hand are shown
        ),
      PAUSE_MS,
    )
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [asked, list])
  if (asked === '') return items.slice(0, 6)
  if (found?.query === asked) return found.items.slice(0, 12)
  return matching(
    items.map((item) => ({ item, label: item.title ?? '' })),
    asked,
  )
    .slice(0, 12)
    .map(({ item }) => item)
}
