export { createClient, systemClock } from '@streambed/client'
