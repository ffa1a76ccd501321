export { default } from '../../../../agents/tasks/index.ts'
