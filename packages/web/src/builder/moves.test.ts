import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { broughtBack, type Move, type Moves, NO_MOVES, standing, takenBack, type Undoable, withMove } from './moves.ts'

const move = (x: number, id = 'n1', isNudge = false): Move => ({
  from: { direction: 'down', positions: new Map([[id, { x: x - 1, y: 0 }]]) },
  to: { direction: 'down', positions: new Map([[id, { x, y: 0 }]]) },
  isNudge,
})
const built: Undoable = { undo: ['built'], redo: [] }

test('a move is taken back before what was changed earlier, and brought back after it', () => {
  const dragged = withMove(NO_MOVES, move(1), built)
  const taken = takenBack(dragged, built)!
  assert.deepEqual(taken.move, move(1))
  assert.equal(takenBack(taken.moves, built), null)
  assert.deepEqual(broughtBack(taken.moves, built), { move: move(1), moves: dragged })
  assert.equal(broughtBack(taken.moves, { undo: [], redo: ['built'] }), null, 'what it was made on is not there')
})

test('what was changed after a move is taken back first', () => {
  const dragged = withMove(NO_MOVES, move(1), built)
  assert.equal(takenBack(dragged, { undo: ['built', 'edited'], redo: [] }), null)
  assert.deepEqual(takenBack(dragged, { undo: ['built'], redo: ['edited'] })?.move, move(1))
})

test('what was done anew leaves nothing to bring back', () => {
  const { moves } = takenBack(withMove(NO_MOVES, move(1), built), built)!
  assert.equal(broughtBack(withMove(moves, move(2), built), built), null)
  assert.equal(broughtBack(moves, { undo: ['built', 'edited'], redo: [] }), null)
  assert.equal(broughtBack(moves, { undo: ['built'], redo: ['edited'] }), null)
})

test('a move outlives what it was made on, where that is taken back elsewhere', () => {
  const elsewhere: Undoable = { undo: ['built'], redo: ['edited'] }
  const dragged = withMove(NO_MOVES, move(1), { undo: ['built', 'edited'], redo: [] })
  const moves = standing(dragged, elsewhere)
  assert.deepEqual(takenBack(moves, elsewhere)?.move, move(1))
  assert.equal(takenBack(moves, { undo: ['built', 'later'], redo: [] }), null)
  assert.equal(standing(moves, elsewhere), moves)
})

test('arrow keys pressed one after the other are one move', () => {
  let moves = withMove(NO_MOVES, move(1, 'n1', true), built)
  moves = withMove(moves, move(2, 'n1', true), built)
  assert.deepEqual(takenBack(moves, built)?.move, { ...move(2, 'n1', true), from: move(1).from })
  assert.equal(withMove(moves, move(3, 'n2', true), built).done.length, 2, 'another step')
  assert.equal(withMove(moves, move(3), built).done.length, 2, 'a drag')
  assert.equal(withMove(moves, move(3, 'n1', true), { undo: ['built', 'edited'], redo: [] }).done.length, 2, 'an edit')
})

test('a hundred moves are remembered', () => {
  let moves = NO_MOVES
  for (let x = 0; x < 120; x++) moves = withMove(moves, move(x), built)
  assert.equal(moves.done.length, 100)
  assert.deepEqual(takenBack(moves, built)?.move, move(119))
})

test('moves and changes are taken back and brought back in the order in which they were done', () => {
  const commands = fc.array(fc.constantFrom('move', 'edit', 'undo', 'redo'), { maxLength: 40 })
  fc.assert(
    fc.property(commands, (commands) => {
      let moves: Moves = NO_MOVES
      let log: Undoable = { undo: [], redo: [] }
      // What there would be if moves were in the log, too.
      const [done, undone]: [string[], string[]] = [[], []]
      const names = new Map<Move, string>()
      commands.forEach((command, i) => {
        const name = `${command} ${i}`
        moves = standing(moves, log)
        if (command === 'move') {
          const made = move(i)
          names.set(made, name)
          moves = withMove(moves, made, log)
          done.push(name)
          undone.splice(0, undone.length, ...undone.filter((other) => other.startsWith('edit')))
        } else if (command === 'edit') {
          log = { undo: [...log.undo, name], redo: [] }
          done.push(name)
          undone.length = 0
        } else {
          const [from, to] = command === 'undo' ? [done, undone] : [undone, done]
          const own = command === 'undo' ? takenBack(moves, log) : broughtBack(moves, log)
          const unit = (command === 'undo' ? log.undo : log.redo).at(-1)
          assert.equal(own ? names.get(own.move) : unit, from.at(-1))
          if (from.length > 0) to.push(from.pop()!)
          if (own) moves = own.moves
          else if (unit !== undefined && command === 'undo')
            log = { undo: log.undo.slice(0, -1), redo: [...log.redo, unit] }
          else if (unit !== undefined) log = { undo: [...log.undo, unit], redo: log.redo.slice(0, -1) }
        }
      })
    }),
  )
})
