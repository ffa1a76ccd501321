import type * as z from 'zod'
import type { HeldOutput } from '../../model/model.ts'
import { inputSchema } from '../schema.ts'
import { defineTool, type Tool } from '../tool.ts'
import { type SectionTags, tagNames } from './sections.ts'

/**
 * What an agent makes beside its words: one JSON object that fits a schema. While the model writes it, it becomes the conversation's
 * live UI state, piece by piece; each piece fits the schema as far as it goes.
 */
export interface Output {
  /** What it is, in a word: `strategy`. */
  readonly name: string
  readonly schema: z.ZodObject
  /**
   * How the model is to write it: in a tagged section beside its words, or as the input of a tool of this name. A model that can be
   * held to a schema writes words and output as two fields of one object instead of sections, unless these have a nonce.
   */
  readonly by: { readonly tags: SectionTags; readonly nonce: boolean } | { readonly tool: string }
}

/** The most an output may have as JSON, whoever writes it. */
export const MAX_STATE_BYTES = 256 * 1024

interface OutputDefinition extends Pick<Output, 'name' | 'schema'> {
  /** Default: the sections `<user_message>` and `<backend>`. */
  readonly tags?: SectionTags
  /** Puts a secret into the tags of each run, so that a model that quotes people or tools cannot open a section by it. */
  readonly nonce?: boolean
  /** The name of the tool whose input it is, for models that do that better. */
  readonly tool?: string
}

/** Defines an agent's output. */
export function defineOutput({ name, schema, tags = DEFAULT_TAGS, nonce = false, tool }: OutputDefinition): Output {
  return { name, schema, by: tool === undefined ? { tags, nonce } : { tool } }
}

const DEFAULT_TAGS: SectionTags = { words: 'user_message', data: 'backend' }

/** The words and the output as one object, which a model can be held to. The names of its fields are those of the sections. */
export function fieldsOf({ name, schema }: Output, { words, data }: SectionTags): Pick<HeldOutput, 'name' | 'schema'> {
  const object = {
    type: 'object',
    properties: {
      [words]: { type: 'string', description: 'What you say to the user, in plain words. Never JSON.' },
      [data]: {
        description: `The whole ${name}, also when only a part of it changes; null where there is none to show.`,
        anyOf: [inputSchema(schema), { type: 'null' }],
      },
    },
    required: [words, data],
  }
  return { name, schema: object }
}

/** What the model is told about writing it in fields. */
export function fieldInstructions({ name }: Output, { words, data }: SectionTags): string {
  return `Answer with one JSON object of two fields: ${words}, which is what you say to the user in plain words, and ${data}, which is the
whole ${name}, also when only a part of it changes, or null where there is none to show.

The ${data} field of your last answer holds the ${name} as it stands now, with what the user has changed in it since.`
}

/** What the model is told about writing it. The same every time, so that it can be cached. */
export function outputInstructions({ name, schema, by }: Output, tags: SectionTags | undefined): string {
  const json = JSON.stringify(inputSchema(schema))
  if (!tags) {
    const tool = 'tool' in by ? by.tool : name
    return `Whenever the ${name} changes, write all of it by calling ${tool}. It shows the ${name} to the user.`
  }
  const { words, data } = tagNames(tags)
  return `Answer in two sections, and write nothing outside them:

<${words}>
What you say to the user, in plain words. Never JSON, and never a tag.
</${words}>
<${data}>
The whole ${name} as one JSON object, also when only a part of it changes.
</${data}>

The <${data}> section of your last answer holds the ${name} as it stands now, with what the user has changed in it since. The JSON must
fit this JSON Schema:
${json}`
}

/** The tool whose input is the output. Running it does nothing: the state has grown while its input was written. */
export function outputTool({ name, schema, by }: Output): Tool {
  return defineTool({
    name: 'tool' in by ? by.tool : name,
    description: `Shows the ${name} to the user. Takes all of it.`,
    input: schema,
    run: async () => `The user sees the ${name}.`,
  })
}

/** How one run's model writes the output. */
export interface Writing {
  /** The sections' tags; undefined where the output is a tool's input. */
  readonly tags: SectionTags | undefined
  /** What the model is held to: an object whose fields are called like the sections. */
  readonly fields?: Pick<HeldOutput, 'name' | 'schema'> | undefined
}

/** What the model is told when what it wrote does not fit. */
export function repairRequest({ name }: Output, writing: Writing, error: string): string {
  const { tags, fields } = writing
  if (tags && fields)
    return `The ${name} could not be used: ${error}\nAnswer again, all of it corrected in ${tags.data}.`
  const how = tags
    ? `Answer with the <${tagNames(tags).data}> section alone, whole and corrected.`
    : 'Call the tool again, with all of it corrected.'
  return `The ${name} could not be used: ${error}\n${how}`
}
