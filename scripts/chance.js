import fc from 'fast-check'

// Loaded into every test by scripts/test.js: properties are tried on what the environment's SEED gives, RUNS times each where the
// test does not say itself how often.
const { SEED, RUNS } = process.env
fc.configureGlobal({ ...(SEED && { seed: Number(SEED) }), ...(RUNS && { numRuns: Number(RUNS) }) })
