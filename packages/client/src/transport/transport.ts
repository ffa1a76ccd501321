import type {
  AnswerForm,
  ApprovalId,
  ConversationId,
  ErrorBody,
  FormId,
  LoggedEvent,
  MessageId,
  Position,
  RequestId,
  RunId,
  Send,
} from '@streambed/protocol'

/** How frames get to the server and back, best first. All three speak the same frames; only the first does so on the wire. */
export type TransportName = 'websocket' | 'sse' | 'long-poll'

/** One try at a transport: opening, then open, then closed for good. */
export interface Link {
  /** Sends a frame; on a link that is not open it is lost, like any frame of a connection that breaks. */
  send(frame: Request): void
  /** Ends the link without another word to the listener. */
  close(): void
}

/** Starts a link. The listener is told of nothing before this returns. */
export type OpenLink = (listener: LinkListener) => Link

export interface LinkListener {
  /** Frames can be sent. */
  opened(): void
  /** Something came, be it only a byte: the other side lives. */
  heard(): void
  received(frame: Frame): void
  /** Nothing comes after this. */
  closed(close: LinkClose): void
}

/** Why a link closed. */
export interface LinkClose {
  /**
   * `lost`: it broke. `unreachable`: there was no server. `unfit`: the server is there, but this transport does not get
   * through to it. `refused`: the server will not have us. `too-large`: it broke over the size of what was sent.
   */
  readonly kind: 'lost' | 'unreachable' | 'unfit' | 'refused' | 'too-large'
  readonly error: ErrorBody
}

/** What a client says: the native dialect's frames, as it uses them. */
export type Request =
  | {
      readonly type: 'follow'
      readonly requestId: RequestId
      readonly conversation: ConversationId
      readonly after: Position
    }
  | { readonly type: 'unfollow'; readonly conversation: ConversationId }
  | SendRequest
  | { readonly type: 'stop'; readonly requestId: RequestId; readonly run: RunId }
  | { readonly type: 'retry'; readonly requestId: RequestId; readonly run: RunId; readonly model?: string }
  | {
      readonly type: 'approve'
      readonly requestId: RequestId
      readonly run: RunId
      readonly approval: ApprovalId
      readonly approved: boolean
      readonly input?: unknown
    }
  | (Readonly<AnswerForm> & { readonly type: 'form'; readonly conversation: ConversationId; readonly form: FormId })
  | { readonly type: 'watch' }
  | { readonly type: 'ping' }

export type SendRequest = Readonly<Send> & { readonly type: 'send'; readonly conversation?: ConversationId }

/** What a server says. */
export type Frame = EventFrame | AckFrame | ErrorFrame | ChangedFrame | ErasedFrame | PongFrame | GoAwayFrame

/** An event of a followed conversation. Its `type` may be one that this version does not know (P6). */
export interface EventFrame {
  readonly type: 'event'
  readonly conversation: ConversationId
  readonly event: LoggedEvent
}

export interface AckFrame {
  readonly type: 'ack'
  readonly requestId?: RequestId
  readonly conversation?: ConversationId
  readonly position?: Position
  readonly run?: RunId
  readonly message?: MessageId
}

export interface ErrorFrame {
  readonly type: 'error'
  readonly requestId?: RequestId
  readonly conversation?: ConversationId
  readonly error: ErrorBody
}

export interface ChangedFrame {
  readonly type: 'changed'
}

/** All that was kept for the user has been removed. */
export interface ErasedFrame {
  readonly type: 'erased'
}

export interface PongFrame {
  readonly type: 'pong'
}

export interface GoAwayFrame {
  readonly type: 'goaway'
  readonly reconnectAfterMs: number
}
