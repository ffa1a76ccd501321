import type { Me } from '@streambed/client'
import { Building2, CircleUser, LogOut, Plus } from 'lucide-react'
import { useState } from 'react'
import { navigate } from '../routes/navigation.ts'
import { signInText } from '../text/sign-in.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { toasts } from '../ui/toasts.ts'
import { account, isAdmin, leave } from './account.ts'
import { NewOrganisation } from './new-organisation.tsx'
import { beginAs } from './whose.ts'

const words = signInText.menu
/** The organisation whose admins look after the server, and so make others. */
const HOME = 'local'

/** Who one is, and the way to another organisation, to one's account and out. */
export function AccountMenu({ me }: { readonly me: Me }) {
  const [isMaking, setMaking] = useState(false)
  const name = me.name ?? me.email ?? me.user
  const mayMake = me.organisation === HOME && isAdmin(me)
  const attempt = (deed: Promise<void>) =>
    deed.catch((error: Error) => toasts.add({ title: `${words.failed} ${error.message}` }))
  const enter = async (organisation: string) => {
    if (organisation !== me.organisation) beginAs(await account.enter(organisation))
  }
  const trigger = (
    <button
      type="button"
      aria-label={words.label(name)}
      title={me.email ?? name}
      className="me-1 grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent transition-colors hover:bg-chosen data-popup-open:bg-chosen pointer-coarse:size-10"
    >
      {[...name][0]?.toUpperCase()}
    </button>
  )
  return (
    <>
      <Menu trigger={trigger}>
        <MenuChoice
          label={words.organisation}
          value={me.organisation}
          onChange={(organisation) => void attempt(enter(organisation))}
          options={me.organisations.map(({ id, title }) => ({ value: id, label: title, icon: Building2 }))}
        />
        {mayMake && (
          <MenuItem icon={Plus} onClick={() => setMaking(true)}>
            {words.make}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem icon={CircleUser} onClick={() => navigate({ name: 'account' })}>
          {words.account}
        </MenuItem>
        <MenuItem icon={LogOut} onClick={() => void attempt(leave())}>
          {words.signOut}
        </MenuItem>
      </Menu>
      <Dialog title={words.makeTitle} isOpen={isMaking} onClose={() => setMaking(false)}>
        <NewOrganisation />
      </Dialog>
    </>
  )
}
