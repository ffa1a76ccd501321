import type { UsageKey, UsageQuery, UsageRecord, UsageSum, Whose } from '../usage.ts'
import type { Database } from './database.ts'

/** A line for each model call, by owner. */
export interface Usage {
  add(owner: number, record: UsageRecord): void
  sum(whose: Whose, query: UsageQuery): readonly UsageSum[]
}

const KEYS: Readonly<Record<UsageKey, string>> = {
  day: 'substr(at, 1, 10)',
  model: 'model',
  agent: 'agent',
  conversation: 'conversation',
  user: `(select name ->> '$[1]' from owner where number = usage.owner)`,
  organisation: `(select name ->> '$[0]' from owner where number = usage.owner)`,
}

export function openUsage(db: Database): Usage {
  const add = db.prepare(`
    insert into usage (owner, at, conversation, run, agent, model, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, micro_dollars, estimated, first_token_ms)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const sums = Object.fromEntries(
    Object.entries(KEYS).map(([by, key]) => [
      by,
      db.prepare(`
        select ${key} as key, count(*) as calls, sum(input_tokens) as inputTokens, sum(output_tokens) as outputTokens,
          sum(cache_read_tokens) as cacheReadTokens, sum(cache_write_tokens) as cacheWriteTokens,
          coalesce(sum(micro_dollars), 0) as microDollars, sum(micro_dollars is null) as unpricedCalls,
          sum(estimated) as estimatedCalls, avg(first_token_ms) as firstTokenMs
        from usage
        where owner in (
          select number from owner
          where (?1 is null or name ->> '$[0]' = ?1) and (?2 is null or name ->> '$[1]' = ?2)
        ) and at >= ?3 and at < ?4 group by 1 order by 1`),
    ]),
  )

  return {
    add(owner, { at, conversation, run, agent, event }) {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microDollars, firstTokenMs = null } = event
      const tokens = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
      add.run(
        owner,
        at,
        conversation,
        run,
        agent,
        event.model,
        ...tokens,
        microDollars,
        Number(event.estimated),
        firstTokenMs,
      )
    },
    sum({ org = null, user = null }, { from, to, by }) {
      const rows = sums[by]!.all(org, user, from, to)
      return rows.map((row) => ({ ...row }) as unknown as UsageSum) // as selected
    },
  }
}
