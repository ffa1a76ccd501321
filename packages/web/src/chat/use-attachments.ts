import { useClient } from '@streambed/client/react'
import { useEffect, useRef, useState } from 'react'
import { formatBytes } from '../format/numbers.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { isImage, MAX_FILES, type Refusal, refusalOf } from './attachment-rules.ts'

/** A file on its way into a message. */
export interface Attachment {
  readonly key: number
  readonly file: File
  /** A picture of it, for as long as it waits here. */
  readonly preview: string | null
  readonly state:
    | { readonly name: 'uploading' }
    | { readonly name: 'ready'; readonly id: string }
    | { readonly name: 'failed'; readonly message: string; readonly canRetry: boolean }
}

export interface Attachments {
  readonly items: readonly Attachment[]
  /** Why the last files could not all be added. */
  readonly problem: string | null
  add(files: Iterable<File>): void
  remove(key: number): void
  retry(key: number): void
  /** Forgets them all, once the message has them. */
  clear(): void
}

/** Uploads files while the message is still being written. */
export function useAttachments(): Attachments {
  const client = useClient()
  const [items, setItems] = useState<readonly Attachment[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const nextKey = useRef(1)
  useRevokedAtTheEnd(items)

  const settle = (key: number, state: Attachment['state']) =>
    setItems((items) => items.map((item) => (item.key === key ? { ...item, state } : item)))
  const upload = (key: number, file: File) =>
    client.uploadFile(file, file.name).then(
      ({ id }) => settle(key, { name: 'ready', id }),
      (error) => settle(key, { name: 'failed', message: inWords(error), canRetry: error.retry !== false }),
    )
  const add = (files: Iterable<File>) => {
    const chosen = [...files]
    const room = MAX_FILES - items.length
    setProblem(chosen.length > room ? text.composer.tooManyFiles(MAX_FILES) : null)
    const added = chosen.slice(0, room).map((file): Attachment => {
      const refusal = refusalOf(file)
      const key = nextKey.current++
      if (!refusal) void upload(key, file)
      return {
        key,
        file,
        preview: isImage(file) ? URL.createObjectURL(file) : null,
        state: refusal ? { name: 'failed', message: sentenceOf(refusal), canRetry: false } : { name: 'uploading' },
      }
    })
    setItems((items) => [...items, ...added])
  }
  return {
    items,
    problem,
    add,
    remove(key) {
      setProblem(null)
      setItems((items) => items.filter((item) => item.key !== key))
    },
    retry(key) {
      const item = items.find((item) => item.key === key)
      if (!item) return
      settle(key, { name: 'uploading' })
      void upload(key, item.file)
    },
    clear() {
      setProblem(null)
      setItems([])
    },
  }
}

function sentenceOf(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'kind':
      return text.composer.fileKind
    case 'empty':
      return text.composer.fileEmpty
    case 'too-large':
      return text.composer.fileTooLarge(formatBytes(refusal.limit, text.locale))
  }
}

/** A preview holds its file in memory until it is let go. */
function useRevokedAtTheEnd(items: readonly Attachment[]): void {
  const known = useRef<readonly Attachment[]>([])
  useEffect(() => {
    const still = new Set(items.map((item) => item.preview))
    for (const { preview } of known.current) if (preview && !still.has(preview)) URL.revokeObjectURL(preview)
    known.current = items
  }, [items])
}
