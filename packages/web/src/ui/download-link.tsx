import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface DownloadLinkProps {
  readonly href: string
  readonly icon: LucideIcon
  readonly children: ReactNode
}

/** A file to keep, behind what looks like a button. */
export function DownloadLink({ href, icon: Icon, children }: DownloadLinkProps) {
  return (
    <a
      href={href}
      download
      className="mx-1 inline-flex min-h-8 items-center gap-1.5 rounded-md border border-line bg-raised px-3 text-sm font-medium shadow-low hover:bg-hover pointer-coarse:min-h-10"
    >
      <Icon aria-hidden className="size-4" />
      {children}
    </a>
  )
}
