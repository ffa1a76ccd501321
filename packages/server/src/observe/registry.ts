/** Numbers by name, told in the text format of Prometheus (version 0.0.4). */
export interface Registry {
  counter(name: string, help: string, labels: readonly string[]): Counter
  /** `bounds` in ascending order. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram
  /** `read` is called when somebody asks. A second gauge of a name takes the first one's place. */
  gauge(name: string, help: string, read: () => number): void
  text(): string
}

export interface Counter {
  /** `values` are those of the labels, in their order. */
  add(count: number, ...values: readonly string[]): void
}

export interface Histogram {
  observe(value: number): void
}

/** How many combinations of labels one counter keeps; what comes after counts as `other`. */
const MAX_SERIES = 500

export function registry(): Registry {
  const families = new Map<string, { readonly head: string; lines(): readonly string[] }>()

  return {
    counter(name, help, labels) {
      const series = new Map<string, { readonly shown: string; value: number }>()
      families.set(name, {
        head: headOf(name, help, 'counter'),
        lines: () => Array.from(series.values(), ({ shown, value }) => `${name}${shown} ${value}`),
      })
      const others = labels.map(() => 'other')
      return { add }

      function add(count: number, ...values: readonly string[]): void {
        const key = values.join('\0')
        const known = series.get(key)
        if (known) known.value += count
        else if (series.size >= MAX_SERIES && key !== others.join('\0')) add(count, ...others)
        else series.set(key, { shown: shownLabels(labels, values), value: count })
      }
    },

    histogram(name, help, bounds) {
      const counts = new Array<number>(bounds.length + 1).fill(0)
      let sum = 0
      families.set(name, {
        head: headOf(name, help, 'histogram'),
        lines() {
          let below = 0
          const buckets = bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${(below += counts[i]!)}`)
          const all = below + counts.at(-1)!
          return [...buckets, `${name}_bucket{le="+Inf"} ${all}`, `${name}_sum ${sum}`, `${name}_count ${all}`]
        },
      })
      return {
        observe(value) {
          const i = bounds.findIndex((bound) => value <= bound)
          counts[i < 0 ? bounds.length : i]!++
          sum += value
        },
      }
    },

    gauge(name, help, read) {
      families.set(name, { head: headOf(name, help, 'gauge'), lines: () => [`${name} ${read()}`] })
    },

    text: () => Array.from(families.values(), ({ head, lines }) => [head, ...lines(), ''].join('\n')).join(''),
  }
}

function headOf(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}`
}

function shownLabels(labels: readonly string[], values: readonly string[]): string {
  const quoted = (value: string): string =>
    `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
  return `{${labels.map((label, i) => `${label}=${quoted(values[i] ?? '')}`).join(',')}}`
}
