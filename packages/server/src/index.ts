export { type Agent, defineAgent, type Limits } from './agent/agent.ts'
export {
  allRecords,
  type Collection,
  defineCollection,
  type Kept,
  type Records,
  type RecordsListing,
  type View,
} from './agent/collection.ts'
export { defineFilter, type Filter, type FilterContext, type Finding, type Refusal } from './agent/filters/filter.ts'
export { WrongInput } from './agent/form.ts'
export { defineOutput, type Output } from './agent/output/output.ts'
export type { Firing, FiringContext, FiringOutcome, TimerHandler, Timers } from './agent/timer.ts'
export { defineTool, type Tool, type ToolContext } from './agent/tool.ts'
export { REDACTABLE, type Redactable, redact } from './filters/redact.ts'
export { currentTime } from './tools/current-time.ts'
export { findRecords } from './tools/find-records.ts'
export { forget, memories, profile, remember } from './tools/memory.ts'
export { parseDateWithTimezone } from './tools/parse-date.ts'
export { searchConversations } from './tools/search-conversations.ts'
export { searchDocs } from './tools/search-docs.ts'
export { usageReport } from './tools/usage-report.ts'
