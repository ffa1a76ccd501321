/** Texts that are each somebody's alone: where one comes out, something of theirs has. */
export interface Canaries {
  /** A new one, of this user and kind of data. Letters and digits only, so that nothing on its way changes it. */
  plant(owner: string, kind: string): string
  /** Those that a text holds. */
  in(text: string): readonly Canary[]
}

export interface Canary {
  readonly owner: string
  readonly kind: string
}

/** What every canary begins with: a search for it finds one's own. */
export const CANARY = 'canary'

export function canaries(): Canaries {
  const planted = new Map<string, Canary>()
  return {
    plant(owner, kind) {
      const canary = `${CANARY}${crypto.randomUUID().replaceAll('-', '')}`
      planted.set(canary, { owner, kind })
      return canary
    },
    in(text) {
      const found = new Set(text.match(/canary[0-9a-f]{32}/g))
      return [...found].flatMap((canary) => planted.get(canary) ?? [])
    },
  }
}
