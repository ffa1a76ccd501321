export { default } from '../clerk/clerk.ts'
