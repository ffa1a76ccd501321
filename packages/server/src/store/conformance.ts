import { suite } from 'node:test'
import { accountsConformance } from './conformance/accounts.ts'
import { auditConformance } from './conformance/audit.ts'
import { budgetsConformance } from './conformance/budgets.ts'
import { claimsConformance } from './conformance/claims.ts'
import { filesConformance } from './conformance/files.ts'
import { forgottenConformance } from './conformance/forgotten.ts'
import { idleConformance } from './conformance/idle.ts'
import { listConformance } from './conformance/list.ts'
import { logConformance } from './conformance/log.ts'
import { ownersConformance } from './conformance/owners.ts'
import { parkingConformance } from './conformance/parking.ts'
import { recordsConformance } from './conformance/records.ts'
import { requestsConformance } from './conformance/requests.ts'
import { runsConformance } from './conformance/runs.ts'
import { searchConformance } from './conformance/search.ts'
import { snapshotsConformance } from './conformance/snapshots.ts'
import { timersConformance } from './conformance/timers.ts'
import { usageConformance } from './conformance/usage.ts'
import type { Store } from './store.ts'

/** What every store must do. A new one runs this from its own test file. */
export function storeConformance(name: string, open: OpenStore): void {
  suite(`${name} store`, () => {
    logConformance(open)
    requestsConformance(open)
    runsConformance(open)
    parkingConformance(open)
    claimsConformance(open)
    listConformance(open)
    idleConformance(open)
    searchConformance(open)
    ownersConformance(open)
    snapshotsConformance(open)
    filesConformance(open)
    usageConformance(open)
    timersConformance(open)
    recordsConformance(open)
    accountsConformance(open)
    budgetsConformance(open)
    auditConformance(open)
    forgottenConformance(open)
  })
}

/** Opens an empty store that takes its time from `now`. */
export type OpenStore = (options: { readonly now: () => number }) => Store | Promise<Store>
