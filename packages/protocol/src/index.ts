export { Budget, BudgetKey, type BudgetStanding } from './budget.ts'
export { Card, Chart, COMPONENTS, type ComponentName, type ComponentProps, Table } from './components.ts'
export { ERRORS, ErrorBody, type ErrorCode, StreambedError } from './errors.ts'
export {
  ConversationSummary,
  Event,
  type EventOf,
  type EventType,
  FilterPlace,
  LimitDetail,
  LoggedEvent,
  type NewEvent,
  Owner,
  Part,
  Place,
  Position,
  RunEndReason,
} from './events.ts'
export {
  type Approval,
  type AssistantMessage,
  type Block,
  type BudgetQuestion,
  type Citation,
  type ComponentBlock,
  type Conversation,
  emptyConversation,
  type FilterNote,
  type Form,
  fold,
  foldAll,
  foldAnswer,
  isOver,
  type LiveState,
  type Message,
  type Notice,
  type Progress,
  type ReasoningBlock,
  type Summary,
  type Task,
  type TextBlock,
  type ToolBlock,
  textOf,
  type Usage,
  type UserMessage,
} from './fold.ts'
export { grown } from './grown.ts'
export {
  ApprovalId,
  CallId,
  ConversationId,
  FileId,
  FormId,
  MessageId,
  newApprovalId,
  newConversationId,
  newFileId,
  newFormId,
  newMessageId,
  newRecordId,
  newRequestId,
  newRunId,
  newTaskId,
  RecordId,
  RequestId,
  RunId,
  TaskId,
} from './ids.ts'
export { applyPatch, diff, mayBePatched } from './json-patch.ts'
export { Patch, PatchStep } from './patch.ts'
export {
  Ack,
  AnswerForm,
  Approve,
  ChangeConversation,
  ClientFrame,
  CreateConversation,
  InputPart,
  MAX_QUEUE,
  MAX_REQUEST_BYTES,
  MAX_TITLE,
  Retry,
  Send,
  TimeZone,
} from './requests.ts'
export { type SharedConversation, sharedView } from './shared.ts'
export { answerOf, newestLeafThrough, type Turn, visiblePath } from './visible-path.ts'
export { whatIsWrong } from './what-is-wrong.ts'
