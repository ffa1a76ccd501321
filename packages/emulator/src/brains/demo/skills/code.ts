import type { Skill } from '../skill.ts'
import { subjectOf } from '../subject.ts'

/** A short program in the language asked for. */
export const code: Skill = {
  name: 'code',
  answer({ text }) {
    if (!/\b(?:code|function|script|program|snippet|regex|implement|sql query|hello world)\b/i.test(text))
      return undefined
    if (/\bexplain\b|\bwhat (?:is|are)\b/i.test(text) && !/\bexample\b/i.test(text)) return undefined
    const [language, sample] = Object.entries(SAMPLES).find(([name]) =>
      new RegExp(`(?<![\\w])${name}(?!\\w)`, 'i').test(text),
    ) ?? ['typescript', SAMPLES['typescript']!]
    return {
      say: `Here is a small ${NAMES[language] ?? language} example${/\bexample\b|\bsnippet\b|\bcode\b$/i.test(text) ? '' : ` for *${subjectOf(text)}*`}:\n\n\`\`\`${language}\n${sample}\n\`\`\`\n\n**How it works**\n\n- It reads the words one by one and counts each in a map.\n- Sorting happens once, at the end.\n- Everything is in one function, so it is easy to test.\n\nTell me the input you have and I will fit it to that.`,
    }
  },
}

const NAMES: Readonly<Record<string, string>> = {
  typescript: 'TypeScript',
  javascript: 'JavaScript',
  python: 'Python',
  rust: 'Rust',
  go: 'Go',
  sql: 'SQL',
  bash: 'Bash',
}

const SAMPLES: Readonly<Record<string, string>> = {
  python: `from collections import Counter

def most_common(text: str, limit: int = 3) -> list[tuple[str, int]]:
    """The words that occur most often, with their counts."""
    words = text.lower().split()
    return Counter(words).most_common(limit)

print(most_common("the cat and the hat and the bat"))`,
  javascript: `export function mostCommon(text, limit = 3) {
  const counts = new Map()
  for (const word of text.toLowerCase().split(/\\s+/)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit)
}

console.log(mostCommon('the cat and the hat and the bat'))`,
  sql: `select word, count(*) as times
from words
group by word
order by times desc
limit 3;`,
  bash: `tr -s ' ' '\\n' < input.txt | sort | uniq -c | sort -rn | head -3`,
  rust: `use std::collections::HashMap;

fn most_common(text: &str, limit: usize) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1));
    sorted.truncate(limit);
    sorted
}`,
  typescript: `export function mostCommon(text: string, limit = 3): [word: string, count: number][] {
  const counts = new Map<string, number>()
  for (const word of text.toLowerCase().split(/\\s+/)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit)
}

console.log(mostCommon('the cat and the hat and the bat'))`,
}
