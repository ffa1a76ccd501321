import { type DragEvent, useRef, useState } from 'react'

interface FileDrop {
  /** Files are being held over it. */
  readonly isOver: boolean
  readonly handlers: {
    onDragEnter(event: DragEvent): void
    onDragOver(event: DragEvent): void
    onDragLeave(): void
    onDrop(event: DragEvent): void
  }
}

/** Takes files that are dropped on an element. */
export function useFileDrop(onFiles: (files: Iterable<File>) => void): FileDrop {
  const [isOver, setOver] = useState(false)
  const depth = useRef(0) // entering a child comes before leaving its parent
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    isOver,
    handlers: {
      onDragEnter(event) {
        if (!hasFiles(event)) return
        depth.current += 1
        setOver(true)
      },
      onDragOver(event) {
        if (hasFiles(event)) event.preventDefault()
      },
      onDragLeave() {
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setOver(false)
      },
      onDrop(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(false)
        onFiles(event.dataTransfer.files)
      },
    },
  }
}
