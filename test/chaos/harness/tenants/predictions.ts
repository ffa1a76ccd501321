export { default } from '../../../../agents/predictions/index.ts'
