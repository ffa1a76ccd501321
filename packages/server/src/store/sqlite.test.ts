import { storeConformance } from './conformance.ts'
import { sqliteStore } from './sqlite.ts'

storeConformance('sqlite', ({ now }) => sqliteStore({ path: ':memory:', now }))
