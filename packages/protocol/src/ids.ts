import * as z from 'zod'

/** 2 to 64 of `A-Z a-z 0-9 _ -`. Ids we make hold 128 random bits; clients may name messages and requests themselves. */
const Id = z.string().regex(/^[A-Za-z0-9_-]{2,64}$/, 'must be 2 to 64 letters, digits, "_" or "-"')

export const ConversationId = Id.brand<'ConversationId'>()
export type ConversationId = z.infer<typeof ConversationId>

export const MessageId = Id.brand<'MessageId'>()
export type MessageId = z.infer<typeof MessageId>

export const RunId = Id.brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

/** The model's own name for one tool call; unique within a run, not beyond. */
export const CallId = z.string().min(1).max(256).brand<'CallId'>()
export type CallId = z.infer<typeof CallId>

export const FileId = Id.brand<'FileId'>()
export type FileId = z.infer<typeof FileId>

export const FormId = Id.brand<'FormId'>()
export type FormId = z.infer<typeof FormId>

export const ApprovalId = Id.brand<'ApprovalId'>()
export type ApprovalId = z.infer<typeof ApprovalId>

/** One thing that the user wants done. */
export const TaskId = Id.brand<'TaskId'>()
export type TaskId = z.infer<typeof TaskId>

/** One thing that an agent keeps for a user: a prediction, an alarm. */
export const RecordId = Id.brand<'RecordId'>()
export type RecordId = z.infer<typeof RecordId>

/** Chosen by a client, unique per user: sending the same request id again repeats the answer, not the deed. */
export const RequestId = z.string().min(1).max(128).brand<'RequestId'>()
export type RequestId = z.infer<typeof RequestId>

export const newConversationId = (): ConversationId => `c_${random()}` as ConversationId
export const newMessageId = (): MessageId => `m_${random()}` as MessageId
export const newRunId = (): RunId => `r_${random()}` as RunId
export const newFileId = (): FileId => `f_${random()}` as FileId
export const newFormId = (): FormId => `o_${random()}` as FormId
export const newApprovalId = (): ApprovalId => `p_${random()}` as ApprovalId
export const newTaskId = (): TaskId => `t_${random()}` as TaskId
export const newRecordId = (): RecordId => `d_${random()}` as RecordId
export const newRequestId = (): RequestId => `q_${random()}` as RequestId

/** 128 random bits as 25 letters and digits. */
function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value.toString(36).padStart(25, '0')
}
