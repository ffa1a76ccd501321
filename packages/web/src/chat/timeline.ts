import type { Notice, PendingMessage, Turn } from '@streambed/client'

/** One row of a conversation as it is shown. */
export type Row =
  | { readonly type: 'turn'; readonly key: string; readonly turn: Turn }
  | { readonly type: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly type: 'pending'; readonly key: string; readonly message: PendingMessage }

/** What was said, what happened in between, and what is on its way, in the order in which it came. */
export function timeline(
  turns: readonly Turn[],
  notices: readonly Notice[],
  pending: readonly PendingMessage[],
): readonly Row[] {
  const rows: Row[] = []
  let next = 0
  const noticesBefore = (moment: string | null) => {
    for (let notice = notices[next]; notice && (moment === null || notice.at < moment); notice = notices[++next])
      rows.push({ type: 'notice', key: `notice ${notice.seq}`, notice })
  }
  for (const turn of turns) {
    noticesBefore(turn.message.at)
    rows.push({ type: 'turn', key: turn.message.id, turn })
  }
  noticesBefore(null)
  for (const message of pending) rows.push({ type: 'pending', key: message.requestId, message })
  return rows
}
