// What an answer changed is marked for a moment. Places are told apart by the row, the card or the line that they are.

const address = (place) => {
  const { figure } = place.dataset;
  if (figure) return figure;
  const row = place.closest("[data-row]");
  return row ? `${row.parentElement.closest("[id]").id} ${row.dataset.row} ${place.cellIndex}` : place.id;
};

export class News {
  // `places()` returns the elements whose texts may change.
  constructor(places) {
    this.places = places;
    this.question = null;
  }

  // Marks the places that say something else than in the last answer to the same question.
  show(question) {
    const before = question === this.question ? this.known : null;
    this.question = question;
    this.remember();
    for (const [place] of this.found) place.classList.remove("fresh");
    if (before === null) return;
    void document.body.offsetWidth; // Ends the animations of before, so that they can begin again.
    for (const [place, where] of this.found) place.classList.toggle("fresh", before.get(where) !== place.textContent);
  }

  // Takes what is shown now as known: what somebody opened is no news.
  remember() {
    this.found = [...this.places()].map((place) => [place, address(place)]);
    this.known = new Map(this.found.map(([place, where]) => [where, place.textContent]));
  }
}
