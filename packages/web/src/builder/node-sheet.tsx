import { X } from 'lucide-react'
import { useId, useState } from 'react'
import { builderText } from '../text/builder.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { FIELD, Field } from './field.tsx'
import { LOOKS } from './node-looks.ts'
import { edgePart, MAX_DETAIL, MAX_LABEL } from './patches.ts'
import { Sheet, useFirstField } from './sheet.tsx'
import { type FlowNode, NODE_TYPES, type NodeType, type Strategy } from './strategy.ts'

interface NodeSheetProps {
  readonly strategy: Strategy
  /** Null for a new one. */
  readonly node: FlowNode | null
  /** What a new one comes after, at first. */
  readonly after: string | null
  readonly isReadOnly: boolean
  /** Whether the first field is to be written in at once. */
  readonly isFocused: boolean
  readonly onSave: (fields: Omit<FlowNode, 'id'>, after: string | null) => void
  readonly onConnect: (target: string) => void
  readonly onRemove: (parts: readonly string[]) => void
  readonly onClose: () => void
}

/** One step: what it is called, what it does, where it leads. */
export function NodeSheet(props: NodeSheetProps) {
  const { strategy, node, isReadOnly, isFocused, onSave, onRemove, onClose } = props
  const { sheet } = builderText
  const [type, setType] = useState<NodeType>(node?.type ?? 'action')
  const [label, setLabel] = useState(node?.label ?? '')
  const [detail, setDetail] = useState(node?.detail ?? '')
  const [after, setAfter] = useState(props.after ?? '')
  const [isMissing, setMissing] = useState(false)
  const first = useFirstField<HTMLInputElement>(isFocused)
  const error = useId()

  const submit = () => {
    if (isReadOnly) return
    if (label.trim() === '') {
      setMissing(true)
      first.current?.focus()
    } else onSave({ type, label: label.trim(), detail: detail.trim() }, after === '' ? null : after)
  }
  const footer = isReadOnly ? (
    <Button className="ms-auto" onClick={onClose}>
      {sheet.close}
    </Button>
  ) : (
    <>
      {node && (
        <Button look="danger" onClick={() => onRemove([node.id])}>
          {sheet.remove}
        </Button>
      )}
      <Button look="quiet" className="ms-auto" onClick={onClose}>
        {sheet.cancel}
      </Button>
      <Button look="primary" type="submit">
        {node ? sheet.save : sheet.saveNew}
      </Button>
    </>
  )
  return (
    <Sheet
      title={node ? (isReadOnly ? sheet.view : sheet.edit) : sheet.add}
      onClose={onClose}
      onSubmit={submit}
      footer={footer}
    >
      <Field label={sheet.label}>
        <input
          ref={first}
          value={label}
          maxLength={MAX_LABEL}
          readOnly={isReadOnly}
          aria-invalid={isMissing}
          aria-describedby={isMissing ? error : undefined}
          onChange={(event) => {
            setLabel(event.target.value)
            setMissing(false)
          }}
          className={FIELD}
        />
      </Field>
      {isMissing && (
        <p id={error} role="alert" className="-mt-2 text-xs text-danger">
          {sheet.labelNeeded}
        </p>
      )}
      <TypeChoice value={type} onChange={setType} isReadOnly={isReadOnly} />
      <Field label={sheet.detail}>
        <textarea
          rows={4}
          value={detail}
          maxLength={MAX_DETAIL}
          readOnly={isReadOnly}
          onChange={(event) => setDetail(event.target.value)}
          className={classes(FIELD, 'h-auto resize-y py-1.5')}
        />
      </Field>
      {node ? (
        <Connections {...props} node={node} />
      ) : (
        <Field label={sheet.after}>
          <NodeSelect nodes={strategy.nodes} value={after} none={sheet.nothing} onChange={setAfter} />
        </Field>
      )}
    </Sheet>
  )
}

interface TypeChoiceProps {
  readonly value: NodeType
  readonly onChange: (type: NodeType) => void
  readonly isReadOnly: boolean
}

/** The five kinds of step, each with its picture. */
function TypeChoice({ value, onChange, isReadOnly }: TypeChoiceProps) {
  const name = useId()
  return (
    <fieldset disabled={isReadOnly}>
      <legend className="pb-1 text-xs font-medium text-soft">{builderText.sheet.type}</legend>
      <div className="grid grid-cols-[repeat(5,auto)] gap-0.5">
        {NODE_TYPES.map((type) => {
          const { icon: Icon, tile } = LOOKS[type]
          return (
            <label
              key={type}
              className="relative flex cursor-pointer flex-col items-center gap-1 rounded-md border border-transparent py-1.5 text-2xs text-soft transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name={name}
                checked={type === value}
                onChange={() => onChange(type)}
                className="absolute inset-0 cursor-pointer opacity-0"
              />
              <span aria-hidden="true" className={classes('grid size-7 place-items-center rounded-md', tile)}>
                <Icon className="size-4" />
              </span>
              {builderText.types[type]}
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

/** Where a step leads, and the way to lead it elsewhere without dragging. */
function Connections({
  strategy,
  node,
  isReadOnly,
  onConnect,
  onRemove,
}: NodeSheetProps & { readonly node: FlowNode }) {
  const { sheet } = builderText
  const targets = strategy.edges.filter(({ source }) => source === node.id)
  const taken = new Set([node.id, ...targets.map(({ target }) => target)])
  const free = strategy.nodes.filter(({ id }) => !taken.has(id))
  const labelOf = (id: string) => strategy.nodes.find((other) => other.id === id)?.label ?? id
  return (
    <div className="space-y-1.5">
      {targets.length > 0 && (
        <>
          <h3 className="text-xs font-medium text-soft">{sheet.leadsTo}</h3>
          <ul className="space-y-1">
            {targets.map(({ id, target, label }) => (
              <li key={id} className="flex min-h-8 items-center gap-2 rounded-md bg-sunken ps-2.5 pe-1 text-sm">
                <span className="min-w-0 flex-1 truncate">{labelOf(target)}</span>
                {label !== '' && <span className="shrink-0 text-xs text-faint">{label}</span>}
                {!isReadOnly && (
                  <IconButton
                    size="small"
                    label={sheet.disconnect(labelOf(target))}
                    icon={X}
                    onClick={() => onRemove([edgePart(id)])}
                  />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {!isReadOnly && free.length > 0 && (
        <Field label={sheet.connect}>
          <NodeSelect
            nodes={free}
            value=""
            none={sheet.connectNone}
            onChange={(target) => target !== '' && onConnect(target)}
          />
        </Field>
      )}
    </div>
  )
}

interface NodeSelectProps {
  readonly nodes: readonly FlowNode[]
  readonly value: string
  readonly none: string
  readonly onChange: (id: string) => void
}

function NodeSelect({ nodes, value, none, onChange }: NodeSelectProps) {
  return (
    <select value={value} onChange={(event) => onChange(event.target.value)} className={FIELD}>
      <option value="">{none}</option>
      {nodes.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </select>
  )
}
