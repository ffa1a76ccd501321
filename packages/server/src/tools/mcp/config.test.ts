// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file spells variables so
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMcpConfig } from './config.ts'

function read(config: unknown): ReturnType<typeof readMcpConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'streambed-mcp-'))
  try {
    writeFileSync(join(folder, 'mcp.json'), typeof config === 'string' ? config : JSON.stringify(config))
    return readMcpConfig(join(folder, 'mcp.json'), { TOKEN: 'secret', USER: 'ada' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('servers are programs or addresses, with what they need of the environment filled in', () => {
  const servers = read({
    mcpServers: {
      files: { command: 'files', args: ['/data; rm -rf /', '$(whoami)'], env: { KEY: '${TOKEN}' }, cwd: '/srv' },
      docs: { url: 'https://example.com/mcp', headers: { authorization: 'Bearer ${TOKEN}' }, tools: ['search'] },
    },
  })
  assert.deepEqual(
    [...servers],
    [
      [
        'files',
        {
          command: 'files',
          args: ['/data; rm -rf /', '$(whoami)'],
          env: { KEY: 'secret' },
          cwd: '/srv',
          approval: 'always',
          timeoutSeconds: 60,
        },
      ],
      [
        'docs',
        {
          url: 'https://example.com/mcp',
          headers: { authorization: 'Bearer secret' },
          allow: [],
          tools: ['search'],
          approval: 'always',
          timeoutSeconds: 60,
        },
      ],
    ],
  )
})

test('a file made for another program, which says the transport beside, is read as well', () => {
  const servers = read({
    mcpServers: {
      files: { type: 'stdio', command: 'files' },
      docs: { type: 'http', url: 'https://example.com/mcp' },
      more: { type: 'streamable-http', url: 'https://example.com/mcp' },
    },
  })
  const own = read({
    mcpServers: {
      files: { command: 'files' },
      docs: { url: 'https://example.com/mcp' },
      more: { url: 'https://example.com/mcp' },
    },
  })
  assert.deepEqual([...servers], [...own])
})

test('what cannot be used is told in a sentence', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['{', /cannot be read/],
    [{}, /mcpServers/],
    [{ mcpServers: { 'My Server': { command: 'x' } } }, /cannot be named "My Server"/],
    [{ mcpServers: { a__b: { command: 'x' } } }, /cannot be named/],
    [{ mcpServers: { a: { command: 'x', shell: true } } }, /a: .*shell/s],
    [{ mcpServers: { a: { url: 'ftp://example.com' } } }, /a: /],
    [{ mcpServers: { a: {} } }, /a: give it a command, for a program, or a url\.$/],
    [{ mcpServers: { a: { comand: 'x' } } }, /a: give it a command.* Unrecognized key: "comand"/],
    [{ mcpServers: { a: { type: 'sse', url: 'https://example.com/sse' } } }, /a: type: .*"http"/],
    [{ mcpServers: { a: { command: 'x', env: { KEY: '${MISSING}' } } } }, /a: the variable MISSING is not set/],
    [{ mcpServers: { a: { command: 'x', approval: 'sometimes' } } }, /approval/],
  ]
  for (const [config, message] of wrong) assert.throws(() => read(config), { message })
  assert.deepEqual([...readMcpConfig('/no/such/file.json', {})], [])
})
