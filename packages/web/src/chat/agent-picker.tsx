import type { AgentInfo } from '@streambed/client'
import { ChevronDown } from 'lucide-react'
import { text } from '../text/text.ts'
import { Menu, MenuChoice } from '../ui/menu.tsx'

interface AgentPickerProps {
  readonly agents: readonly AgentInfo[]
  readonly chosen: AgentInfo
  readonly onChange: (name: string) => void
}

/** Who will answer. */
export function AgentPicker({ agents, chosen, onChange }: AgentPickerProps) {
  const button = (
    <button
      type="button"
      className="flex h-9 min-w-0 items-center gap-1 rounded-full px-3 text-sm text-soft transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover pointer-coarse:h-10"
    >
      <span className="sr-only">{text.start.agent}: </span>
      <span className="truncate">{chosen.title}</span>
      <ChevronDown aria-hidden className="size-4 shrink-0 text-faint" />
    </button>
  )
  return (
    <Menu align="start" trigger={button}>
      <MenuChoice
        label={text.start.agent}
        value={chosen.name}
        onChange={onChange}
        options={agents.map(({ name, title, description }) => ({
          value: name,
          label: (
            <span className="block max-w-64 py-1">
              <span className="block font-medium">{title}</span>
              <span className="block text-xs text-pretty text-faint">{description}</span>
            </span>
          ),
        }))}
      />
    </Menu>
  )
}
