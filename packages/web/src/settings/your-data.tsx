import { Failure } from '@streambed/client'
import { useClient } from '@streambed/client/react'
import { CircleCheck, Download, Trash2, TriangleAlert } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { formatBytes } from '../format/numbers.ts'
import { Field } from '../sign-in/field.tsx'
import { Problem } from '../sign-in/problem.tsx'
import { useDeed } from '../sign-in/use-deed.ts'
import { beginAnew } from '../sign-in/whose.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { download } from '../ui/download.ts'
import { Notice } from '../ui/notice.tsx'
import { Section } from './section.tsx'

const words = pagesText.settings.mine

/** All that is kept for somebody: to take along, or to be gone. */
export function YourData() {
  const [isDeleting, setDeleting] = useState(false)
  return (
    <Section title={words.title} explanation={words.explanation}>
      <div className="space-y-4">
        <Export />
        <Button look="danger" icon={Trash2} className="-ms-3" onClick={() => setDeleting(true)}>
          {words.delete}
        </Button>
      </div>
      <Dialog title={words.deleteTitle} isOpen={isDeleting} onClose={() => setDeleting(false)}>
        <Deletion onCancel={() => setDeleting(false)} />
      </Dialog>
    </Section>
  )
}

type Exporting =
  | { readonly state: 'none' }
  | { readonly state: 'under way' | 'done'; readonly bytes: number }
  | { readonly state: 'failed'; readonly problem: string }

function Export() {
  const { mine } = useClient()
  const [exporting, setExporting] = useState<Exporting>({ state: 'none' })
  const stopping = useRef<AbortController>(undefined)
  useEffect(() => () => stopping.current?.abort(), [])

  const begin = async () => {
    const { signal } = (stopping.current = new AbortController())
    setExporting({ state: 'under way', bytes: 0 })
    try {
      const file = await mine.export({ signal, onBytes: (bytes) => setExporting({ state: 'under way', bytes }) })
      download(file, `streambed-${new Date().toISOString().slice(0, 10)}.json`)
      setExporting({ state: 'done', bytes: file.size })
    } catch (error) {
      if (signal.aborted) return setExporting({ state: 'none' })
      if (!(error instanceof Failure)) throw error
      setExporting({ state: 'failed', problem: error.message })
    }
  }

  const size = 'bytes' in exporting ? formatBytes(exporting.bytes, text.locale) : ''
  const isUnderWay = exporting.state === 'under way'
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        {isUnderWay ? (
          <Button onClick={() => stopping.current?.abort()}>{words.stop}</Button>
        ) : (
          <Button icon={Download} onClick={() => void begin()}>
            {exporting.state === 'failed' ? words.again : words.export}
          </Button>
        )}
        <p role="status" className="text-sm text-soft tabular-nums">
          {isUnderWay && words.exporting(size)}
        </p>
      </div>
      {exporting.state === 'none' && <p className="text-xs text-pretty text-faint">{words.exportNote}</p>}
      {exporting.state === 'done' && (
        <Notice tone="info" icon={CircleCheck}>
          {words.exported(size)}
        </Notice>
      )}
      {exporting.state === 'failed' && (
        <Notice tone="danger" icon={TriangleAlert}>
          {words.exportFailed} {exporting.problem}
        </Notice>
      )}
    </div>
  )
}

/** What goes and what stays, and a word to write before it does. */
function Deletion({ onCancel }: { readonly onCancel: () => void }) {
  const { mine } = useClient()
  const [said, setSaid] = useState('')
  const deleting = useDeed()
  const isMeant = said.trim().toLowerCase() === words.word
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isMeant) return
    void deleting.run(async () => {
      await mine.erase()
      beginAnew() // here; other windows hear of it from the server
    })
  }
  return (
    <form onSubmit={submit} className="space-y-4 text-sm">
      <Lines title={words.goes} lines={words.going} />
      <Lines title={words.stays} lines={words.staying} />
      <Problem of={deleting.problem} />
      <Field
        label={words.confirm(words.word)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={said}
        onChange={({ target }) => setSaid(target.value)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{words.cancel}</Button>
        <Button type="submit" look="danger" icon={Trash2} disabled={!isMeant || deleting.isBusy}>
          {deleting.isBusy ? words.deleting : words.confirmed}
        </Button>
      </div>
    </form>
  )
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <h3 className="font-semibold">{title}</h3>
      <ul className="mt-1 list-disc space-y-1 ps-5 text-soft marker:text-faint">
        {lines.map((line) => (
          <li key={line} className="text-pretty">
            {line}
          </li>
        ))}
      </ul>
    </div>
  )
}
