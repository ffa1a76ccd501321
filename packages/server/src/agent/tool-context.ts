import type { CallId } from '@streambed/protocol'
import { COMPONENTS } from '@streambed/protocol'
import { noAccount } from './account.ts'
import { noRecords } from './collection.ts'
import type { Run } from './run.ts'
import type { Said } from './said.ts'
import { noTimers } from './timer.ts'
import type { ToolContext } from './tool.ts'
import type { Citation } from './transcript.ts'

const MAX_PROGRESS = 1_000
const MAX_CITATIONS = 50
const MAX_COMPONENTS = 10
/** Of all calls together, as long as the answer has no words to show them with. */
const MAX_WAITING_CITATIONS = 100

/** What a tool is given beside its input. Once the signal has aborted nobody hears what it says. */
export function contextOf(call: CallId, { options, numbering }: Run, said: Said, signal: AbortSignal): ToolContext {
  const { ids, records = noRecords, timers = noTimers, account = noAccount, now } = options
  let progress = 0
  let citations = 0
  let components = 0
  return {
    ...ids,
    call,
    signal,
    records,
    timers,
    account,
    now,
    progress(text) {
      if (signal.aborted || progress++ >= MAX_PROGRESS) return
      said.progress({ type: 'tool-progress', run: ids.run, call, text: clip(text, 1_000) })
    },
    show(component, props) {
      const checked = COMPONENTS[component].parse(props)
      if (signal.aborted || components++ >= MAX_COMPONENTS) return
      said.say({ type: 'component', run: ids.run, block: ++numbering.blocks, call, component, props: checked })
    },
    cite({ title, source, text }) {
      if (signal.aborted || citations++ >= MAX_CITATIONS) return
      const citation = { title: clip(title, 300), source: clip(source, 2_000) }
      addCitation(numbering.citations, text === undefined ? citation : { ...citation, text: clip(text, 2_000) })
    },
  }
}

/** Each source once. */
function addCitation(citations: Citation[], citation: Citation): void {
  if (citations.length >= MAX_WAITING_CITATIONS) return
  if (!citations.some(({ source }) => source === citation.source)) citations.push(citation)
}

/** A text's beginning, whatever a tool has passed for a text. */
export function clip(text: string, max: number): string {
  const whole = String(text)
  return (whole.length > max ? `${whole.slice(0, max - 1)}…` : whole).toWellFormed()
}
