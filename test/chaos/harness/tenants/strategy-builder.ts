export { default } from '../../../../agents/strategy-builder/index.ts'
