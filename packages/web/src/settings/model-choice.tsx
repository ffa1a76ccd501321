import type { ModelInfo } from '@streambed/client'
import { useModels } from '@streambed/client/react'
import { TriangleAlert } from 'lucide-react'
import { useId } from 'react'
import { formatMoney } from '../format/money.ts'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { useDefaultModel } from './default-model.ts'
import { Section } from './section.tsx'

const words = pagesText.settings.models

/** Which model answers from now on: what it costs, how much it takes in, and how long it will be there. */
export function ModelChoice() {
  const { status, value, error } = useModels()
  const [chosen, choose] = useDefaultModel()
  const name = useId()
  const usual = value?.items.find(({ id }) => id === value.default)
  const isGone = chosen !== null && value !== null && !value.items.some(({ id }) => id === chosen)
  return (
    <Section title={words.title} explanation={words.explanation}>
      {!value && (
        <p role="status" className="text-sm text-soft">
          {status === 'failed' ? `${words.failed} ${error ? inWords(error) : ''}` : text.places.loading}
        </p>
      )}
      {value && (
        <fieldset>
          <legend className="sr-only">{words.title}</legend>
          <ul className="max-h-112 divide-y divide-line overflow-y-auto rounded-lg border border-line">
            <ModelRow
              name={name}
              isChosen={chosen === null || isGone}
              onChoose={() => choose(null)}
              title={words.own}
              facts={usual ? [words.usually(usual.name)] : []}
            />
            {value.items.map((model) => (
              <ModelRow
                key={model.id}
                name={name}
                isChosen={model.id === chosen}
                onChoose={() => choose(model.id)}
                title={model.name}
                facts={factsOf(model)}
                warning={warningOf(model)}
              />
            ))}
          </ul>
        </fieldset>
      )}
      {isGone && <p className="mt-2 text-sm text-warning">{words.gone(chosen)}</p>}
    </Section>
  )
}

interface ModelRowProps {
  readonly name: string
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly title: string
  readonly facts: readonly string[]
  readonly warning?: string | null
}

function ModelRow({ name, isChosen, onChoose, title, facts, warning = null }: ModelRowProps) {
  return (
    <li>
      <label
        className={classes(
          'flex cursor-pointer items-start gap-3 px-4 py-2.5 transition-colors hover:bg-hover',
          'has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent',
          isChosen && 'bg-accent-soft',
        )}
      >
        <input
          type="radio"
          name={name}
          checked={isChosen}
          onChange={onChoose}
          className="mt-1 size-4 shrink-0 accent-accent outline-hidden"
        />
        <span className="min-w-0">
          <span className="block text-sm font-medium">{title}</span>
          {facts.length > 0 && <span className="block text-xs text-pretty text-soft">{facts.join(' · ')}</span>}
          {warning && (
            <span className="mt-0.5 flex items-center gap-1.5 text-xs text-warning">
              <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
              {warning}
            </span>
          )}
        </span>
      </label>
    </li>
  )
}

function factsOf({ price, contextTokens, images, documents, reasoning }: ModelInfo): readonly string[] {
  return [
    price ? words.price(dollars(price.input), dollars(price.output)) : text.receipt.unknownPrice,
    ...(contextTokens === null ? [] : [words.context(compact(contextTokens))]),
    ...(images || documents ? [words.reads[images && documents ? 'both' : images ? 'images' : 'documents']] : []),
    ...(reasoning ? [words.reasoning] : []),
  ]
}

function warningOf({ lifecycle, endOfLife }: ModelInfo): string | null {
  if (lifecycle === 'active' && endOfLife === null) return null
  if (endOfLife === null) return words.legacy
  const day = new Date(endOfLife).toLocaleDateString(text.locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return words.ends(day)
}

function dollars(microDollars: number): string {
  return formatMoney(microDollars, text.locale)
}

function compact(count: number): string {
  return new Intl.NumberFormat(text.locale, { notation: 'compact' }).format(count)
}
