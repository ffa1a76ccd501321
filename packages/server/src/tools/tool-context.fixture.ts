import type { CallId, ConversationId, RunId } from '@streambed/protocol'
import { noAccount } from '../agent/account.ts'
import { noRecords } from '../agent/collection.ts'
import { noTimers } from '../agent/timer.ts'
import type { ToolContext } from '../agent/tool.ts'

type Citation = Parameters<ToolContext['cite']>[0]

/** For tests of tools: a context, and what a tool says through it. */
export function toolContext(more: Partial<ToolContext> = {}) {
  const citations: Citation[] = []
  const progress: string[] = []
  const shown: { readonly component: string; readonly props: unknown }[] = []
  const context: ToolContext = {
    signal: new AbortController().signal,
    owner: { org: 'local', user: 'local' },
    conversation: 'c_1' as ConversationId,
    run: 'r_1' as RunId,
    call: 'call-1' as CallId,
    records: noRecords,
    timers: noTimers,
    account: noAccount,
    now: () => new Date('2026-11-20T12:00:00Z'),
    progress: (text) => progress.push(text),
    show: (component, props) => shown.push({ component, props }),
    cite: (citation) => citations.push(citation),
    ...more,
  }
  return { context, citations, progress, shown }
}
