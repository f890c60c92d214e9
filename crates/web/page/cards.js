// A playing card as a picture: made of elements, with its name for those who do not see it.

const SUITS = [["♠", "spades"], ["♥", "hearts"], ["♦", "diamonds"], ["♣", "clubs"]];
const RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
const NAMES = { 0: "ace", 10: "jack", 11: "queen", 12: "king" };

/** A card, 0 to 51, in words: queen of hearts. */
export const cardName = (card) => `${NAMES[card % 13] ?? RANKS[card % 13]} of ${SUITS[Math.floor(card / 13)]?.[1]}`;

export function cardPicture(card) {
  const [sign, suit] = SUITS[Math.floor(card / 13)] ?? ["?", "unknown"];
  return svg("svg", { viewBox: "0 0 50 70", role: "img", "aria-label": cardName(card), class: `card ${suit}` },
    svg("rect", { x: 1, y: 1, width: 48, height: 68, rx: 5 }),
    svg("text", { x: 25, y: 30 }, RANKS[card % 13]), svg("text", { x: 25, y: 58 }, sign));
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}
