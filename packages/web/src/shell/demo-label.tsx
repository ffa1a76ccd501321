import { useClient } from '@streambed/client/react'
import { useEffect, useState } from 'react'
import { text } from '../text/text.ts'

/** Says so where the answers come from rules and not from a model. */
export function DemoLabel() {
  const client = useClient()
  const [isDemo, setDemo] = useState(false)
  useEffect(() => {
    let isWanted = true
    client.health().then(
      (health) => isWanted && setDemo(health.model === 'demo'),
      () => {}, // the connection's own notice tells that the server is away
    )
    return () => {
      isWanted = false
    }
  }, [client])
  return isDemo ? <span className="text-warning">{text.app.demo}</span> : null
}
