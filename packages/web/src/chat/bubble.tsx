import type { Part } from '@streambed/client'
import { FileText } from 'lucide-react'
import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { useFileAddress } from './file-address.ts'

interface BubbleProps {
  readonly words: string
  /** The files that came with them. */
  readonly children: readonly ReactElement[]
  readonly isFaded?: boolean
}

/** What a user said, with the files that came with it. */
export function Bubble({ words, children: files, isFaded = false }: BubbleProps) {
  return (
    <div className={classes('flex max-w-[85%] flex-col items-end gap-2 transition-opacity', isFaded && 'opacity-70')}>
      {files.length > 0 && (
        <ul aria-label={text.message.attached} className="flex flex-wrap justify-end gap-2">
          {files.map((file) => (
            <li key={file.key} className="min-w-0">
              {file}
            </li>
          ))}
        </ul>
      )}
      {words !== '' && (
        <div className="max-w-full rounded-xl rounded-ee-sm bg-bubble px-4 py-2.5">
          <Folded>{words}</Folded>
        </div>
      )}
    </div>
  )
}

/** A long text shows its beginning first. */
function Folded({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<'short' | 'folded' | 'open'>('short')
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (box.current!.scrollHeight > box.current!.clientHeight + 4) setState('folded')
  }, [])
  return (
    <>
      <div
        ref={box}
        dir="auto"
        className={classes('break-words whitespace-pre-wrap', state === 'open' ? undefined : 'line-clamp-[14]')}
      >
        {children}
      </div>
      {state !== 'short' && (
        <button
          type="button"
          onClick={() => setState(state === 'open' ? 'folded' : 'open')}
          className="mt-1 min-h-6 text-sm font-medium text-accent hover:underline"
        >
          {state === 'open' ? text.message.showLess : text.message.showMore}
        </button>
      )}
    </>
  )
}

/** A file of a message: a picture, or its name. */
export function FilePart({ part }: { readonly part: Extract<Part, { file: unknown }> }) {
  const [isBroken, setBroken] = useState(false)
  const address = useFileAddress(part.file)
  if (part.type === 'image' && !isBroken)
    return <Picture address={address} name={part.name} onError={() => setBroken(true)} />
  return (
    <a href={address} target="_blank" rel="noopener" className="block rounded-lg hover:bg-hover">
      <FileChip name={part.name} />
    </a>
  )
}

interface PictureProps {
  readonly address: string
  readonly name: string
  readonly onError: () => void
}

/** A picture of a message, which opens by itself. */
export function Picture({ address, name, onError }: PictureProps) {
  return (
    <a href={address} target="_blank" rel="noopener" className="block overflow-hidden rounded-lg border border-line">
      <img src={address} alt={name} loading="lazy" onError={onError} className="h-40 max-w-full object-cover" />
    </a>
  )
}

/** A file by its name. */
export function FileChip({ name }: { readonly name: string }) {
  return (
    <span className="flex max-w-72 items-center gap-2 rounded-lg border border-line px-3 py-2 text-sm">
      <FileText aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="truncate">{name}</span>
    </span>
  )
}
