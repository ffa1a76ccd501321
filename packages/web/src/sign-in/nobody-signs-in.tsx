import { User } from 'lucide-react'
import { adminText } from '../text/admin.ts'
import { WholePage } from '../ui/whole-page.tsx'

/** What stands in the place of accounts where one person uses the app without any. */
export function NobodySignsIn() {
  return (
    <div className="h-96">
      <WholePage icon={User} title={adminText.alone.title}>
        {adminText.alone.text}
      </WholePage>
    </div>
  )
}
