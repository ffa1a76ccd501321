import type { ReactNode } from 'react'
import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'
import { LOOKS } from './node-looks.ts'
import { NODE_TYPES } from './strategy.ts'

interface EmptyCanvasProps {
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** A canvas on which nothing stands yet: the shape of what will. */
export function EmptyCanvas({ children, action }: EmptyCanvasProps) {
  return (
    <div className="grid h-full place-items-center overflow-y-auto bg-sunken p-6">
      <div className="flex animate-appear flex-col items-center text-center">
        <div aria-hidden="true" className="flex flex-col items-center opacity-70">
          {NODE_TYPES.filter((type) => type !== 'risk').map((type, i) => (
            <Ghost key={type} type={type} isFirst={i === 0} width={['w-32', 'w-24', 'w-28', 'w-20'][i]!} />
          ))}
        </div>
        <h2 className="mt-6 text-base font-semibold">{builderText.canvas.empty.title}</h2>
        <p className="mt-1 max-w-xs text-sm text-pretty text-soft">{children}</p>
        {action}
      </div>
    </div>
  )
}

function Ghost({ type, isFirst, width }: { type: keyof typeof LOOKS; isFirst: boolean; width: string }) {
  const { icon: Icon, tile, shape } = LOOKS[type]
  return (
    <>
      {!isFirst && <span className="h-5 w-px bg-edge/60" />}
      <span className={classes('flex h-12 w-52 items-center gap-2.5 border border-dashed border-edge/50 px-3', shape)}>
        <span className={classes('grid size-7 place-items-center rounded-md', tile)}>
          <Icon className="size-4" />
        </span>
        <span className={classes('h-2 rounded-full bg-line', width)} />
      </span>
    </>
  )
}
