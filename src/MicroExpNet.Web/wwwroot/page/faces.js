import { colors, names, percent } from './expressions.js';

const most = 24, interval = 200, announcementInterval = 3000;

// The list of faces with their bars, and what a screen reader says of them.
export class FaceList {
  #list = document.getElementById('faces');
  #empty = document.getElementById('empty');
  #announcement = document.getElementById('announcement');
  #cards = new Map();
  #shown = 0;
  #announced = 0;

  /** Shows faces; at most five times a second, unless at once. */
  show(faces, atOnce = false) {
    const now = performance.now();
    if (!atOnce && now - this.#shown < interval) return;
    this.#shown = now;
    const shown = faces.slice(0, most), seen = new Set(shown.map(face => face.track));
    for (const [track, card] of this.#cards) {
      if (seen.has(track)) continue;
      card.element.remove();
      this.#cards.delete(track);
    }

    for (const face of shown) {
      let card = this.#cards.get(face.track);
      if (!card) {
        card = new Card(face.track);
        this.#cards.set(face.track, card);
        this.#list.append(card.element);
      }

      card.show(face);
    }

    this.#empty.hidden = faces.length > 0;
    this.#empty.textContent = faces.length > 0 ? '' : 'No face in the picture.';
    this.#announce(faces, now, atOnce);
  }

  #announce(faces, now, atOnce) {
    if (!atOnce && now - this.#announced < announcementInterval) return;
    const text = faces.length === 0 ? 'No face' : faces.slice(0, 4).map(face => `Face ${face.track}: ${face.expression}`).join(', ')
      + (faces.length > 4 ? ` and ${faces.length - 4} more` : '');
    if (text === this.#announcement.textContent) return;
    this.#announced = now;
    this.#announcement.textContent = text;
  }
}

class Card {
  element = document.createElement('li');
  #title = document.createElement('h3');
  #label = document.createElement('b');
  #rows = [];

  constructor(track) {
    this.element.className = 'face';
    const number = document.createElement('span');
    number.textContent = `Face ${track}`;
    this.#title.append(this.#label, number);
    const bars = document.createElement('dl');
    bars.className = 'bars';
    for (const name of names) {
      const term = document.createElement('dt'), cell = document.createElement('dd'), value = document.createElement('dd');
      const bar = document.createElement('span'), fill = document.createElement('span');
      term.textContent = name;
      bar.className = 'bar';
      fill.style.setProperty('--color', colors[name]);
      bar.append(fill);
      cell.setAttribute('aria-hidden', 'true');
      cell.append(bar);
      value.className = 'percent';
      bars.append(term, cell, value);
      this.#rows.push({ name, term, fill, value });
    }

    this.element.append(this.#title, bars);
  }

  show(face) {
    this.#label.textContent = `${face.expression} ${percent(face.probability)}`;
    this.element.dataset.expression = face.expression;
    for (const { name, term, fill, value } of this.#rows) {
      const probability = face.probabilities[name];
      term.classList.toggle('top', name === face.expression);
      fill.style.transform = `scaleX(${probability.toFixed(3)})`;
      value.textContent = percent(probability);
    }
  }
}
