import { names } from './expressions.js';

// A table of the faces of each frame, with the columns that `mexp video` writes.
const columns = ['film', 'frame', 'time', 'track', 'x', 'y', 'box_width', 'box_height', 'score',
  'left_eye_x', 'left_eye_y', 'right_eye_x', 'right_eye_y', 'expression', 'probability', ...names];

export class Recording {
  #film;
  #start;
  #rows = [columns.join(',')];
  #frame = 0;

  /**
   * @param film the name in the first column
   * @param start the time of a camera's first frame in milliseconds; 0 for a film, whose times are its own
   */
  constructor(film, start) {
    this.#film = /[",\r\n]/.test(film) ? `"${film.replaceAll('"', '""')}"` : film;
    this.#start = start;
  }

  add(faces, time) {
    for (const { track, box, score, eyes, expression, probability, probabilities } of faces) {
      const places = [box.x, box.y, box.width, box.height].map(value => Math.round(value));
      const points = eyes ? [eyes.left.x, eyes.left.y, eyes.right.x, eyes.right.y].map(number) : ['', '', '', ''];
      this.#rows.push([this.#film, this.#frame, ((time - this.#start) / 1000).toFixed(3), track, ...places, number(score), ...points,
        expression, number(probability), ...names.map(name => number(probabilities[name]))].join(','));
    }

    this.#frame++;
  }

  get count() {
    return this.#rows.length - 1;
  }

  toBlob() {
    return new Blob([this.#rows.join('\n'), '\n'], { type: 'text/csv' });
  }
}

const number = value => Number(value.toPrecision(7));
