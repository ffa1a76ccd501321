export { createClient, memoryStorage } from '@streambed/client'
