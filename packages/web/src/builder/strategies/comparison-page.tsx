import type { RecordId } from '@streambed/client'
import { useClient, useConnection } from '@streambed/client/react'
import { ArrowLeft, ArrowRightLeft, SearchX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link } from '../../routes/link.tsx'
import { navigate } from '../../routes/navigation.ts'
import { ConnectionNotice } from '../../shell/connection-notice.tsx'
import { PageHeader } from '../../shell/page-header.tsx'
import { useTitle } from '../../shell/use-title.ts'
import { builderText } from '../../text/builder.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { WholePage } from '../../ui/whole-page.tsx'
import { type KeptStrategy, savedStrategies } from '../saved-strategy.ts'
import { SideBySide } from './side-by-side.tsx'

const { comparison: words } = builderText

interface ComparisonPageProps {
  readonly one: string
  readonly other: string
}

/** Two kept strategies side by side, with what differs marked. */
export function ComparisonPage({ one, other }: ComparisonPageProps) {
  const read = useTwo(one, other)
  useTitle(read.status === 'ready' ? words.title(read.pair[0].name, read.pair[1].name) : words.heading)
  return (
    <div className="flex h-full flex-col">
      <PageHeader
        actions={
          <IconButton
            label={words.swap}
            icon={ArrowRightLeft}
            onClick={() => navigate({ name: 'comparison', one: other, other: one }, { replace: true })}
          />
        }
      >
        <Link
          to={{ name: 'strategies' }}
          className="flex items-center gap-1.5 rounded-md text-sm text-soft hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {words.back}
        </Link>
        <h1 className="truncate text-sm font-semibold">{words.heading}</h1>
      </PageHeader>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled, and has nothing else to reach it by */}
      <section aria-label={words.heading} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        {read.status === 'missing' ? (
          <Missing problem={read.problem} />
        ) : (
          <div className="mx-auto max-w-5xl space-y-5 px-3 pt-1 pb-10 sm:px-6">
            <ConnectionNotice />
            {read.status === 'ready' ? <SideBySide pair={read.pair} /> : <Skeleton />}
          </div>
        )}
      </section>
    </div>
  )
}

function Missing({ problem }: { readonly problem: string | null }) {
  return (
    <WholePage
      icon={SearchX}
      title={words.missing.title}
      action={
        <Button look="primary" onClick={() => navigate({ name: 'strategies' })}>
          {words.back}
        </Button>
      }
    >
      {problem ?? words.missing.text}
    </WholePage>
  )
}

function Skeleton() {
  return (
    <div role="status" className="animate-breathe space-y-4 pt-4">
      <span className="sr-only">{words.loading}</span>
      <div className="h-40 rounded-lg bg-hover" />
      <div className="grid grid-cols-2 gap-3">
        <div className="h-96 rounded-lg bg-hover" />
        <div className="h-96 rounded-lg bg-hover" />
      </div>
    </div>
  )
}

type Pair = readonly [KeptStrategy, KeptStrategy]

type TwoRead =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly pair: Pair }
  | { readonly status: 'missing'; readonly problem: string | null }

function useTwo(one: string, other: string): TwoRead {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [read, setRead] = useState<TwoRead>({ status: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: at first, and again when the connection has come or come back
  useEffect(() => {
    let isWanted = true
    const records = savedStrategies(client)
    // An address may name any ids; the server knows which there are.
    Promise.all([records.get(one as RecordId), records.get(other as RecordId)]).then(
      (pair) => isWanted && setRead({ status: 'ready', pair }),
      ({ code, message }: { code?: string; message: string }) => {
        if (isWanted) setRead({ status: 'missing', problem: code === 'not-found' ? null : message })
      },
    )
    return () => {
      isWanted = false
    }
  }, [client, isConnected, one, other])
  return read
}
