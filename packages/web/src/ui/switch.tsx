import { Switch as Base } from '@base-ui/react/switch'

interface SwitchProps {
  /** What it switches on and off. */
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

/** On or off, at once. */
export function Switch({ label, isOn, onChange }: SwitchProps) {
  return (
    <Base.Root
      aria-label={label}
      checked={isOn}
      onCheckedChange={onChange}
      className="flex h-6 w-10.5 shrink-0 cursor-pointer rounded-full border border-edge bg-sunken p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent pointer-coarse:my-2"
    >
      <Base.Thumb className="size-4.5 rounded-full bg-edge transition-[translate,background-color] data-checked:translate-x-4.5 data-checked:bg-on-accent" />
    </Base.Root>
  )
}
