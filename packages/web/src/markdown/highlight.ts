/** A piece of code, and what kind of thing it is. */
export interface CodeToken {
  readonly kind: 'plain' | 'keyword' | 'string' | 'number' | 'comment' | 'name'
  readonly text: string
}

/**
 * Takes code apart for colouring: comments, strings, numbers, keywords and the names of what is called. It knows how
 * languages look,
 * not what they mean, which is enough for reading. Joined, the pieces are the code. Languages it does not know stay
 * plain.
 */
export function highlight(code: string, language: string): readonly CodeToken[] {
  const grammar = GRAMMARS.get(ALIASES.get(language) ?? language)
  if (!grammar || code.length > 50_000) return [{ kind: 'plain', text: code }]
  const tokens: CodeToken[] = []
  let plainFrom = 0
  const push = (kind: CodeToken['kind'], from: number, to: number) => {
    if (from > plainFrom) tokens.push({ kind: 'plain', text: code.slice(plainFrom, from) })
    tokens.push({ kind, text: code.slice(from, to) })
    plainFrom = to
  }
  for (const match of code.matchAll(grammar.pattern)) {
    const groups = match.groups ?? {}
    const kind = kindOf(groups, grammar.keywords)
    if (kind) push(kind, match.index, match.index + match[0].length)
  }
  if (plainFrom < code.length) tokens.push({ kind: 'plain', text: code.slice(plainFrom) })
  return tokens
}

interface Grammar {
  readonly pattern: RegExp
  readonly keywords: ReadonlySet<string>
}

function kindOf(groups: Record<string, string | undefined>, keywords: ReadonlySet<string>): CodeToken['kind'] | null {
  if (groups.comment !== undefined) return 'comment'
  if (groups.string !== undefined) return 'string'
  if (groups.number !== undefined) return 'number'
  if (groups.tag !== undefined) return 'keyword'
  const word = groups.word ?? ''
  if (keywords.has(word) || keywords.has(`${word.toLowerCase()}*`)) return 'keyword'
  return groups.called === undefined && groups.key === undefined ? null : 'name'
}

const STRING = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/.source
const TEMPLATE = /`(?:\\[\s\S]|[^`\\])*`?/.source
const TRIPLE = /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)/.source
const SLASHES = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/.source
const HASH = /#[^\n]*/.source
const NUMBER = /\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)n?\b/.source
const WORD = /(?<word>[A-Za-z_$][\w$]*)(?=(?<called>\s*\()?)/.source

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

function grammar(comment: string, string: string, keywords: string, rest = WORD): Grammar {
  const pattern = new RegExp(`(?<comment>${comment})|(?<string>${string})|(?<number>${NUMBER})|${rest}`, 'gm')
  return { pattern, keywords: words(keywords) }
}

const GRAMMARS = new Map<string, Grammar>(
  Object.entries({
    javascript: grammar(
      SLASHES,
      `${STRING}|${TEMPLATE}`,
      `
      abstract any as async await boolean break case catch class const continue debugger declare default
      delete do else enum export extends false finally for from function get if implements import in infer
      instanceof interface is keyof let namespace never new null number of override private protected public
      readonly return satisfies set static string super switch this throw true try type typeof undefined
      unknown using var void while with yield
    `,
    ),
    python: grammar(
      HASH,
      `[rbfuRBFU]{0,2}(?:${TRIPLE}|${STRING})`,
      `
      False None True and as assert async await break case class continue def del elif else except finally
      for from global if import in is lambda match nonlocal not or pass raise return self try while with
      yield
    `,
    ),
    json: grammar(SLASHES, /"(?:\\.|[^"\\\n])*"(?!\s*:)/.source, 'true false null', `(?<key>${STRING})|${WORD}`),
    shell: grammar(
      /(?<![\w$])#[^\n]*/.source,
      STRING,
      `
      case cd do done elif else esac export exit fi for function if in local npm npx node return set source
      sudo then while git curl echo
    `,
      /(?<word>[A-Za-z_][\w-]*)|(?<key>\$\{?\w+\}?)/.source,
    ),
    sql: grammar(
      /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/.source,
      STRING,
      `
      select* from* where* and* or* not* null* insert* into* values* update* set* delete* create* table*
      index* unique* primary* key* foreign* references* drop* alter* add* column* join* left* right* inner*
      outer* on* as* group* by* order* having* limit* offset* union* all* distinct* case* when* then* else*
      end* exists* in* between* like* is* desc* asc* with* returning* begin* commit* rollback* default*
      integer* text* boolean*
    `,
    ),
    yaml: grammar(
      HASH,
      STRING,
      'true false null yes no',
      /(?<key>^[ \t-]*[\w./][\w./-]*(?=:(?:\s|$)))|(?<word>[A-Za-z_]+)/.source,
    ),
    css: grammar(
      /\/\*[\s\S]*?(?:\*\/|$)/.source,
      STRING,
      'important',
      /(?<key>[\w-]+(?=\s*:))|(?<tag>@[\w-]+)|(?<word>[\w-]+)(?=(?<called>\()?)/.source,
    ),
    markup: grammar(
      /<!--[\s\S]*?(?:-->|$)/.source,
      /"[^"<]*"|'[^'<]*'/.source,
      '',
      /(?<tag><\/?[A-Za-z][\w.:-]*|\/?>)|(?<key>(?<![\w:-])[\w:-]+(?==))/.source,
    ),
    clike: grammar(
      SLASHES,
      `${STRING}|${TEMPLATE}`,
      `
      abstract and as async auto await base bool boolean break byte case catch chan char class const
      constexpr continue crate default defer delete do double dyn else enum extends extern false final
      finally float fn for foreach func function go goto if impl implements import in init int interface
      internal is let long loop map match mod module move mut namespace new nil null nullptr object of open
      operator out override package params private protected protocol pub public range readonly record ref
      return sealed self short signed sizeof static string struct super switch template this throw throws
      trait true try type typedef typeof uint union unsafe unsigned use using val var virtual void volatile
      when where while with yield
    `,
    ),
    ruby: grammar(
      HASH,
      STRING,
      `
      alias and begin break case class def do else elsif end ensure false for if in module next nil not or
      redo rescue retry return self super then true undef unless until when while yield require attr_reader
      attr_accessor
    `,
    ),
  }),
)

const ALIASES = new Map(
  Object.entries({
    js: 'javascript',
    jsx: 'javascript',
    mjs: 'javascript',
    ts: 'javascript',
    tsx: 'javascript',
    typescript: 'javascript',
    py: 'python',
    json5: 'json',
    jsonc: 'json',
    sh: 'shell',
    bash: 'shell',
    zsh: 'shell',
    console: 'shell',
    yml: 'yaml',
    toml: 'yaml',
    scss: 'css',
    html: 'markup',
    xml: 'markup',
    svg: 'markup',
    vue: 'markup',
    c: 'clike',
    'c++': 'clike',
    cpp: 'clike',
    cs: 'clike',
    csharp: 'clike',
    dart: 'clike',
    go: 'clike',
    java: 'clike',
    kotlin: 'clike',
    kt: 'clike',
    php: 'clike',
    rs: 'clike',
    rust: 'clike',
    scala: 'clike',
    swift: 'clike',
    rb: 'ruby',
  }),
)
