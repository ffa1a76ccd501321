import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { CodeBlock } from '../markdown/code-block.tsx'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { late } from '../ui/late.ts'

interface FormulaProps {
  /** In TeX. */
  readonly source: string
  /** By itself in the middle, though it stands among words. */
  readonly isDisplay: boolean
}

/** A formula among words. Until it can be drawn, and where it cannot be, it is its source. */
export const Formula = memo(function Formula({ source, isDisplay }: FormulaProps) {
  const drawn = useDrawn(source, isDisplay)
  if (drawn === 'broken')
    return (
      <code title={text.markdown.brokenFormula}>
        {source}
        <span className="sr-only"> ({text.markdown.brokenFormula})</span>
      </code>
    )
  if (drawn === 'coming') return <code>{source}</code>
  return isDisplay ? <Displayed source={source}>{drawn}</Displayed> : <Scrolling isDisplay={false}>{drawn}</Scrolling>
})

/** A formula that is a block. */
export const BlockFormula = memo(function BlockFormula({ source }: Pick<FormulaProps, 'source'>) {
  const drawn = useDrawn(source, true)
  if (drawn === 'coming')
    return (
      <p>
        <code>{source}</code>
      </p>
    )
  if (drawn === 'broken')
    return (
      <div>
        <CodeBlock code={source} language="tex" />
        <p className="mt-1.5 text-xs text-faint">{text.markdown.brokenFormula}</p>
      </div>
    )
  return <Displayed source={source}>{drawn}</Displayed>
})

const useDrawing = late(async () => (await import('./draw-formula.ts')).drawFormula)

function useDrawn(source: string, isDisplay: boolean): ReactNode | 'coming' | 'broken' {
  const draw = useDrawing()
  if (!draw) return 'coming'
  try {
    return draw(source, isDisplay)
  } catch {
    return 'broken' // whatever it is, it is no formula
  }
}

function Displayed({ source, children }: { readonly source: string; readonly children: ReactNode }) {
  return (
    <span className="group/formula relative block">
      <Scrolling isDisplay>{children}</Scrolling>
      <span className="absolute end-0 top-0 rounded-md bg-ground opacity-0 transition-opacity group-focus-within/formula:opacity-100 group-hover/formula:opacity-100 pointer-coarse:opacity-100">
        <CopyButton label={text.markdown.copyFormula} content={() => source} />
      </span>
    </span>
  )
}

/** What is too wide scrolls in its own box, which also holds whatever a formula puts beside itself. */
function Scrolling({ isDisplay, children }: { readonly isDisplay: boolean; readonly children: ReactNode }) {
  const box = useRef<HTMLSpanElement>(null)
  const [isWide, setWide] = useState(false)
  useLayoutEffect(() => {
    const { current } = box
    if (!current) return
    const resized = new ResizeObserver(() => setWide(current.scrollWidth > current.clientWidth + 1))
    resized.observe(current)
    return () => resized.disconnect()
  }, [])
  return (
    <span
      ref={box}
      {...(isWide && { tabIndex: 0, role: 'group', 'aria-label': text.markdown.formula })}
      className={classes(
        'scrolls-aside relative max-h-160 max-w-full overflow-y-hidden',
        isDisplay ? 'block py-1' : 'inline-flex items-baseline',
      )}
    >
      {children}
    </span>
  )
}
