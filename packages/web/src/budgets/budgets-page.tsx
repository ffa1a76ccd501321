import { Failure } from '@streambed/client'
import type { Budget, BudgetStanding } from '@streambed/client/admin'
import { useConversations } from '@streambed/client/react'
import { Ellipsis, Pencil, Plus, Trash2, Wallet } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { admin } from '../admin/admin.ts'
import { AdminPage } from '../admin/admin-page.tsx'
import { usePeople } from '../admin/use-people.ts'
import { Section } from '../settings/section.tsx'
import { useWho } from '../sign-in/account.ts'
import { Problem } from '../sign-in/problem.tsx'
import { useDeed } from '../sign-in/use-deed.ts'
import { useList } from '../sign-in/use-list.ts'
import { adminText } from '../text/admin.ts'
import { inWords } from '../text/problems.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { toasts } from '../ui/toast.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { limitText } from './amount-text.ts'
import { BudgetForm } from './budget-form.tsx'
import { useBudgetNames } from './names.ts'
import { isSame, keyOf } from './standing.ts'
import { StandingView } from './standing-view.tsx'

const words = adminText.budgets
const SCOPES = ['organisation', 'user', 'agent'] as const

/** Who may spend what in an organisation: what it has set, and what the server's settings say besides. */
export function BudgetsPage() {
  const isAlone = useWho()?.via === 'local'
  const people = usePeople()
  const names = useBudgetNames()
  const book = useList(readBook)
  const { reload } = book
  const { items: conversations } = useConversations()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed list is the sign that something was spent
  useEffect(reload, [reload, conversations])
  const [open, setOpen] = useState<{ readonly budget: Budget | null } | null>(null)
  const deed = useDeed()
  const { items = [], defaults = [], caps = [], standings = [], mine = [] } = book.value ?? {}
  const counted = isAlone ? [...standings, ...mine] : standings
  const standingOf = (budget: Budget) => counted.find((standing) => keyOf(standing.budget) === keyOf(budget))

  const remove = (budget: Budget) =>
    deed.run(async () => {
      await admin.removeBudget(budget)
      reload()
      const name = names.nameOf(budget)
      const undo = () =>
        admin.setBudget(budget).then(reload, (error: Error) => {
          toasts.add({ title: words.undoFailed(name, inWords(error)) })
        })
      toasts.add({ title: words.removed(name), actionProps: { children: words.undo, onClick: () => void undo() } })
    })
  const addButton = (
    <Button look="primary" icon={Plus} onClick={() => setOpen({ budget: null })}>
      {words.add}
    </Button>
  )
  return (
    <AdminPage
      title={adminText.names.budgets}
      actions={addButton}
      needs={{ ...book, isThere: book.value !== null }}
      failed={words.failed}
    >
      <p className="max-w-2xl text-sm text-pretty text-soft">{words.explanation}</p>
      <Problem of={deed.problem} />
      {items.length + defaults.length + caps.length === 0 && (
        <div className="h-80">
          <WholePage icon={Wallet} title={words.empty.title}>
            {words.empty.text}
          </WholePage>
        </div>
      )}
      {SCOPES.map((scope) => {
        const group = items.filter((budget) => budget.scope === scope)
        return (
          group.length > 0 && (
            <Section key={scope} title={words.groups[scope]}>
              <BudgetList>
                {group.map((budget) => (
                  <BudgetRow
                    key={keyOf(budget)}
                    budget={budget}
                    name={names.nameOf(budget)}
                    standing={standingOf(budget)}
                    note={isAlone ? null : words.apart}
                    action={
                      <BudgetMenu
                        label={words.actions(names.nameOf(budget))}
                        onChange={() => setOpen({ budget })}
                        onRemove={() => void remove(budget)}
                      />
                    }
                  />
                ))}
              </BudgetList>
            </Section>
          )
        )
      })}
      {defaults.length > 0 && (
        <Section title={words.defaults} explanation={words.defaultsNote}>
          <BudgetList>
            {defaults.map((budget) => {
              const isReplaced = items.some((item) => isSame(item, budget))
              return (
                <BudgetRow
                  key={keyOf(budget)}
                  budget={budget}
                  name={names.nameOf(budget)}
                  standing={isReplaced ? undefined : standingOf(budget)}
                  note={isReplaced ? words.replaced : isAlone ? null : words.apart}
                  action={
                    !isReplaced && (
                      <Button aria-label={words.replaceLabel(names.nameOf(budget))} onClick={() => setOpen({ budget })}>
                        {words.replace}
                      </Button>
                    )
                  }
                />
              )
            })}
          </BudgetList>
        </Section>
      )}
      {caps.length > 0 && (
        <Section title={words.caps} explanation={words.capsNote}>
          <BudgetList>
            {caps.map((budget) => (
              <BudgetRow
                key={keyOf(budget)}
                budget={budget}
                name={names.nameOf(budget)}
                standing={standingOf(budget)}
                note={null}
                action={null}
              />
            ))}
          </BudgetList>
        </Section>
      )}
      <Dialog
        title={open?.budget ? words.form.change : words.form.add}
        isOpen={open !== null}
        onClose={() => setOpen(null)}
      >
        {open && (
          <BudgetForm
            budget={open.budget}
            others={items}
            people={people}
            names={names}
            isAlone={isAlone}
            onDone={() => {
              setOpen(null)
              reload()
            }}
          />
        )}
      </Dialog>
    </AdminPage>
  )
}

function BudgetList({ children }: { readonly children: ReactNode }) {
  return <ul className="divide-y divide-line rounded-lg border border-line">{children}</ul>
}

interface BudgetRowProps {
  readonly budget: Budget
  readonly name: string
  /** Undefined where each one's spending is counted apart. */
  readonly standing: BudgetStanding | undefined
  /** What is said in place of how it stands. */
  readonly note: string | null
  readonly action: ReactNode
}

function BudgetRow({ budget, name, standing, note, action }: BudgetRowProps) {
  return (
    <li className="py-3 ps-4 pe-2 text-sm">
      <div className="flex min-h-8 items-center gap-3">
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{name}</span>
          <span className="text-soft tabular-nums">{limitText(budget)}</span>
        </span>
        {action}
      </div>
      <div className="pe-2">
        {standing ? (
          <StandingView standing={standing} label={name} />
        ) : (
          note && <p className="text-xs text-pretty text-faint">{note}</p>
        )}
      </div>
    </li>
  )
}

interface BudgetMenuProps {
  readonly label: string
  readonly onChange: () => void
  readonly onRemove: () => void
}

function BudgetMenu({ label, onChange, onRemove }: BudgetMenuProps) {
  return (
    <Menu trigger={<IconButton size="small" label={label} icon={Ellipsis} />}>
      <MenuItem icon={Pencil} onClick={onChange}>
        {words.change}
      </MenuItem>
      <MenuItem icon={Trash2} isDangerous onClick={onRemove}>
        {words.remove}
      </MenuItem>
    </Menu>
  )
}

/** Members are answered, too, with what they are under themselves; this page is not about that. */
async function readBook() {
  const { items, ...book } = await admin.budgets()
  if (!items) throw new Failure({ code: 'forbidden', message: adminText.forbidden.title, retry: false })
  return { ...book, items }
}
