import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { text } from '../text/text.ts'
import { IconButton } from './button.tsx'
import { toasts } from './toast.tsx'

interface CopyButtonProps {
  readonly label: string
  /** Asked for when the button is pressed. */
  readonly content: () => string
}

/** Puts a text on the clipboard, and says so for a moment. */
export function CopyButton({ label, content }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [isCopied])

  const copy = () =>
    navigator.clipboard.writeText(content()).then(
      () => setCopied(true),
      () => toasts.add({ title: text.message.copyFailed }),
    )
  return (
    <IconButton
      size="small"
      label={isCopied ? text.message.copied : label}
      icon={isCopied ? Check : Copy}
      onClick={copy}
    />
  )
}
