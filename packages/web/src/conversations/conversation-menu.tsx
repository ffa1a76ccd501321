import {
  Archive,
  ArchiveRestore,
  Braces,
  Ellipsis,
  FileDown,
  Link,
  Pencil,
  Pin,
  PinOff,
  Share2,
  Trash2,
} from 'lucide-react'
import { lazy, type Ref, Suspense, useState } from 'react'
import { pathOf, routeTo } from '../routes/route.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLink, MenuSeparator } from '../ui/menu.tsx'
import { toasts } from '../ui/toast.tsx'
import { type Changeable, useChanges } from './use-changes.ts'

const ShareDialog = lazy(async () => ({ default: (await import('../sharing/share-dialog.tsx')).ShareDialog }))

interface ConversationMenuProps {
  readonly conversation: Changeable
  readonly onRename: () => void
  readonly buttonRef?: Ref<HTMLButtonElement>
  readonly size?: 'small' | 'normal'
}

/** What can be done to a conversation. */
export function ConversationMenu({ conversation, onRename, buttonRef, size = 'small' }: ConversationMenuProps) {
  const changes = useChanges(conversation)
  const { title, pinned, archived } = conversation
  const [isSharing, setSharing] = useState(false)
  const button = (
    <IconButton
      ref={buttonRef}
      size={size}
      icon={Ellipsis}
      label={text.conversation.actions(title ?? text.conversation.untitled)}
    />
  )
  const menu = (
    <Menu trigger={button}>
      <MenuItem icon={Pencil} onClick={onRename}>
        {text.conversation.rename}
      </MenuItem>
      <MenuItem icon={pinned ? PinOff : Pin} onClick={changes.togglePinned}>
        {pinned ? text.conversation.unpin : text.conversation.pin}
      </MenuItem>
      <MenuItem icon={archived ? ArchiveRestore : Archive} onClick={changes.toggleArchived}>
        {archived ? text.conversation.unarchive : text.conversation.archive}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Share2} onClick={() => setSharing(true)}>
        {text.conversation.share}
      </MenuItem>
      <MenuItem icon={Link} onClick={() => void copyLink(conversation)}>
        {text.conversation.copyLink}
      </MenuItem>
      <MenuLink icon={FileDown} href={`/v1/conversations/${conversation.id}/export?format=markdown`}>
        {text.conversation.exportMarkdown}
      </MenuLink>
      <MenuLink icon={Braces} href={`/v1/conversations/${conversation.id}/export?format=json`}>
        {text.conversation.exportJson}
      </MenuLink>
      <MenuSeparator />
      <MenuItem icon={Trash2} isDangerous onClick={changes.remove}>
        {text.conversation.delete}
      </MenuItem>
    </Menu>
  )
  return (
    <>
      {menu}
      {isSharing && (
        <Suspense>
          <ShareDialog conversation={conversation.id} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </>
  )
}

async function copyLink({ id, agent }: Changeable): Promise<void> {
  try {
    await navigator.clipboard.writeText(`${location.origin}${pathOf(routeTo(id, agent))}`)
    toasts.add({ title: text.conversation.linkCopied })
  } catch {
    toasts.add({ title: text.message.copyFailed }) // browsers forbid it on pages without TLS, and where people do
  }
}
