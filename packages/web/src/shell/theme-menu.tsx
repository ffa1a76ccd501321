import { Monitor, Moon, Sun } from 'lucide-react'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice } from '../ui/menu.tsx'
import { THEMES, useTheme } from './theme.ts'

const ICONS = { system: Monitor, light: Sun, dark: Moon }

/** Light, dark, or as the system has it. */
export function ThemeMenu() {
  const [theme, setTheme] = useTheme()
  return (
    <Menu side="top" trigger={<IconButton label={text.theme.label} icon={ICONS[theme]} />}>
      <MenuChoice
        label={text.theme.label}
        value={theme}
        onChange={setTheme}
        options={THEMES.map((value) => ({ value, label: text.theme[value], icon: ICONS[value] }))}
      />
    </Menu>
  )
}
