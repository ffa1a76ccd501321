import type { Conversation } from '@streambed/client'
import { Braces, Download, Image as Picture } from 'lucide-react'
import { titleOf } from '../chat/title.ts'
import { builderText } from '../text/builder.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { toasts } from '../ui/toast.tsx'
import { FlowPicture } from './flow-picture.tsx'
import { formatDollars, formatPercent } from './numbers.ts'
import { fileName, pictureFile } from './picture-file.tsx'
import { readView } from './stored-view.ts'
import type { Strategy } from './strategy.ts'

interface ExportMenuProps {
  readonly conversation: Conversation
  readonly strategy: Strategy
}

/** Takes the strategy along: its data, or its picture. */
export function ExportMenu({ conversation, strategy }: ExportMenuProps) {
  const title = titleOf(conversation) ?? builderText.untitled
  const saveJson = () => {
    const json = `${JSON.stringify(conversation.state.value, null, 2)}\n`
    download(new Blob([json], { type: 'application/json' }), fileName(title, 'json'))
  }
  const savePicture = () => {
    const { positions, direction } = readView(conversation.id)
    const isPlaced = strategy.nodes.every(({ id }) => positions.has(id))
    const picture = (
      <FlowPicture
        flow={strategy}
        label={title}
        direction={direction}
        isDetailed
        caption={[title, summaryOf(strategy)]}
        {...(isPlaced && { positions })}
      />
    )
    pictureFile(picture).then(
      (blob) => download(blob, fileName(title, 'png')),
      () => toasts.add({ title: builderText.export.failed }),
    )
  }
  return (
    <Menu trigger={<IconButton label={builderText.export.label} icon={Download} />}>
      <MenuItem icon={Picture} onClick={savePicture}>
        {builderText.export.png}
      </MenuItem>
      <MenuItem icon={Braces} onClick={saveJson}>
        {builderText.export.json}
      </MenuItem>
    </Menu>
  )
}

function summaryOf({ risk, monthlyReturn, capital }: Strategy): string {
  const { instruments } = builderText
  return [
    risk && `${instruments.risk}: ${instruments.risks[risk]}`,
    monthlyReturn !== null && `${instruments.monthlyReturn}: ${formatPercent(monthlyReturn, text.locale)}`,
    capital !== null && formatDollars(capital, text.locale),
  ]
    .filter(Boolean)
    .join(' · ')
}
