// Loaded before a program started by `runApart`: ends it when the command that started it was killed and could pass nothing on.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel.unref()
}
