import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import { CLOSING, LONGEST_FORMULA, type Mark, opensFormula, readsAsFormula } from './marks.ts'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    /** A formula with its marks, on lines of its own. */
    formulaFlow: 'formulaFlow'
    /** A formula with its marks, among words. */
    formulaText: 'formulaText'
    formulaData: 'formulaData'
  }
}

const DOLLAR = 36
const BACKSLASH = 92

/**
 * Formulas in markdown: `$…$` and `\(…\)` among words, `$$…$$` and `\[…\]` by themselves. No formula reaches over a blank line,
 * so that a text can be taken apart at those as before; one in single dollars does not even reach over a line.
 */
export function formulaSyntax(): Extension {
  return {
    flow: { [DOLLAR]: flow, [BACKSLASH]: flow },
    text: { [DOLLAR]: { ...text, previous: mayPrecedeDollar }, [BACKSLASH]: text },
  }
}

const text: Construct = { name: 'formulaText', tokenize: tokenizeText }

/** After a letter or a digit a dollar closes something, or belongs to `US$`. */
function mayPrecedeDollar(this: TokenizeContext, code: Code): boolean {
  return !isPartOfWord(code) || this.events.at(-1)?.[1].type === 'characterEscape'
}

function isPartOfWord(code: Code): boolean {
  return code !== null && code > 0 && /[\p{L}\d$]/u.test(String.fromCharCode(code))
}

function tokenizeText(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const reader = formulaReader(effects)
  return (code) => {
    effects.enter('formulaText')
    return reader.open(code, inside, nok)
  }

  function inside(code: Code): State | undefined {
    const { mark } = reader
    if (code === null || reader.isTooLong() || (isLineEnd(code) && mark === '$')) return nok(code)
    if (isLineEnd(code)) {
      reader.endLine(code)
      return inside
    }
    if (!reader.take(code)) return reader.isReopened() ? nok : inside
    return readsAsFormula(mark, reader.content()) ? end : nok
  }

  function end(code: Code): State | undefined {
    // After a closing dollar a digit makes an amount of it, a letter a variable of a shell.
    if (reader.mark === '$' && isPartOfWord(code)) return nok(code)
    reader.close()
    effects.exit('formulaText')
    return ok(code)
  }
}

/** A block: once its first line has shown what it is, nothing in it is read as anything else up to its end or a blank line. */
const flow: Construct = { name: 'formulaFlow', tokenize: tokenizeFlow, concrete: true }

function tokenizeFlow(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const context = this
  const reader = formulaReader(effects)
  let isClosed = false
  let isFirstLine = true
  return (code) => {
    effects.enter('formulaFlow')
    return reader.open(code, inside, nok)
  }

  function inside(code: Code): State | undefined {
    if (reader.mark === '$' || reader.mark === '\\(' || reader.isTooLong()) return nok(code)
    if (code === null || isLineEnd(code)) return isFirstLine ? afterFirstLine(code) : afterLine(code)
    // Whatever stands behind the end on the first line makes it a formula among words.
    if (isClosed && isFirstLine && code > 0 && code !== 32) return nok(code)
    if (reader.take(code) && !isClosed) {
      if (isFirstLine && !readsAsFormula(reader.mark, reader.content())) return nok
      isClosed = true
    }
    return inside
  }

  function afterFirstLine(code: Code): State | undefined {
    if (!isClosed && !opensFormula(reader.content())) return nok(code)
    isFirstLine = false
    return context.interrupt ? ok(code) : afterLine(code)
  }

  function afterLine(code: Code): State | undefined {
    if (isClosed || code === null) return end(code)
    return effects.check({ tokenize: tokenizeNextLine, partial: true }, goOn, end)(code)
  }

  function goOn(code: Code): State | undefined {
    reader.endLine(code)
    return inside
  }

  function end(code: Code): State | undefined {
    reader.close()
    effects.exit('formulaFlow')
    return ok(code)
  }
}

/** There is one, it is not blank, and it belongs to the same list or quotation. */
function tokenizeNextLine(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const context = this
  return (code) => {
    effects.enter('lineEnding')
    effects.consume(code)
    effects.exit('lineEnding')
    return begin
  }

  function begin(code: Code): State | undefined {
    if (context.parser.lazy[context.now().line]) return nok(code)
    if (code === null || isLineEnd(code)) return nok(code)
    if (code > 0 && code !== 32) return ok(code)
    effects.enter('linePrefix')
    return blank(code)
  }

  function blank(code: Code): State | undefined {
    if (code !== null && !isLineEnd(code) && (code < 0 || code === 32)) {
      effects.consume(code)
      return blank
    }
    effects.exit('linePrefix')
    return code === null || isLineEnd(code) ? nok(code) : ok(code)
  }
}

/** Line ends are below zero, with tabs and their spaces between them and it. */
function isLineEnd(code: Code): boolean {
  return code !== null && code < -2
}

/** Reads a formula character by character, from its opening mark on. */
function formulaReader(effects: Effects) {
  let mark: Mark = '$'
  let content = ''
  let isInLine = false
  let isAfterBackslash = false
  let isReopened = false

  function consume(code: Code): void {
    if (!isInLine) effects.enter('formulaData')
    isInLine = true
    effects.consume(code)
  }

  function close(): void {
    if (isInLine) effects.exit('formulaData')
    isInLine = false
  }

  return {
    get mark() {
      return mark
    },
    /** What stands between the marks, as far as it has been read. */
    content: () => (content.endsWith(CLOSING[mark]) ? content.slice(0, -CLOSING[mark].length) : content),
    /** There is another `\(` in a `\(…`: the first one was none, and a text full of them is read once. */
    isReopened: () => isReopened,
    isTooLong: () => content.length > LONGEST_FORMULA,

    open(code: Code, inside: State, nok: State): State {
      consume(code)
      return (second) => {
        if (code === BACKSLASH) {
          if (second !== 40 && second !== 91) return nok(second)
          mark = second === 40 ? '\\(' : '\\['
          consume(second)
          return inside
        }
        if (second !== DOLLAR) return inside(second)
        mark = '$$'
        consume(second)
        return (third) => (third === DOLLAR ? nok(third) : inside(third))
      }
    },

    /** Takes one character of a line. Whether it was the last one of the closing mark. */
    take(code: Code): boolean {
      consume(code)
      const character = code! > 0 ? String.fromCharCode(code!) : ' ' // a tab
      content += character
      const isEscaped = isAfterBackslash
      isAfterBackslash = code === BACKSLASH && !isEscaped
      if (mark === '$') return character === '$' && !isEscaped
      if (mark === '$$') return content.endsWith('$$') && !isEscaped
      isReopened ||= isEscaped && content.endsWith(mark)
      return isEscaped && content.endsWith(CLOSING[mark])
    },

    endLine(code: Code): void {
      close()
      content += '\n'
      isAfterBackslash = false
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
    },

    close,
  }
}
