// Loaded into a server before its own code: on SIGUSR2 it tells how much memory it needs.
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  console.error(`memory ${JSON.stringify(process.memoryUsage())}`)
})
