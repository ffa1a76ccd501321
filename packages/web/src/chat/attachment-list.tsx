import { CircleAlert, FileText, LoaderCircle, RotateCw, X } from 'lucide-react'
import { formatBytes } from '../format/numbers.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import type { Attachment, Attachments } from './use-attachments.ts'

/** The files that will go with the message being written. */
export function AttachmentList({ attachments }: { readonly attachments: Attachments }) {
  const { items, problem } = attachments
  if (items.length === 0 && !problem) return null
  return (
    <div className="px-3 pt-3">
      <ul className="flex flex-wrap gap-2" aria-label={text.message.attached}>
        {items.map((item) => (
          <AttachmentChip
            key={item.key}
            item={item}
            onRemove={() => attachments.remove(item.key)}
            onRetry={() => attachments.retry(item.key)}
          />
        ))}
      </ul>
      {problem && (
        <p role="status" className="pt-2 text-xs text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}

interface AttachmentChipProps {
  readonly item: Attachment
  readonly onRemove: () => void
  readonly onRetry: () => void
}

function AttachmentChip({ item: { file, preview, state }, onRemove, onRetry }: AttachmentChipProps) {
  const isFailed = state.name === 'failed'
  return (
    <li
      className={classes(
        'flex max-w-full animate-appear items-center gap-2.5 rounded-lg border py-1.5 ps-1.5 pe-1 text-sm',
        isFailed ? 'border-danger/40 bg-danger-soft' : 'border-line bg-sunken',
      )}
    >
      <span className="relative grid size-9 shrink-0 place-items-center overflow-hidden rounded-md bg-raised text-soft">
        {preview ? (
          <img src={preview} alt="" className="size-full object-cover" />
        ) : (
          <FileText aria-hidden className="size-4.5" />
        )}
        {state.name === 'uploading' && (
          <span className="absolute inset-0 grid place-items-center bg-raised/75">
            <LoaderCircle aria-hidden className="size-4 animate-spin text-accent" />
          </span>
        )}
        {isFailed && (
          <span className="absolute inset-0 grid place-items-center bg-danger-soft/85">
            <CircleAlert aria-hidden className="size-4 text-danger" />
          </span>
        )}
      </span>
      <span className="min-w-0 max-w-60 leading-tight">
        <span className="block truncate">{file.name}</span>
        <span
          role={isFailed ? 'alert' : undefined}
          className={classes('block text-xs', isFailed ? 'text-danger' : 'truncate text-faint')}
        >
          {isFailed
            ? state.message
            : state.name === 'uploading'
              ? text.composer.uploading
              : formatBytes(file.size, text.locale)}
        </span>
      </span>
      {isFailed && state.canRetry && (
        <IconButton size="small" icon={RotateCw} label={text.composer.retryFile(file.name)} onClick={onRetry} />
      )}
      <IconButton size="small" icon={X} label={text.composer.removeFile(file.name)} onClick={onRemove} />
    </li>
  )
}
