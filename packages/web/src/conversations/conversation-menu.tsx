import { Archive, ArchiveRestore, Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import type { Ref } from 'react'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { type Changeable, useChanges } from './use-changes.ts'

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
  const button = (
    <IconButton
      ref={buttonRef}
      size={size}
      icon={Ellipsis}
      label={text.conversation.actions(title ?? text.conversation.untitled)}
    />
  )
  return (
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
      <MenuItem icon={Trash2} isDangerous onClick={changes.remove}>
        {text.conversation.delete}
      </MenuItem>
    </Menu>
  )
}
