import { colors, names, percent } from './expressions.js';

const minute = 60_000, interval = 200, mostTracks = 6;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

// The last minute of each face: its probabilities, one above another.
export class Timelines {
  #container = document.getElementById('timelines');
  #empty = document.getElementById('no-timeline');
  #tracks = new Map();
  #drawn = -Infinity;
  #last = -Infinity;

  clear() {
    this.#last = -Infinity;
    for (const { element } of this.#tracks.values()) element.remove();
    this.#tracks.clear();
    this.#empty.hidden = false;
  }

  /** Adds the faces of a frame at a time in milliseconds. */
  add(faces, time) {
    // A film was sought back, or plays again: its faces have new numbers.
    if (time < this.#last) this.clear();
    this.#last = time;
    for (const face of faces) {
      let track = this.#tracks.get(face.track);
      if (!track) {
        if (this.#tracks.size >= mostTracks && !this.#forget(time)) continue;
        track = new Timeline(face.track);
        this.#tracks.set(face.track, track);
        this.#container.append(track.element);
      }

      track.add(face, time);
    }

    const now = performance.now();
    if (now - this.#drawn < (calm.matches ? 1000 : interval)) return;
    this.#drawn = now;
    for (const [number, track] of this.#tracks) {
      if (track.draw(time)) continue;
      track.element.remove();
      this.#tracks.delete(number);
    }

    this.#empty.hidden = this.#tracks.size > 0;
  }

  // The track that was not seen for longest makes room; those of the last seconds stay.
  #forget(time) {
    const [number, track] = [...this.#tracks].sort(([, a], [, b]) => a.last - b.last)[0];
    if (time - track.last < 2000) return false;
    track.element.remove();
    return this.#tracks.delete(number);
  }
}

class Timeline {
  element = document.createElement('div');
  #number;
  #label = document.createElement('span');
  #canvas = document.createElement('canvas');
  #moments = [];

  constructor(number) {
    this.#number = number;
    this.element.className = 'timeline';
    const line = document.createElement('p'), title = document.createElement('span');
    title.textContent = `Face ${number}`;
    line.append(title, this.#label);
    this.#canvas.setAttribute('role', 'img');
    this.element.append(line, this.#canvas);
  }

  get last() {
    return this.#moments.at(-1)?.time ?? -Infinity;
  }

  // A moment each tenth of a second is as fine as the canvas.
  add(face, time) {
    if (time < this.last) this.#moments = [];
    if (time - this.last >= 100) this.#moments.push({ time, values: names.map(name => face.probabilities[name]) });
  }

  /** Draws the minute before a time; false if it is empty. */
  draw(time) {
    while (this.#moments.length && this.#moments[0].time < time - minute) this.#moments.shift();
    if (!this.#moments.length) return false;
    const { clientWidth, clientHeight } = this.#canvas, density = devicePixelRatio;
    const width = Math.max(1, Math.round(clientWidth * density)), height = Math.max(1, Math.round(clientHeight * density));
    if (this.#canvas.width !== width || this.#canvas.height !== height) [this.#canvas.width, this.#canvas.height] = [width, height];
    const context = this.#canvas.getContext('2d');
    context.clearRect(0, 0, width, height);
    const sums = names.map(() => 0);
    this.#moments.forEach(({ time: moment, values }, i) => {
      const next = Math.min(this.#moments[i + 1]?.time ?? moment + 200, moment + 500);
      const x = Math.floor(width * (1 - (time - moment) / minute)), end = Math.ceil(width * (1 - (time - next) / minute));
      let y = height;
      values.forEach((value, k) => {
        context.fillStyle = colors[names[k]];
        context.fillRect(x, y - value * height, end - x, value * height);
        y -= value * height;
        sums[k] += value;
      });
    });
    const top = sums.indexOf(Math.max(...sums)), text = `mostly ${names[top]}, ${percent(sums[top] / this.#moments.length)}`;
    if (this.#label.textContent !== text) {
      this.#label.textContent = text;
      this.#canvas.setAttribute('aria-label', `Face ${this.#number} in the last minute: ${text}`);
    }

    return true;
  }
}
