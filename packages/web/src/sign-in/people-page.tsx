import type { InvitationInfo, Me, PersonInfo, Role } from '@streambed/client'
import { Ban, Ellipsis, KeyRound, UserCheck, UserMinus, UserPlus } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { AdminPage } from '../admin/admin-page.tsx'
import { formatMoment } from '../format/time.ts'
import { Section } from '../settings/section.tsx'
import { signInText } from '../text/sign-in.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FIELD } from '../ui/field.ts'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { toasts } from '../ui/toast.tsx'
import { account, useWho } from './account.ts'
import { Field } from './field.tsx'
import { NobodySignsIn } from './nobody-signs-in.tsx'
import { OrganisationSection } from './organisation-section.tsx'
import { Problem } from './problem.tsx'
import { Removal } from './removal.tsx'
import { SecretOnce } from './secret-once.tsx'
import { useDeed } from './use-deed.ts'
import { useList } from './use-list.ts'

const words = signInText.people
const ROLES: readonly Role[] = ['owner', 'admin', 'member', 'viewer']

/** A link to hand on, and what it is for. */
interface Link {
  readonly label: string
  readonly url: string
}

/** The people of one's organisation, where there is one. */
export function PeoplePage() {
  const who = useWho()
  if (who && who.via !== 'local') return <People me={who} />
  const needs = { isThere: who !== null, problem: null, reload() {} }
  return (
    <AdminPage title={words.title} needs={needs} failed={words.failed}>
      <NobodySignsIn />
    </AdminPage>
  )
}

/** Who is in, as what, and who is invited. */
function People({ me }: { readonly me: Me }) {
  const [after, setAfter] = useState(0)
  const [known, setKnown] = useState<readonly PersonInfo[]>([])
  const page = useList(useCallback(() => account.people(after), [after]))
  const invitations = useList(account.invitations)
  const [isInviting, setInviting] = useState(false)
  const [removing, setRemoving] = useState<PersonInfo | null>(null)
  const [link, setLink] = useState<Link | null>(null)
  const deed = useDeed()
  const [next, setNext] = useState<number | null>(null)
  useEffect(() => {
    if (!page.value) return
    const { items, next } = page.value
    setKnown((known) => [...known.filter(({ user }) => !items.some((item) => item.user === user)), ...items])
    setNext(items.length === PAGE ? next : null)
  }, [page.value])

  const change = (person: PersonInfo, change: { readonly role?: Role; readonly disabled?: boolean }) =>
    deed.run(async () => {
      const changed = await account.changePerson(person.user, change)
      setKnown((known) => known.map((one) => (one.user === changed.user ? changed : one)))
    })
  const removed = ({ user, name }: PersonInfo) => {
    setRemoving(null)
    setKnown((known) => known.filter((one) => one.user !== user))
    toasts.add({ title: words.removed(name) })
  }
  const reset = (person: PersonInfo) =>
    deed.run(async () => {
      const { token } = await account.startReset(person.user)
      setLink({ label: words.resetLink(person.name), url: `${location.origin}/reset#${token}` })
    })

  const inviteButton = (
    <Button look="primary" icon={UserPlus} onClick={() => setInviting(true)}>
      {words.invite}
    </Button>
  )
  return (
    <AdminPage
      title={words.title}
      actions={inviteButton}
      needs={{ ...page, isThere: known.length > 0 }}
      failed={words.failed}
    >
      <Problem of={deed.problem} />
      {link && <SecretOnce label={link.label} secret={link.url} note={words.linkNote} />}
      {known.length > 0 && (
        <Section title={words.members}>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {known.map((person) => (
              <Person
                key={person.user}
                person={person}
                isMe={person.user === me.user}
                mayOwn={me.role === 'owner'}
                onChange={(wanted) => void change(person, wanted)}
                onReset={() => void reset(person)}
                onRemove={() => setRemoving(person)}
              />
            ))}
          </ul>
          {next !== null && (
            <Button className="mt-3" onClick={() => setAfter(next)}>
              {words.more}
            </Button>
          )}
        </Section>
      )}
      {invitations.value && invitations.value.length > 0 && (
        <Invitations items={invitations.value} onGone={invitations.reload} />
      )}
      <OrganisationSection me={me} />
      <Dialog
        title={words.removal.title(removing?.name ?? '')}
        isOpen={removing !== null}
        onClose={() => setRemoving(null)}
      >
        {removing && (
          <Removal person={removing} onRemoved={() => removed(removing)} onCancel={() => setRemoving(null)} />
        )}
      </Dialog>
      <Dialog title={words.inviteTitle} isOpen={isInviting} onClose={() => setInviting(false)}>
        <Invite
          mayOwn={me.role === 'owner'}
          onInvited={(link) => {
            setInviting(false)
            setLink(link)
            invitations.reload()
          }}
        />
      </Dialog>
    </AdminPage>
  )
}

/** How many people the server tells of at once. */
const PAGE = 200

interface PersonProps {
  readonly person: PersonInfo
  readonly isMe: boolean
  readonly mayOwn: boolean
  readonly onChange: (change: { readonly role?: Role; readonly disabled?: boolean }) => void
  readonly onReset: () => void
  readonly onRemove: () => void
}

function Person({ person, isMe, mayOwn, onChange, onReset, onRemove }: PersonProps) {
  const { name, email, role, disabled, ours } = person
  const isAbove = role === 'owner' && !mayOwn
  const menu = (
    <Menu trigger={<IconButton size="small" label={words.actions(name)} icon={Ellipsis} />}>
      {ours && (
        <>
          <MenuItem icon={KeyRound} onClick={onReset}>
            {words.reset}
          </MenuItem>
          <MenuItem icon={disabled ? UserCheck : Ban} onClick={() => onChange({ disabled: !disabled })}>
            {disabled ? words.enable : words.disable}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={UserMinus} isDangerous onClick={onRemove}>
        {words.remove}
      </MenuItem>
    </Menu>
  )
  return (
    <li className="flex min-h-14 items-center gap-3 py-2 ps-4 pe-2 text-sm">
      <span className={classes('min-w-0 flex-1', disabled && 'opacity-60')}>
        <span className="block truncate font-medium">
          {name}
          {isMe && <span className="font-normal text-faint"> · {words.you}</span>}
          {disabled && <span className="font-normal text-danger"> · {words.disabled}</span>}
        </span>
        <span className="block truncate text-xs text-faint">{email}</span>
      </span>
      <RoleChoice
        label={words.roleOf(name)}
        value={role}
        mayOwn={mayOwn}
        isFixed={isMe || isAbove}
        onChange={(role) => onChange({ role })}
      />
      {isMe || isAbove ? <span className="size-7 pointer-coarse:size-9" /> : menu}
    </li>
  )
}

interface RoleChoiceProps {
  readonly label: string
  readonly value: Role
  readonly mayOwn: boolean
  readonly isFixed?: boolean
  readonly onChange: (role: Role) => void
}

function RoleChoice({ label, value, mayOwn, isFixed = false, onChange }: RoleChoiceProps) {
  const offered = ROLES.filter((role) => role !== 'owner' || mayOwn || value === 'owner')
  return (
    <select
      aria-label={label}
      className={classes(FIELD, 'w-auto!')}
      disabled={isFixed}
      value={value}
      onChange={({ target }) => onChange(target.value as Role)} // of the options just below
    >
      {offered.map((role) => (
        <option key={role} value={role}>
          {words.roles[role]}
        </option>
      ))}
    </select>
  )
}

interface InvitationsProps {
  readonly items: readonly InvitationInfo[]
  readonly onGone: () => void
}

function Invitations({ items, onGone }: InvitationsProps) {
  const deed = useDeed()
  const withdraw = (id: string) =>
    deed.run(async () => {
      await account.withdraw(id)
      onGone()
    })
  return (
    <Section title={words.open}>
      <Problem of={deed.problem} />
      <ul className="divide-y divide-line rounded-lg border border-line">
        {items.map(({ id, email, role, expiresAt }) => (
          <li key={id} className="flex min-h-12 items-center gap-3 py-2 ps-4 pe-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{email ?? words.anyone}</span>
              <span className="text-xs text-faint">
                {words.roles[role]} ·{' '}
                {words.until(formatMoment(new Date(expiresAt).toISOString(), new Date(), text.locale))}
              </span>
            </span>
            <Button
              look="danger"
              aria-label={words.withdrawLabel(email ?? words.anyone)}
              onClick={() => void withdraw(id)}
            >
              {words.withdraw}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface InviteProps {
  readonly mayOwn: boolean
  readonly onInvited: (link: Link) => void
}

function Invite({ mayOwn, onInvited }: InviteProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const inviting = useDeed()
  const invite = () =>
    inviting.run(async () => {
      const { token } = await account.invite({ email, role })
      onInvited({ label: words.inviteLink(email), url: `${location.origin}/welcome#${token}` })
    })
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      <p className="text-sm text-soft">{words.inviteNote}</p>
      <Problem of={inviting.problem} />
      <Field
        label={signInText.email}
        type="email"
        autoComplete="off"
        required
        value={email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <div>
        <p aria-hidden className="mb-1 text-sm font-medium">
          {words.role}
        </p>
        <RoleChoice label={words.role} value={role} mayOwn={mayOwn} onChange={setRole} />
      </div>
      <Button type="submit" look="primary" disabled={inviting.isBusy}>
        {words.invite}
      </Button>
    </form>
  )
}
