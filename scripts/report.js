import { relative } from 'node:path'

/** A reporter of node:test whose output is one JSON object: how many passed, and which failed or were skipped. */
export default async function* report(events) {
  let passed = 0
  const failed = []
  const skipped = []
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite') continue
    const test = { name: data.name, file: relative('.', data.file ?? data.name) }
    const reason = data.skip ?? data.todo
    if (reason !== undefined) skipped.push({ ...test, reason: typeof reason === 'string' ? reason : '' })
    else if (type === 'test:pass') passed++
    else failed.push(test)
  }
  yield JSON.stringify({ passed, failed, skipped })
}
