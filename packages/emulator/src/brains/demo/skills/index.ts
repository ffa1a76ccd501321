import type { Skill } from '../skill.ts'
import { alarms } from './alarms/alarms.ts'
import { amuse } from './amuse.ts'
import { arithmetic } from './arithmetic.ts'
import { askedBack } from './asked-back.ts'
import { attachment } from './attachment.ts'
import { code } from './code.ts'
import { counting } from './counting.ts'
import { courtesy } from './courtesy.ts'
import { explain } from './explain.ts'
import { files } from './files.ts'
import { forcedCall } from './forced-call.ts'
import { formula } from './formula.ts'
import { general } from './general.ts'
import { instructed } from './instructed.ts'
import { introduction } from './introduction.ts'
import { keeping } from './keeping.ts'
import { list } from './list.ts'
import { longText } from './long-text.ts'
import { memory } from './memory.ts'
import { calendar } from './own/calendar.ts'
import { conversations } from './own/conversations.ts'
import { records } from './own/records.ts'
import { usage } from './own/usage.ts'
import { prediction } from './prediction/prediction.ts'
import { refusal } from './refusal.ts'
import { severalForms } from './several-forms.ts'
import { strategy } from './strategy/strategy.ts'
import { structured } from './structured.ts'
import { summary } from './summary.ts'
import { table } from './table.ts'
import { toolCall } from './tool-call.ts'
import { toolResult } from './tool-result.ts'
import { unclear } from './unclear.ts'

/** What the demo model can do, in the order it is tried. The last one answers everything. */
export const skills: readonly Skill[] = [
  alarms,
  prediction,
  usage,
  records,
  conversations,
  calendar,
  askedBack,
  toolResult,
  forcedCall,
  strategy,
  structured,
  refusal,
  summary,
  introduction,
  keeping,
  files,
  memory,
  attachment,
  toolCall,
  instructed,
  arithmetic,
  counting,
  longText,
  severalForms,
  code,
  formula,
  table,
  courtesy,
  amuse,
  explain,
  list,
  unclear,
  general,
]
