import { Failure, type FileId, type Part } from '@streambed/client'
import { useEffect, useRef, useState } from 'react'
import { FileChip, Picture } from '../chat/bubble.tsx'
import { inWords } from '../text/problems.ts'
import { sharingText } from '../text/sharing.ts'
import { download } from '../ui/download.ts'
import { toasts } from '../ui/toast.tsx'

interface SharedFileProps {
  readonly part: Extract<Part, { file: unknown }>
  /** Brings its bytes: they have no address, which would have to hold the link's token. */
  readonly fetchFile: (file: FileId) => Promise<Blob>
}

/** A file of a shared message: a picture, or its name. */
export function SharedFile(props: SharedFileProps) {
  return props.part.type === 'image' ? <SharedPicture {...props} /> : <SharedDocument {...props} />
}

/** It is fetched once it comes into view. */
function SharedPicture(props: SharedFileProps) {
  const { part, fetchFile } = props
  const place = useRef<HTMLDivElement>(null)
  const [isNear, setNear] = useState(false)
  const [address, setAddress] = useState<string | null>(null)
  const [isBroken, setBroken] = useState(false)
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => setNear((isNear) => isNear || seen.some(isInView)), MARGIN)
    if (place.current) observer.observe(place.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (!isNear) return
    let made: string | undefined
    let isWanted = true
    const show = (blob: Blob) => {
      if (!isWanted) return
      if (!blob.type.startsWith('image/')) return setBroken(true) // opened by its address, anything else could run
      made = URL.createObjectURL(blob)
      setAddress(made)
    }
    fetchFile(part.file).then(show, () => isWanted && setBroken(true))
    return () => {
      isWanted = false
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [isNear, fetchFile, part.file])
  if (isBroken) return <SharedDocument {...props} />
  if (address === null) return <div ref={place} aria-busy className="h-40 w-56 max-w-full rounded-lg bg-sunken" />
  return <Picture address={address} name={part.name} onError={() => setBroken(true)} />
}

const MARGIN = { rootMargin: '400px' }
const isInView = ({ isIntersecting }: IntersectionObserverEntry): boolean => isIntersecting

/** It is downloaded, and never opened as a page of this server's own. */
function SharedDocument({ part, fetchFile }: SharedFileProps) {
  const fetchIt = () =>
    fetchFile(part.file).then(
      (blob) => download(blob, part.name),
      (failure: unknown) =>
        void toasts.add({ title: (failure instanceof Failure && inWords(failure)) || sharingText.failed }),
    )
  return (
    <button
      type="button"
      aria-label={sharingText.page.download(part.name)}
      onClick={fetchIt}
      className="block max-w-full rounded-lg hover:bg-hover"
    >
      <FileChip name={part.name} />
    </button>
  )
}
