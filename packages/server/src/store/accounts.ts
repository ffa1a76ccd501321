/**
 * Keeps what says who somebody is: people, organisations, memberships, sessions, keys and secrets that work once. Rows whose
 * time is up are as if they were not there. Implementations pass `conformance/accounts.ts`.
 */
export interface AccountStore {
  find<Kind extends AccountKind>(kind: Kind, id: string): Promise<AccountRow<Kind> | undefined>
  named<Kind extends AccountKind>(kind: Kind, name: string): Promise<AccountRow<Kind> | undefined>
  /** In the order in which they were added, from the one after `after` on; at most `ACCOUNT_PAGE`. */
  list<Kind extends AccountKind>(kind: Kind, of: AccountGroup, after?: number): Promise<readonly AccountRow<Kind>[]>
  /**
   * Makes all of these changes or none, durably. False, and none, when an id or a name to add is taken, a row to change is not at
   * its revision any more, or a row to remove is not there: of many who remove the same row at once, one is told true.
   */
  apply(changes: readonly AccountChange[]): Promise<boolean>
  /** Removes for good what has expired. Returns how many rows that were. */
  prune(): Promise<number>
}

/** How many rows one list gives. */
export const ACCOUNT_PAGE = 200

export type Role = 'owner' | 'admin' | 'member' | 'viewer'
export type Scope = 'read' | 'write' | 'admin'

/** What is kept, by kind. Secrets are kept as hashes. Times are milliseconds since 1970. */
export interface AccountData {
  /** Somebody who can sign in. Its name is the e-mail address, its `org` the organisation whose admins look after the account. */
  readonly person: {
    readonly email: string
    readonly name: string
    /** Null for those who sign in elsewhere, and after a reset. */
    readonly password: string | null
    readonly disabled: boolean
  }
  /** A person as an identity provider knows them. */
  readonly identity: { readonly issuer: string; readonly subject: string }
  readonly organisation: { readonly title: string }
  readonly member: { readonly role: Role }
  /**
   * Somebody who was removed from an organisation that still keeps data for them: it outlives the membership until those are gone. Its
   * `user` is `all`, so that they are a group.
   */
  readonly erasure: { readonly org: string; readonly user: string; readonly by: string }
  /** How long an organisation keeps conversations. Its `user` is `all`, so that they are a group. */
  readonly retention: { readonly conversationDays: number }
  /** A sign-in that lasts. Its `org` is the one that the person works in now. */
  readonly session: {
    readonly hash: string
    /** The role it was made for: with another one it is over. */
    readonly role: Role
    readonly via: 'password' | 'oidc'
    /** When it ends at the latest, however busy it is. */
    readonly until: number
    readonly seenAt: number
    readonly browser: string
  }
  readonly key: {
    readonly hash: string
    readonly title: string
    readonly scopes: readonly Scope[]
    readonly usedAt: number | null
  }
  /** Its `user` is the address that it is for. */
  readonly invitation: {
    readonly hash: string
    /** Null: whoever has it says their own. */
    readonly email: string | null
    readonly role: Role
    readonly by: string | null
  }
  /** Lets a person set a new password. */
  readonly reset: { readonly hash: string; readonly by: string }
  /** Opens one connection. */
  readonly ticket: {
    readonly hash: string
    readonly purpose: 'socket'
    /** The web page that may use it; null for what is no page. */
    readonly origin: string | null
    /** Who it lets in, as JSON. */
    readonly principal: string
  }
  /** A sign-in that has gone to an identity provider and is not back yet. */
  readonly journey: { readonly hash: string; readonly verifier: string; readonly nonce: string }
  /**
   * Lets whoever has it read one conversation as it was up to `seq`. Its `user` is the conversation, so that its links are a group;
   * `owner` is the user whose it is.
   */
  readonly share: { readonly hash: string; readonly owner: string; readonly seq: number }
}
export type AccountKind = keyof AccountData

export interface NewAccountRow<Kind extends AccountKind = AccountKind> {
  readonly kind: Kind
  /** Unique in its kind. */
  readonly id: string
  /** Unique in its kind, too, where there is one. */
  readonly name?: string | null
  readonly org?: string | null
  readonly user?: string | null
  /** Null: never. */
  readonly expiresAt?: number | null
  readonly data: AccountData[Kind]
}

export interface AccountRow<Kind extends AccountKind = AccountKind> extends Required<NewAccountRow<Kind>> {
  /** Grows from row to row. */
  readonly number: number
  /** Counts changes, from 1. */
  readonly revision: number
  readonly createdAt: number
}

export type AccountGroup =
  | { readonly org: string; readonly user?: string }
  | { readonly user: string; readonly org?: string }

export type AccountChange =
  | { readonly add: AnyNewRow }
  /** Takes the place of the row of its kind and id. */
  | { readonly change: AnyRow }
  | { readonly remove: { readonly kind: AccountKind; readonly id: string } }

export type AnyNewRow = { [Kind in AccountKind]: NewAccountRow<Kind> }[AccountKind]
export type AnyRow = { [Kind in AccountKind]: AccountRow<Kind> }[AccountKind]
