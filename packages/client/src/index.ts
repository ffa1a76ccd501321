export type {
  Approval,
  ApprovalId,
  AssistantMessage,
  Block,
  BudgetQuestion,
  Citation,
  ComponentBlock,
  ComponentProps,
  Conversation,
  ConversationId,
  ConversationSummary,
  ErrorBody,
  FileId,
  Form,
  FormId,
  InputPart,
  LiveState,
  LoggedEvent,
  Message,
  MessageId,
  Notice,
  Part,
  Patch,
  PatchStep,
  Position,
  Progress,
  ReasoningBlock,
  RecordId,
  RequestId,
  RunId,
  SharedConversation,
  Task,
  TextBlock,
  ToolBlock,
  Turn,
  Usage,
  UserMessage,
} from '@streambed/protocol'
export { answerOf, applyPatch, diff, isOver, newestLeafThrough, textOf, visiblePath } from '@streambed/protocol'
export {
  type AccountClient,
  type AccountOptions,
  createAccount,
  type InvitationInfo,
  type Invited,
  type KeyInfo,
  type Me,
  type Organisation,
  type PersonInfo,
  type Retention,
  type Role,
  type Scope,
  type SessionInfo,
  type SignInWays,
} from './account.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export { type Clock, systemClock } from './clock.ts'
export type { ConnectionState } from './connection/connection.ts'
export type { Surroundings } from './connection/surroundings.ts'
export type {
  ApprovalAnswer,
  ConversationHandle,
  ConversationView,
  FormAnswer,
  SendInput,
} from './conversation/handle.ts'
export type { StateChange, StateDoor } from './conversation/state-door.ts'
export type { ConversationList, ConversationListView, ConversationPage } from './conversations/list.ts'
export { Failure } from './failure.ts'
export type { ExportOptions, Mine } from './mine.ts'
export { MAX_OUTBOX, type PendingMessage } from './outbox/outbox.ts'
export { browserStorage, memoryStorage, type OutboxStorage, type StoredMessage } from './outbox/storage.ts'
export type { Readable } from './readable.ts'
export type { Kept, Records, RecordsPage, RecordsQuery } from './records/records.ts'
export type {
  AgentInfo,
  CollectionInfo,
  Health,
  ModelInfo,
  ModelList,
  UploadedFile,
  UsageQuery,
  UsageReport,
  UsageSum,
} from './resources.ts'
export type { Self } from './self.ts'
export type { TransportName } from './transport/transport.ts'
