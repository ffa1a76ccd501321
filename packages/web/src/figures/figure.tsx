import type { ComponentProps } from '@streambed/client'
import { memo } from 'react'
import { CodeBlock } from '../markdown/code-block.tsx'
import { text } from '../text/text.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { FailureBoundary } from '../ui/failure-boundary.tsx'
import { Card } from './card.tsx'
import { Chart } from './chart.tsx'
import { Table } from './table.tsx'

interface FigureProps {
  /** Which kind, as its event names it. */
  readonly component: string
  readonly props: Readonly<Record<string, unknown>>
}

/** Something to look at that a tool has made. What this version cannot draw is shown as what it is made of. */
export const Figure = memo(function Figure({ component, props }: FigureProps) {
  const source = (
    <Disclosure summary={<span className="truncate font-mono text-[0.8125rem]">{component}</span>}>
      <p className="mb-2 text-sm text-faint">{text.figure.unreadable}</p>
      <CodeBlock code={JSON.stringify(props, null, 2)} language="json" />
    </Disclosure>
  )
  // The server has held the props against the schema of their kind; should it be another version's, the boundary holds.
  return <FailureBoundary fallback={source}>{drawn(component, props) ?? source}</FailureBoundary>
})

function drawn(component: string, props: object) {
  switch (component) {
    case 'table':
      return <Table {...(props as ComponentProps<'table'>)} />
    case 'chart':
      return <Chart {...(props as ComponentProps<'chart'>)} />
    case 'card':
      return <Card {...(props as ComponentProps<'card'>)} />
    default:
      return null
  }
}
