import { useClient, useHealth, useModels } from '@streambed/client/react'
import { CircleCheck, CircleDashed } from 'lucide-react'
import { useEffect, useState } from 'react'
import { CodeBlock } from '../markdown/code-block.tsx'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { useDefaultModel } from './default-model.ts'
import { Section } from './section.tsx'

const words = pagesText.settings.aws

/** Whether answers come from the owner's own Bedrock, and what to do where they do not. */
export function AwsPage() {
  const health = useHealth().value
  const models = useModels().value
  const [chosen] = useDefaultModel()
  const model = chosen ?? models?.default ?? null
  const isDemo = health?.model === 'demo'
  const Icon = isDemo ? CircleDashed : CircleCheck
  return (
    <Section title={words.title} explanation={words.explanation}>
      {!health && <p className="text-sm text-soft">{text.places.loading}</p>}
      {health && (
        <div className="space-y-4 text-sm">
          <p className="flex items-start gap-2.5">
            <Icon aria-hidden className={isDemo ? 'mt-0.5 size-4.5 text-warning' : 'mt-0.5 size-4.5 text-good'} />
            <span className="min-w-0 flex-1 text-pretty">
              <strong className="font-semibold">{isDemo ? words.demo : words.bedrock}</strong>{' '}
              {models && words.models(models.items.length, models.default ?? '–')}
            </span>
          </p>
          {isDemo && (
            <ol className="list-decimal space-y-3 ps-5 marker:text-faint">
              <li>
                <p>{words.steps.key}</p>
                <div className="mt-2">
                  <CodeBlock code={COMMANDS} language="sh" />
                </div>
              </li>
              <li className="text-pretty">{words.steps.region}</li>
              <li>
                <p className="text-pretty">{words.steps.doctor}</p>
                <div className="mt-2">
                  <CodeBlock code="npm exec -- streambed doctor --call" language="sh" />
                </div>
              </li>
            </ol>
          )}
          {model && <Policy key={model} model={model} />}
          <p className="text-xs text-pretty text-faint">{words.docs}</p>
        </div>
      )}
    </Section>
  )
}

const COMMANDS = 'export AWS_BEARER_TOKEN_BEDROCK=…   # or AWS_PROFILE=…\nnpm start'

/** The least that an account must allow. */
function Policy({ model }: { readonly model: string }) {
  const client = useClient()
  const [policy, setPolicy] = useState<string | null>(null)
  useEffect(() => {
    let isWanted = true
    client.policy(model).then(
      ({ policy }) => isWanted && setPolicy(policy),
      () => {}, // the page is of use without it
    )
    return () => {
      isWanted = false
    }
  }, [client, model])
  if (policy === null) return null
  return (
    <Disclosure summary={words.policy}>
      <div className="mt-2">
        <CodeBlock code={policy} language="json" />
      </div>
    </Disclosure>
  )
}
