import { signInText } from '../text/sign-in.ts'
import { CopyButton } from '../ui/copy-button.tsx'

interface SecretOnceProps {
  readonly label: string
  readonly note: string
  readonly secret: string
}

/** A key or a link that is shown this once. */
export function SecretOnce({ label, note, secret }: SecretOnceProps) {
  return (
    <div role="status" className="space-y-1.5 rounded-lg border border-accent/30 bg-accent-soft p-3">
      <p className="text-sm font-medium">{label}</p>
      <div className="flex items-center gap-2">
        <code className="min-w-0 flex-1 rounded-md bg-raised px-2 py-1.5 text-xs break-all select-all">{secret}</code>
        <CopyButton label={signInText.account.copy} content={() => secret} />
      </div>
      <p className="text-xs text-soft">{note}</p>
    </div>
  )
}
