import { CircleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { text } from '../text/text.ts'
import { Button } from './button.tsx'
import { WholePage } from './whole-page.tsx'

interface FailureBoundaryProps {
  readonly children: ReactNode
  /** Shown in place of what broke; a page that offers to reload where none is given. */
  readonly fallback?: ReactNode
}

/** Holds what breaks while it is drawn, so that the rest of the page stays. */
export class FailureBoundary extends Component<FailureBoundaryProps, { readonly isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    if (!this.state.isBroken) return this.props.children
    if (this.props.fallback !== undefined) return this.props.fallback
    const reload = (
      <Button look="primary" onClick={() => location.reload()}>
        {text.failure.reload}
      </Button>
    )
    return (
      <WholePage icon={CircleAlert} title={text.failure.title} action={reload}>
        {text.failure.text}
      </WholePage>
    )
  }
}
