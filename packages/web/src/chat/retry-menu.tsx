import { useModels } from '@streambed/client/react'
import { RotateCw } from 'lucide-react'
import type { ReactElement } from 'react'
import { text } from '../text/text.ts'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'

interface RetryMenuProps {
  /** What opens it. */
  readonly button: ReactElement<Record<string, unknown>>
  readonly onRetry: (model?: string) => void
}

/** Another answer, by the same model or by another one. */
export function RetryMenu({ button, onRetry }: RetryMenuProps) {
  return (
    // Most answers that are tried again stand at the end, right above the composer.
    <Menu align="start" side="top" trigger={button}>
      <MenuItem icon={RotateCw} onClick={() => onRetry()}>
        {text.answer.retry}
      </MenuItem>
      <OtherModels onRetry={onRetry} />
    </Menu>
  )
}

/** Asked for only when the menu is open. */
function OtherModels({ onRetry }: Pick<RetryMenuProps, 'onRetry'>) {
  const models = useModels().value?.items ?? []
  if (models.length < 2) return null
  return (
    <>
      <MenuSeparator />
      <div className="px-2.5 pt-1 pb-1 text-xs text-faint">{text.answer.retryWith}</div>
      {models.map((model) => (
        <MenuItem key={model.id} onClick={() => onRetry(model.id)}>
          {model.name}
        </MenuItem>
      ))}
    </>
  )
}
