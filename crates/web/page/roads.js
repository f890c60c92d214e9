// The roads of a shoe: how its rounds have ended, for the eye. The past predicts nothing.

export const ROWS = 6;

/** A column for each streak; one that meets the bottom or an older one turns to the right. Cells by [column, row]. */
export function bigRoad(history) {
  const cells = new Map();
  let last = null;
  for (const winner of history.map((outcome) => outcome & 3)) {
    if (winner === 3) {
      if (last) last.ties += 1;
      continue;
    }
    last = { winner, ties: 0, ...(last?.winner === winner ? longer(cells, last) : newColumn(cells)) };
    cells.set(`${last.column},${last.row}`, last);
  }
  return [...cells.values()];
}

function longer(cells, { column, row, isTail }) {
  const turns = isTail || row + 1 === ROWS || cells.has(`${column},${row + 1}`);
  return turns ? { column: column + 1, row, isTail: true } : { column, row: row + 1, isTail: false };
}

function newColumn(cells) {
  let column = 0;
  while (cells.has(`${column},0`)) column += 1;
  return { column, row: 0, isTail: false };
}

/** The rounds in their order, six a column. */
export const beadPlate = (history) =>
  history.map((outcome, at) => ({ winner: outcome & 3, ties: 0, column: Math.floor(at / ROWS), row: at % ROWS }));
