// The roads of a shoe: how its rounds have ended, for the eye. The past predicts nothing.

const ROWS = 6;

/** A column for each streak; one that meets the bottom or an older one turns to the right. */
export function bigRoad(history) {
  const cells = [];
  const isTaken = (column, row) => row === ROWS || cells.some((cell) => cell.column === column && cell.row === row);
  let hasTurned = false;
  for (const winner of history.map((outcome) => outcome & 3)) {
    const last = cells.at(-1);
    if (winner === 3) {
      if (last) last.ties += 1;
    } else if (winner === last?.winner) {
      hasTurned ||= isTaken(last.column, last.row + 1);
      const [column, row] = hasTurned ? [last.column + 1, last.row] : [last.column, last.row + 1];
      cells.push({ winner, ties: 0, column, row });
    } else {
      let column = 0;
      while (isTaken(column, 0)) column += 1;
      cells.push({ winner, ties: 0, column, row: 0 });
      hasTurned = false;
    }
  }
  return cells;
}

/** The rounds in their order, six a column. */
export const beadPlate = (history) =>
  history.map((outcome, at) => ({ winner: outcome & 3, ties: 0, column: Math.floor(at / ROWS), row: at % ROWS }));
