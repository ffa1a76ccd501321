import { useState } from 'react'
import { builderText } from '../text/builder.ts'
import { Button } from '../ui/button.tsx'
import { FIELD, Field } from './field.tsx'
import { MAX_EDGE_LABEL } from './patches.ts'
import { Sheet, useFirstField } from './sheet.tsx'
import type { FlowEdge } from './strategy.ts'

interface EdgeSheetProps {
  readonly edge: FlowEdge
  readonly title: string
  readonly isReadOnly: boolean
  readonly isFocused: boolean
  readonly onSave: (label: string) => void
  readonly onRemove: () => void
  readonly onClose: () => void
}

/** One connection: its label, and the end of it. */
export function EdgeSheet({ edge, title, isReadOnly, isFocused, onSave, onRemove, onClose }: EdgeSheetProps) {
  const { sheet } = builderText
  const [label, setLabel] = useState(edge.label)
  const first = useFirstField<HTMLInputElement>(isFocused)
  return (
    <Sheet
      title={sheet.edge}
      onClose={onClose}
      onSubmit={() => !isReadOnly && onSave(label.trim())}
      footer={
        isReadOnly ? (
          <Button className="ms-auto" onClick={onClose}>
            {sheet.close}
          </Button>
        ) : (
          <>
            <Button look="danger" onClick={onRemove}>
              {sheet.remove}
            </Button>
            <Button look="quiet" className="ms-auto" onClick={onClose}>
              {sheet.cancel}
            </Button>
            <Button look="primary" type="submit">
              {sheet.save}
            </Button>
          </>
        )
      }
    >
      <p className="text-sm text-pretty text-soft">{title}</p>
      <Field label={sheet.edgeLabel}>
        <input
          ref={first}
          value={label}
          maxLength={MAX_EDGE_LABEL}
          readOnly={isReadOnly}
          onChange={(event) => setLabel(event.target.value)}
          className={FIELD}
        />
      </Field>
    </Sheet>
  )
}
