import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SUITE = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'))
const CLIENT = fileURLToPath(new URL('conformance-client.fixture.ts', import.meta.url))

/** Those of its scenarios that are about what is here: no sign-in, no questions to the user. */
for (const scenario of ['initialize', 'tools_call', 'sse-retry']) {
  test(`the official conformance package is content: ${scenario}`, { timeout: 30_000 }, async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'streambed-mcp-'))
    try {
      const command = `${process.execPath} ${CLIENT}`
      const args = [SUITE, 'client', '--command', command, '--scenario', scenario]
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd })
      assert.match(stdout + stderr, /OVERALL: PASSED/)
    } finally {
      rmSync(cwd, { recursive: true, force: true })
    }
  })
}
