import { readConfig } from '../../packages/server/src/config.ts'
import { serve } from '../../packages/server/src/serve.ts'
import { answerQuestions } from '../answering.ts'

/** Streambed as it is: all its doors, its own agent, its log in SQLite on the disk. */
const serving = serve(readConfig({ env: process.env, argv: [], cwd: process.cwd() }))
answerQuestions({ ready: async () => (await serving).url })
