import type { Skill } from '../skill.ts'
import { expressionIn } from '../tool-input.ts'

/** Sums, without a tool. */
export const arithmetic: Skill = {
  name: 'arithmetic',
  answer({ text }) {
    const worded = text.length <= 200 ? inWords(text) : undefined
    if (worded) return { say: worded }
    const expression = text.length <= 200 ? expressionIn(text) : undefined
    const value = expression === undefined ? undefined : evaluate(expression)
    if (value === undefined) return undefined
    return {
      say: `${expression} = **${Number.isFinite(value) ? Number(value.toPrecision(12)) : 'not a finite number'}**`,
    }
  },
}

/** Roots, shares and measures, as people ask for them. */
function inWords(text: string): string | undefined {
  const root = /\bsquare root of (\d+(?:\.\d+)?)/i.exec(text)?.[1]
  if (root) return `The square root of ${root} is **${neat(Math.sqrt(Number(root)))}**.`
  const [, percent, whole] = /(\d+(?:\.\d+)?)\s?(?:%|per ?cent) of (\d[\d,]*(?:\.\d+)?)/i.exec(text) ?? []
  if (percent && whole)
    return `${percent}% of ${whole} is **${neat((Number(percent) * Number(whole.replaceAll(',', ''))) / 100)}**.`
  const [, amount, from, to] =
    /(-?\d+(?:\.\d+)?)\s?(?:degrees? |°)?(\w+) (?:to|in|into) (?:degrees? |°)?(\w+)/i.exec(text) ?? []
  const measure = amount && MEASURES.find(([one, other]) => one.test(from!) && other.test(to!))
  return measure ? `${amount} ${from} = **${neat(measure[2](Number(amount)))} ${to}**` : undefined
}

const MEASURES: readonly (readonly [RegExp, RegExp, (value: number) => number])[] = [
  [/^mi(?:les?)?$/i, /^k(?:ilo)?m/i, (miles) => miles * 1.609344],
  [/^k(?:ilo)?m/i, /^mi(?:les?)?$/i, (kilometres) => kilometres / 1.609344],
  [/^(?:lbs?|pounds?)$/i, /^k(?:ilo)?g/i, (pounds) => pounds * 0.45359237],
  [/^k(?:ilo)?g/i, /^(?:lbs?|pounds?)$/i, (kilograms) => kilograms / 0.45359237],
  [/^f(?:ahrenheit)?$/i, /^c(?:elsius)?$/i, (fahrenheit) => ((fahrenheit - 32) * 5) / 9],
  [/^c(?:elsius)?$/i, /^f(?:ahrenheit)?$/i, (celsius) => (celsius * 9) / 5 + 32],
  [/^(?:ft|feet|foot)$/i, /^m(?:et(?:re|er)s?)?$/i, (feet) => feet * 0.3048],
  [/^m(?:et(?:re|er)s?)?$/i, /^(?:ft|feet|foot)$/i, (metres) => metres / 0.3048],
  [/^inch(?:es)?$/i, /^c(?:enti)?m/i, (inches) => inches * 2.54],
  [/^c(?:enti)?m/i, /^inch(?:es)?$/i, (centimetres) => centimetres / 2.54],
]

function neat(value: number): number {
  return Number(value.toPrecision(6))
}

/** Reads sums, products, powers and brackets, in that order of weakness. Undefined when it is not an expression. */
function evaluate(text: string): number | undefined {
  const tokens = text.match(/\d+(?:\.\d+)?|[-+*/^%()]/g) ?? []
  let at = 0
  let depth = 0
  const value = sum()
  return at === tokens.length ? value : undefined

  function sum(): number {
    let total = product()
    while (tokens[at] === '+' || tokens[at] === '-')
      total = tokens[at++] === '+' ? total + product() : total - product()
    return total
  }

  function product(): number {
    let total = power()
    while (tokens[at] === '*' || tokens[at] === '/' || tokens[at] === '%') {
      const sign = tokens[at++]
      const next = power()
      total = sign === '*' ? total * next : sign === '/' ? total / next : total % next
    }
    return total
  }

  function power(): number {
    const base = atom()
    if (tokens[at] !== '^') return base
    at++
    return base ** power()
  }

  function atom(): number {
    const token = tokens[at++]
    if (token === '-') return -atom()
    if (token !== '(' || depth > 50) return Number(token)
    depth++
    const inner = sum()
    if (tokens[at] === ')') at++
    depth--
    return inner
  }
}
