import { type CallId, type EventOf, type FormId, newFormId, type RunId } from '@streambed/protocol'
import * as z from 'zod'
import { fieldWords } from './field-words.ts'
import type { Tool } from './tool.ts'

/** A form that was filled in: its tool runs with these values before the model speaks. */
export interface FilledForm {
  readonly form: FormId
  readonly tool: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface FieldError {
  /** The field's name, inner ones joined by dots; empty for what is wrong with the whole. */
  readonly field: string
  readonly message: string
}

/** What a tool throws about an input that fits its schema and cannot be used all the same: a form shows it at its fields. */
export class WrongInput extends Error {
  readonly errors: readonly FieldError[]

  constructor(errors: Readonly<Record<string, string>>) {
    super(Object.values(errors).join(' '))
    this.name = 'WrongInput'
    this.errors = Object.entries(errors).map(([field, message]) => ({ field, message }))
  }
}

/** What is known of an input that cannot be used, and what is not. */
export interface Lack {
  /** The fields that are right by themselves. */
  readonly values: Readonly<Record<string, unknown>>
  /** Required fields that have no value. */
  readonly missing: readonly string[]
  readonly errors: readonly FieldError[]
}

/** Whether a tool can run with an input. What is wrong is said to people where they are asked by a form, else to the model. */
export function checkInput({ input: schema, form }: Tool, input: unknown): Promise<z.ZodSafeParseResult<unknown>> {
  return schema.safeParseAsync(input, form ? { error: fieldWords } : {})
}

/** Why an input cannot be used, field by field. */
export async function lackOf(tool: Tool, input: unknown, failure: z.ZodError | WrongInput): Promise<Lack> {
  const given = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {}
  const found: readonly FieldError[] =
    failure instanceof WrongInput
      ? failure.errors
      : failure.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  const topOf = ({ field }: FieldError): string => field.split('.')[0]!
  const wrong = new Set(found.map(topOf))
  const missing = requiredOf(tool).filter((field) => wrong.has(field) && isEmpty(given[field]))

  const fields = Object.entries(given).filter(([field, value]) => !isEmpty(value) && !wrong.has(field))
  const fitting = await Promise.all(fields.map(async ([field, value]) => await fits(tool, field, value)))
  return {
    values: Object.fromEntries(fields.filter((_, i) => fitting[i])),
    missing,
    errors: found.filter((error) => !missing.includes(topOf(error))),
  }
}

/** The form of a tool that one run, and the runs before it, ask back with. */
export interface OpenForm {
  readonly id: FormId
  /** Whether it still waits for an answer; one that was submitted may have to be asked again. */
  readonly isOpen: boolean
}

/** Asks for what a tool still needs, on the form that is open for it already where there is one. */
export function formRequest(run: RunId, tool: Tool, lack: Lack, open: OpenForm | undefined): EventOf<'form-request'> {
  const { values, missing, errors } = lack
  const form = open?.id ?? newFormId()
  return {
    type: 'form-request',
    run,
    form,
    tool: tool.name,
    schema: { ...tool.inputSchema },
    values: { ...values },
    missing: [...missing],
    errors: [...errors],
  }
}

/** What the model is told in place of a result. */
export function askBack({ name }: Tool, { missing, errors }: Lack): string {
  const wants = [
    ...(missing.length > 0 ? [`It still needs: ${missing.join(', ')}.`] : []),
    ...errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)),
  ]
  return `${name} was not run. ${wants.join(' ')}
The user now sees a form for it, with what is known filled in, and may also answer in words. Ask for what is needed in one short \
sentence, and end your answer there. Call ${name} again once the user has answered, with everything that is known.`
}

/** The name of the call in which a form's tool runs: the same however often it is tried, so that a tool can tell. */
export const formCall = (form: FormId): CallId => `form-${form}` as CallId

function requiredOf({ inputSchema }: Tool): readonly string[] {
  const { required } = inputSchema
  return Array.isArray(required) ? required.map(String) : []
}

async function fits({ input }: Tool, field: string, value: unknown): Promise<boolean> {
  if (!(input instanceof z.ZodObject)) return true
  const schema = input.shape[field] as z.ZodType | undefined // its own fields may be of any type
  return schema !== undefined && (await schema.safeParseAsync(value)).success
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}
