import { Monitor, Moon, Sun } from 'lucide-react'
import { Page } from '../shell/page.tsx'
import { THEMES, useTheme } from '../shell/theme.ts'
import { chooseLanguage, LANGUAGES, type LanguageChoice, languageChoice } from '../text/language.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { ChoiceRow } from '../ui/choice-row.tsx'
import { About } from './about.tsx'
import { ArchivedConversations } from './archived-conversations.tsx'
import { AwsPage } from './aws.tsx'
import { Memories } from './memories.tsx'
import { ModelChoice } from './model-choice.tsx'
import { Section } from './section.tsx'
import { YourData } from './your-data.tsx'

const words = pagesText.settings
const ICONS = { system: Monitor, light: Sun, dark: Moon }

/** What a person can set here, and what this server is. */
export function SettingsPage() {
  const [theme, setTheme] = useTheme()
  return (
    <Page title={words.title}>
      <Section title={words.appearance.title}>
        <div className="space-y-4">
          <ChoiceRow
            label={text.theme.label}
            value={theme}
            onChange={setTheme}
            options={THEMES.map((value) => ({ value, label: text.theme[value], icon: ICONS[value] }))}
          />
          <ChoiceRow<LanguageChoice>
            label={words.appearance.language}
            value={languageChoice()}
            onChange={chooseLanguage}
            options={[
              { value: 'system', label: text.theme.system },
              ...Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as LanguageChoice, label })),
            ]}
          />
        </div>
      </Section>
      <ModelChoice />
      <Memories />
      <ArchivedConversations />
      <YourData />
      <AwsPage />
      <About />
    </Page>
  )
}
