import type { DatabaseSync } from 'node:sqlite'

/**
 * Brings a database up to this version's schema, one numbered step after the other, all or none.
 *
 * @throws Error when the database was written by a newer version.
 */
export function migrate(db: DatabaseSync, path: string, migrations: readonly string[] = MIGRATIONS): void {
  const version = Number(db.prepare('pragma user_version').get()!['user_version'])
  if (version > migrations.length)
    throw new Error(
      `${path} was written by a newer version of Streambed (its schema is ${version}, this version knows ` +
        `${migrations.length}). Start that version, or name another data directory.`,
    )
  if (version === migrations.length) return
  db.exec('begin immediate')
  try {
    for (const migration of migrations.slice(version)) db.exec(migration)
    db.exec(`pragma user_version = ${migrations.length}; commit`)
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

/** Never changed once released; a new thought is a new step at the end. */
export const MIGRATIONS: readonly string[] = [
  `
  create table meta (name text primary key, value text not null) strict, without rowid;

  -- The name is the JSON of [org, user]: any two strings, told apart.
  create table owner (number integer primary key, name text not null unique) strict;

  -- Numbers are never used again, so that nothing left of an erased conversation can become part of a new one.
  create table conversation (
    number integer primary key autoincrement,
    id text not null unique,
    owner integer not null references owner,
    agent text not null,
    title text,
    pinned integer not null,
    archived integer not null,
    alias text,
    created_at text not null,
    updated_at text not null,
    seq integer not null,
    active_run text,
    server text,
    lease_until integer,
    fence integer not null
  ) strict;
  create index conversation_list on conversation (owner, archived, pinned, updated_at, id);
  create index conversation_active on conversation (server) where active_run is not null;

  -- What was committed and is not in pages yet: one row per commit. Lines: the
  -- numbers of a conversation and of its first entry, then the entries.
  create table journal (number integer primary key, data text not null) strict;

  -- The logs: consecutive entries, a line each, with their checksum.
  create table page (
    conversation integer not null,
    first_seq integer not null,
    last_seq integer not null,
    crc integer not null,
    data text not null,
    primary key (conversation, first_seq)
  ) strict, without rowid;

  create table sealed (
    number integer primary key,
    conversation integer not null,
    run text not null,
    block integer not null,
    value text not null
  ) strict;
  create index sealed_run on sealed (conversation, run);

  create table run (
    number integer primary key autoincrement,
    id text not null unique,
    conversation integer not null,
    message text not null,
    agent text not null,
    model text,
    status text not null,
    retried_by text
  ) strict;
  create index run_conversation on run (conversation, number);
  create index run_open on run (number) where status <> 'ended';

  -- The id is JSON text, which can hold what SQLite's text cannot.
  create table request (
    owner integer not null,
    id text not null,
    conversation integer not null,
    message text not null,
    run text not null,
    seq integer not null,
    primary key (owner, id)
  ) strict, without rowid;
  create index request_conversation on request (conversation);

  create table snapshot (conversation integer primary key, seq integer not null, data text not null) strict;

  create table file (
    number integer primary key,
    owner integer not null,
    id text not null,
    media_type text not null,
    name text not null,
    saved_at integer not null,
    is_used integer not null default 0,
    bytes blob not null,
    unique (owner, id)
  ) strict;
  create index file_unused on file (saved_at) where is_used = 0;
  create table file_use (
    owner integer not null,
    file text not null,
    conversation integer not null,
    primary key (owner, file, conversation)
  ) strict, without rowid;
  create index file_use_conversation on file_use (conversation);

  -- A text's row in search has the same number. The owner is a word of it, so that a search meets no other's.
  create table search_text (
    number integer primary key autoincrement,
    conversation integer not null,
    kind text not null
  ) strict;
  create index search_text_conversation on search_text (conversation);
  create virtual table search using fts5 (owner, title, text, tokenize = 'unicode61 remove_diacritics 2');
  `,
  `
  -- What is to happen at a time. A number is one occurrence and never used again; the key is JSON text.
  create table timer (
    number integer primary key autoincrement,
    owner integer not null references owner,
    key text not null,
    agent text,
    kind text not null,
    at integer not null,
    wake_at integer not null,
    conversation text,
    data text not null,
    is_said integer not null default 0,
    unique (owner, key)
  ) strict;
  create index timer_wake on timer (wake_at);
  `,
  `
  -- What agents keep for their users. The key is JSON text, which can hold what SQLite's text cannot.
  create table record (
    number integer primary key autoincrement,
    owner integer not null,
    collection text not null,
    id text not null unique,
    key text,
    value text not null,
    revision integer not null,
    created_at text not null,
    updated_at text not null
  ) strict;
  create unique index record_key on record (owner, collection, key) where key is not null;
  create index record_list on record (owner, collection, number);
  create table record_index (
    owner integer not null,
    collection text not null,
    field text not null,
    value text not null,
    record integer not null,
    primary key (owner, collection, field, value, record)
  ) strict, without rowid;
  create index record_index_record on record_index (record);
  `,
  `
  -- What every model call has cost. It outlives its conversation.
  create table usage (
    number integer primary key,
    owner integer not null references owner,
    at text not null,
    conversation text not null,
    run text not null,
    agent text not null,
    model text not null,
    input_tokens integer not null,
    output_tokens integer not null,
    cache_read_tokens integer not null,
    cache_write_tokens integer not null,
    micro_dollars integer,
    estimated integer not null,
    first_token_ms real
  ) strict;
  create index usage_owner on usage (owner, at);
  `,
  `
  -- What a run has asked people and was not told yet, as JSON, and when the first of it is no longer asked.
  alter table run add column approvals text not null default '[]';
  alter table run add column wake_at integer;
  `,
  `
  -- Who may use this server: people, organisations, memberships, sessions, keys, secrets that work once. Secrets are hashes.
  create table account (
    number integer primary key autoincrement,
    kind text not null,
    id text not null,
    name text,
    org text,
    user text,
    created_at integer not null,
    expires_at integer,
    revision integer not null,
    data text not null,
    unique (kind, id),
    unique (kind, name)
  ) strict;
  create index account_org on account (kind, org, number);
  create index account_user on account (kind, user, number);
  create index account_expiry on account (expires_at) where expires_at is not null;
  `,
  `
  -- What may be spent; what was, by day; what is set aside for calls under way; who was told. Accounts are JSON texts:
  -- [org], [org, user] or [org, user, agent].
  create table budget (
    number integer primary key,
    org text not null,
    scope text not null,
    name text,
    period text not null,
    micro_dollars integer,
    tokens integer,
    action text not null
  ) strict;
  create index budget_org on budget (org, scope, name, period);
  create table spending (
    account text not null,
    day text not null,
    micro_dollars integer not null,
    tokens integer not null,
    primary key (account, day)
  ) strict, without rowid;
  insert into spending
  select account, substr(at, 1, 10), sum(coalesce(micro_dollars, 0)),
    sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens)
  from (
    select json_array(name ->> '$[0]') as account, usage.* from usage join owner on owner.number = usage.owner
    union all select name, usage.* from usage join owner on owner.number = usage.owner
    union all select json_insert(name, '$[#]', agent), usage.* from usage join owner on owner.number = usage.owner
  )
  group by 1, 2;
  create table reservation (
    run text primary key,
    of_organisation text not null,
    of_user text not null,
    of_agent text not null,
    micro_dollars integer not null,
    tokens integer not null
  ) strict, without rowid;
  create table budget_notice (
    account text not null,
    period text not null,
    since text not null,
    percent integer not null,
    primary key (account, period, since, percent)
  ) strict, without rowid;
  `,
  `
  -- Who did what. The data are JSON.
  create table audit (
    number integer primary key autoincrement,
    at text not null,
    org text not null,
    user text,
    kind text not null,
    data text not null
  ) strict;
  create index audit_org on audit (org, number);
  create index audit_at on audit (at);
  create trigger audit_is_kept before update on audit
  begin
    select raise(abort, 'entries of the audit are never changed');
  end;
  `,
  `
  -- Each entry holds the hash of the one before; of those whose time was up the last one's is kept.
  alter table audit add column hash text;
  create table audit_base (
    only integer primary key check (only = 1),
    number integer not null,
    hash text not null
  ) strict;
  `,
  `
  -- What the files of each owner take up. A file counts as 4096 bytes at the least.
  create table storage (owner integer primary key, bytes integer not null) strict;
  insert into storage select owner, sum(max(length(bytes), 4096)) from file group by owner;
  create trigger file_is_added after insert on file
  begin
    insert into storage values (new.owner, max(length(new.bytes), 4096))
    on conflict do update set bytes = bytes + excluded.bytes;
  end;
  create trigger file_is_changed after update of bytes on file
  begin
    update storage set bytes = bytes + max(length(new.bytes), 4096) - max(length(old.bytes), 4096)
    where owner = new.owner;
  end;
  create trigger file_is_removed after delete on file
  begin
    update storage set bytes = bytes - max(length(old.bytes), 4096) where owner = old.owner;
  end;
  `,
]
