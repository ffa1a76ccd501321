interface LineOptions {
  /** The room for a line, in pixels. */
  readonly width: number
  /** Of the letters, in pixels. */
  readonly size: number
  readonly weight: number
  /** How many lines there may be. */
  readonly most: number
  /** How wide words are, in pixels; the browser knows. */
  readonly measure?: (words: string) => number
}

/** Breaks words into lines, as drawings must. What does not fit is cut and ends in an ellipsis. */
export function linesOf(words: string, { width, size, weight, most, measure }: LineOptions): readonly string[] {
  const widthOf = measure ?? browserMeasure(`${weight} ${size}px system-ui, sans-serif`)
  const lines: string[] = []
  let line = ''
  for (const word of words.split(/\s+/).filter((word) => word !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || widthOf(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  if (line !== '') lines.push(line)
  const shown = lines.slice(0, most)
  const isCut = lines.length > most
  return shown.map((line, i) => fitted(line, width, widthOf, isCut && i === most - 1))
}

function fitted(line: string, width: number, widthOf: (words: string) => number, isCut: boolean): string {
  if (!isCut && widthOf(line) <= width) return line
  const letters = [...line]
  while (letters.length > 0 && widthOf(`${letters.join('')}…`) > width) letters.pop()
  return `${letters.join('').trimEnd()}…`
}

let canvas: CanvasRenderingContext2D | null | undefined

function browserMeasure(font: string): (words: string) => number {
  canvas ??= document.createElement('canvas').getContext('2d')
  return (words) => {
    if (!canvas) return words.length * 7
    canvas.font = font
    return canvas.measureText(words).width
  }
}
