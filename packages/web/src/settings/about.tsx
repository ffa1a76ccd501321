import { useConnection, useHealth } from '@streambed/client/react'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Section } from './section.tsx'

const words = pagesText.settings.about

/** What this is. */
export function About() {
  const health = useHealth().value
  const connection = useConnection()
  const facts: readonly (readonly [string, string])[] = [
    [words.version, health?.version ?? '–'],
    [
      words.connection,
      connection.status === 'connected' ? connection.transport : text.connection.short[connection.status],
    ],
    [words.license, 'Apache-2.0'],
  ]
  return (
    <Section title={words.title} explanation={words.explanation}>
      <dl className="grid w-fit grid-cols-[auto_auto] gap-x-8 gap-y-1 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ul className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <li>
          <a href="/v1/openapi.json" target="_blank" rel="noopener" className="text-accent hover:underline">
            OpenAPI
          </a>
        </li>
        <li>
          <a href="/v1/health" target="_blank" rel="noopener" className="text-accent hover:underline">
            {words.health}
          </a>
        </li>
      </ul>
    </Section>
  )
}
